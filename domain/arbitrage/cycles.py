"""Every cycle of a market that can gain, from one asset, within a number of hops.

Cycles visit an asset once and a pool once. The first unit gets the best price of all, so a cycle
whose spot rates multiply to no more than 1 gains at no size: floats screen these out, with a margin
for their own error, and integers decide about the rest. While a path is grown, the best rate by
which any walk could still come home bounds what is left to gain, so that a market without arbitrage
is left almost at once. In a market full of it the number of cycles grows with the power of hops;
that is why hops are bounded, and longer cycles are only looked for while that takes few steps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.arbitrage.cycle import Cycle, Hop, ListedPool
from domain.errors import InputRefused

MOST_HOPS = 12
_MARGIN = 1e-9
"""By which rates may be wrong: twelve roundings of a double are a millionth of this."""

SURE_HOPS = 4
"""Cycles of so many hops are looked for whatever it takes."""
_STEPS, _CYCLES = 20_000, 400
"""Paths grown and cycles kept, for longer ones: a tenth of a second, and half a second to size."""

_Edges = dict[str, list[tuple[float, Hop]]]


class Reached(NamedTuple):
    """Cycles that can gain, and the hops up to which these are all."""

    cycles: list[Cycle]
    hops: int


def reached_cycles(market: Sequence[ListedPool], start: str) -> Reached:
    """Find the cycles from an asset of as many hops as few steps allow, :data:`SURE_HOPS` at least.

    Args:
        market: Pools of one chain at one block.
        start: Where cycles begin and end.
    """
    edges = _edges(market)
    longest = min(MOST_HOPS, max(len(edges), SURE_HOPS))
    reached = Reached(_all(edges, start, SURE_HOPS, _Steps()), SURE_HOPS)
    for hops in range(SURE_HOPS + 1, longest + 1):
        steps = _Steps(_STEPS)
        longer = _all(edges, start, hops, steps)
        if not steps.left or len(longer) > _CYCLES:
            return reached
        reached = Reached(longer, hops)
    return reached._replace(hops=MOST_HOPS)


def gaining_cycles(market: Sequence[ListedPool], start: str, most_hops: int) -> Iterator[Cycle]:
    """Find the cycles from an asset back to it whose spot rates gain.

    Args:
        market: Pools of one chain at one block.
        start: Where cycles begin and end.
        most_hops: From 2 to 12.

    Raises:
        InputRefused: The number of hops is out of bounds.
    """
    if not 1 < most_hops <= MOST_HOPS:
        raise InputRefused(f"cycles have 2 to {MOST_HOPS} hops", asked=most_hops)
    edges = _edges(market)
    yield from _grown((), 0.0, start, edges, _homeward(edges, start, most_hops), _Steps())


@dataclass(slots=True)
class _Steps:
    """How many paths may still be grown."""

    left: float = math.inf


def _all(edges: _Edges, start: str, most_hops: int, steps: _Steps) -> list[Cycle]:
    return list(_grown((), 0.0, start, edges, _homeward(edges, start, most_hops), steps))


def _edges(market: Sequence[ListedPool]) -> _Edges:
    """List what can be sold for what, by coin sold, with the logarithm of its spot rate."""
    edges: _Edges = {}
    for listed in market:
        coins = range(len(listed.coins))
        for hop in (Hop(listed, sold, bought) for sold in coins for bought in coins):
            rate = hop.spot_rate() if hop.sold_coin != hop.bought_coin else 0.0
            if rate > 0:
                edges.setdefault(hop.sold_coin, []).append((math.log(rate), hop))
    return edges


def _homeward(edges: _Edges, start: str, most_hops: int) -> list[dict[str, float]]:
    """Compute the best rate of any walk home, by hops left and asset, assets revisited or not."""
    bounds = [{start: 0.0}]
    for _ in range(most_hops - 1):
        before = bounds[-1]
        after = dict(before)
        for asset, leaving in edges.items():
            for rate, hop in leaving:
                home = rate + before.get(hop.bought_coin, -math.inf)
                after[asset] = max(home, after.get(asset, -math.inf))
        bounds.append(after)
    return bounds


def _grown(
    path: Cycle,
    gained: float,
    start: str,
    edges: _Edges,
    homeward: list[dict[str, float]],
    steps: _Steps,
) -> Iterator[Cycle]:
    if not steps.left:
        return
    steps.left -= 1
    left = homeward[len(homeward) - len(path) - 1]
    at = path[-1].bought_coin if path else start
    for rate, hop in edges.get(at, []):
        coin, so_far = hop.bought_coin, gained + rate
        bound = so_far + (0.0 if coin == start else left.get(coin, -math.inf))
        if bound <= -_MARGIN or any(hop.listed is before.listed for before in path):
            continue
        if coin == start:
            yield (*path, hop)
        elif all(coin != before.sold_coin for before in path):
            yield from _grown((*path, hop), so_far, start, edges, homeward, steps)
