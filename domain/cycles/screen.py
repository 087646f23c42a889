"""Which cycles are worth asking their contracts about: upper bounds in float64, whole rows at once.

For a cycle, first the product A of its rates: none gains anything at A <= 1. For the few that are
left, the composed line A·x / (1 + B·x) with its cap C, whose gain over x is largest at
x = (√A - 1)/B, or where the cap or the capital ends. The gain there, valued, less gas, is an upper
bound on what the cycle can bring; below the minimum it is dropped.

What is guaranteed: every line lies above what its venue pays (:mod:`domain.cycles.line`), so a
dropped cycle was not profitable. Roundings of float64 are covered by `MARGIN`: twelve hops with a
rate, a bend and a product each err by less than 10^-14, and every comparison here is 10^5 times
laxer. What is not: contracts that iterate (stableswap) may pay a unit or two above their line;
a cycle whose whole profit is a few base units may be dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from domain.cycles.graph import Floats, Ints

MARGIN = 1e-9
Number = TypeVar("Number", np.float64, np.int64)


@dataclass(frozen=True, slots=True)
class Wants:
    """What a gain is worth and what it must reach, as floats for the screen.

    Args:
        worth_usd: Of one base unit of each asset, (assets,); 0 where nothing values it.
        most_units: Most that may be put in of each asset, (assets,): own or borrowed.
        least_usd: A net gain below it is not worth doing.
        gas_usd: What the transaction costs.
    """

    worth_usd: Floats
    most_units: Floats
    least_usd: float
    gas_usd: float


class Kept(NamedTuple):
    """Cycles that may be profitable, best bound first.

    Args:
        numbers: Columns of the cycles, (kept,).
        net_usd: Upper bound of what each brings after gas, (kept,).
        inputs: Where each line gains most, in base units of the first asset, (kept,); a start for
            the exact search.
    """

    numbers: Ints
    net_usd: Floats
    inputs: Floats


def gaining(rates: Floats, cycles: Ints) -> Ints:
    """Find the columns whose product of rates may exceed 1.

    Args:
        rates: By arc, (arcs,).
        cycles: Arcs of cycles of one length, (hops, cycles).
    """
    product = picked(rates, cycles[0])
    for row in cycles[1:]:
        product *= picked(rates, row)
    return np.flatnonzero(product > 1 - MARGIN)


def screened(lines: Floats, starts: Ints, cycles: Ints, wants: Wants) -> tuple[int, Kept]:
    """Screen cycles of one length.

    Args:
        lines: Rate, bend and cap by arc, (3, arcs).
        starts: Asset each arc takes, (arcs,).
        cycles: (hops, cycles).
        wants: What a gain must reach.

    Returns:
        How many gain anything at all, and those that may bring enough.
    """
    at = gaining(lines[0], cycles)
    if not at.size:
        return 0, Kept(at, np.zeros(0), np.zeros(0))
    chosen = cycles[:, at]
    assets = picked(starts, chosen[0])
    most = picked(wants.most_units, assets)
    worth = picked(wants.worth_usd, assets)
    inputs, gains = _best(lines, chosen, most)
    net = gains * worth - wants.gas_usd * (1 - MARGIN)
    order = np.argsort(-net, kind="stable")
    order = order[net[order] >= wants.least_usd * (1 - MARGIN)]
    return at.size, Kept(at[order], net[order], inputs[order])


def _best(lines: Floats, cycles: Ints, most: Floats) -> tuple[Floats, Floats]:
    """Give the inputs at which the composed lines gain most, and upper bounds of those gains."""
    slope, bend, cap = composed(lines, cycles)
    slope, bend, cap = slope * (1 + MARGIN), bend * (1 - MARGIN), cap * (1 + MARGIN)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        inputs = np.where(bend > 0, (np.sqrt(slope) - 1) / bend, np.inf)
        room = slope - bend * cap
        at_cap = np.where(room > 0, cap / room, np.inf)
        inputs = np.maximum(np.fmin(np.fmin(inputs, at_cap), most), 0.0)
        paid = np.fmin(slope * inputs / (1 + bend * inputs), cap)
    return inputs, np.where(np.isfinite(inputs), paid - inputs, 0.0)


def composed(lines: Floats, cycles: Ints) -> tuple[Floats, Floats, Floats]:
    """Compose the lines of each cycle into one: slope A, bend B and cap C, (cycles,) each."""
    rates, bends, caps = lines
    slope, bend = np.ones(cycles.shape[1]), np.zeros(cycles.shape[1])
    cap = np.full(cycles.shape[1], np.inf)
    for row in cycles:
        rate, curve = picked(rates, row), picked(bends, row)
        with np.errstate(invalid="ignore", divide="ignore"):
            passed = np.where(np.isinf(cap), _end(rate, curve), rate * cap / (1 + curve * cap))
        cap = np.fmin(passed, picked(caps, row))
        bend += curve * slope
        slope *= rate
    return slope, bend, cap


def picked(values: NDArray[Number], at: Ints) -> NDArray[Number]:
    """Give the values at some places: `take`, which is twice as fast as indexing."""
    return values.take(at)


def _end(rate: Floats, bend: Floats) -> Floats:
    """What a line pays for any amount however large."""
    return np.where(bend > 0, rate / bend, np.inf)
