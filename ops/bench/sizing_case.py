"""The same cycles sized by us and by scipy's bounded minimiser, cycle by cycle, in one process.

Ours twice: the composed lines of the screen (all cycles at once, what every update does), and the
exact integer search. scipy minimises the loss over Python floats of the same pools' constant
products, between nothing and the first pool's reserve, with its own default tolerance.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from domain.amm.uniswap_v2 import UniswapV2
from domain.cycles.funding import Funding
from domain.cycles.hop import Hop
from domain.cycles.screen import Wants, screened
from domain.cycles.sizing import SWIFT, best_sized
from domain.cycles.table import Some
from ops.bench.harness import Numbers

HOPS = 3
_REPEATS = 15
_OWN = Funding("own", 10**26)


class Cycles(NamedTuple):
    """Profitable cycles of constant products.

    Args:
        pools: (reserve in, reserve out) of each hop of each cycle.
    """

    pools: list[list[tuple[int, int]]]


def some_cycles(count: int, seed: int = 7) -> Cycles:
    """Make cycles of three pools that gain between nothing and a few percent."""
    random = np.random.default_rng(seed)
    pools = list[list[tuple[int, int]]]()
    for _ in range(count):
        depths = random.uniform(1e2, 1e5, HOPS)
        rates = random.uniform(0.5, 2.0, HOPS - 1)
        last = random.uniform(1.012, 1.06) / float(rates.prod())
        rates = [*rates.tolist(), last]
        pools.append(
            [(int(d * 1e18), int(d * r * 1e18)) for d, r in zip(depths, rates, strict=True)]
        )
    return Cycles(pools)


def by_screen(cycles: Cycles) -> Numbers:
    """Size all cycles by their composed lines."""
    flat = np.array(cycles.pools, dtype=np.float64).reshape(-1, 2)
    lines = np.zeros((3, len(flat)))
    lines[0] = flat[:, 1] / flat[:, 0] * 0.997
    lines[1] = 0.997 / flat[:, 0]
    lines[2] = flat[:, 1]
    arcs = np.ascontiguousarray(np.arange(len(flat)).reshape(-1, HOPS).T)
    wants = Wants(np.full(1, 1e-18), np.full((1, 1), 1e26), 0.0, np.zeros(1))
    some = Some(arcs, np.zeros(len(cycles.pools), dtype=np.int64))
    starts = np.zeros(len(flat), dtype=np.int64)
    spent, sized = list[float](), 0
    for _ in range(_REPEATS):
        began = time.perf_counter()
        _, kept = screened(lines, starts, some, wants)
        spent.append(time.perf_counter() - began)
        sized = kept.numbers.size
    return {"us_a_cycle": sorted(spent)[_REPEATS // 2] / sized * 1e6, "sized": float(sized)}


def by_integers(cycles: Cycles) -> Numbers:
    """Size each cycle exactly, beginning where nothing is known of it."""
    hops = [[Hop(UniswapV2(pair), 0, 1) for pair in one] for one in cycles.pools]
    began = time.perf_counter()
    gains = [best_sized(one, _OWN, 10**18, SWIFT) for one in hops]
    spent = time.perf_counter() - began
    gained = sum(sized.gain_units for sized in gains if sized)
    return {"us_a_cycle": spent / len(hops) * 1e6, "gain_e18": gained / 1e18}


def by_scipy(cycles: Cycles) -> Numbers:
    """Size each cycle with `minimize_scalar(method="bounded")`."""
    from scipy.optimize import minimize_scalar

    gained, began = 0.0, time.perf_counter()
    for one in cycles.pools:
        found = minimize_scalar(_loss(one), bounds=(1.0, float(one[0][0])), method="bounded")
        gained -= float(found.fun)  # pyright: ignore[reportAttributeAccessIssue]
    spent = time.perf_counter() - began
    return {"us_a_cycle": spent / len(cycles.pools) * 1e6, "gain_e18": gained / 1e18}


def _loss(pools: list[tuple[int, int]]):  # noqa: ANN202 (a function of one float)
    floats = [(float(there), float(here)) for there, here in pools]

    def loss(units: float) -> float:
        paid = units
        for there, here in floats:
            paid = paid * 997 * here / (there * 1000 + paid * 997)
        return units - paid

    return loss
