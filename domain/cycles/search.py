"""After one venue's word: the best cycle of each kind through it, or how many failed and why.

All cycles through one venue compete for it, so of each kind only the best is an opportunity: taking
it changes the others. Candidates come best upper bound first, and once a bound is below what is
already found, nothing after it can be better. How many are asked in integers after one word is
bounded, so that one word cannot hold up the next; those beyond it are counted, not forgotten: the
next word about any of their venues brings them back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.cycles.funding import Funding, Sized
from domain.cycles.graph import Graph
from domain.cycles.hop import Hop
from domain.cycles.paths import Cycle
from domain.cycles.reason import No
from domain.cycles.screen import Wants, screened
from domain.cycles.sizing import SWIFT, best_sized
from domain.cycles.table import Key, Table
from domain.cycles.terms import Terms

_E24 = 10**24
_USED_UP = 0.999
"""A size this near to a limit was cut by it."""
MOST_SIZED = 4
"""Exact searches after one word: 50 us for pools of constant product, 500 us where ticks are."""


@dataclass(frozen=True, slots=True)
class Found:
    """A cycle that brings at least the minimum, to the last unit.

    Args:
        cycle: Its arcs in order.
        venues: Their names.
        assets: Identities before the first hop and after each; first and last are the same.
        gas_wei: Of the whole transaction; 0 where nothing is on chain.
    """

    key: Key
    cycle: Cycle
    venues: tuple[str, ...]
    assets: tuple[str, ...]
    hops: tuple[Hop, ...]
    sized: Sized
    gas_wei: int
    gross_usd_e24: int
    net_usd_e24: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What one word led to.

    Args:
        found: Best of each kind, best first.
        declined: (kind, reason) to how many cycles.
    """

    found: tuple[Found, ...]
    declined: Mapping[tuple[str, str], int]


class Candidate(NamedTuple):
    """A cycle the screen kept."""

    bound_usd: float
    key: Key
    number: int
    near_units: float


@dataclass(slots=True)
class Search:
    """Terms written for the screen once, for as many words as they hold.

    Args:
        graph: The market.
        table: Its cycles.
        terms: What a gain must reach.
    """

    graph: Graph
    table: Table
    terms: Terms
    _wants: dict[Key, Wants] = field(default_factory=dict[Key, Wants], init=False)

    def after(self, venue: int) -> Looked:
        """Look at every cycle through a venue."""
        declined = Counter[tuple[str, str]]()
        best = dict[str, Found]()
        sized = 0
        for candidate in self._candidates(venue, declined):
            kind = candidate.key.kind
            if kind in best and candidate.bound_usd * _E24 <= best[kind].net_usd_e24:
                declined[kind, No.OUTRANKED.value] += 1
            elif sized >= MOST_SIZED:
                declined[kind, No.NOT_SIZED.value] += 1
            else:
                sized += 1
                self._settle(candidate, best, declined)
        found = sorted(best.values(), key=lambda one: -one.net_usd_e24)
        return Looked(tuple(found), declined)

    def decided(self, key: Key, cycle: Cycle, near_units: int) -> Found | No:
        """Ask one cycle's venues in integers, for every way to fund it."""
        asset = self.graph.arcs[cycle[0]].asset_in
        if asset not in self.terms.marks:
            return No.NO_MARK
        fundings = self.terms.fundings(key, asset)
        if not fundings:
            return No.NO_CAPITAL
        hops = tuple(self._hop(arc) for arc in cycle)
        ways = _sized(hops, fundings, near_units)
        answers = [self._found(key, cycle, hops, way) for way in ways]
        if not answers:
            return No.NO_LIQUIDITY
        answer = max(answers, key=lambda one: one.net_usd_e24)
        if answer.sized.gain_units <= 0:
            return No.NO_EDGE
        is_enough = answer.net_usd_e24 >= max(self.terms.least_usd_e24, 1)
        return answer if is_enough else No.BELOW_MINIMUM

    def _candidates(self, venue: int, declined: Counter[tuple[str, str]]) -> list[Candidate]:
        candidates = list[Candidate]()
        for key, numbers in self.table.through(venue):
            cycles = self.table.picked(key, numbers)
            gaining, kept = screened(
                self.graph.lines, self.graph.assets_in, cycles, self._wanted(key)
            )
            declined[key.kind, No.NO_EDGE.value] += numbers.size - gaining
            declined[key.kind, No.BELOW_MINIMUM.value] += gaining - kept.numbers.size
            candidates += (
                Candidate(bound, key, int(numbers[at]), near)
                for at, bound, near in zip(*(column.tolist() for column in kept), strict=True)
            )
        return sorted(candidates, key=lambda one: -one.bound_usd)

    def _settle(
        self,
        candidate: Candidate,
        best: dict[str, Found],
        declined: Counter[tuple[str, str]],
    ) -> None:
        key = candidate.key
        cycle = self.table.cycle(key, candidate.number)
        answer = self.decided(key, cycle, int(candidate.near_units))
        if isinstance(answer, No):
            declined[key.kind, answer.value] += 1
        elif key.kind not in best or best[key.kind].net_usd_e24 < answer.net_usd_e24:
            if key.kind in best:
                declined[key.kind, No.OUTRANKED.value] += 1
            best[key.kind] = answer
        else:
            declined[key.kind, No.OUTRANKED.value] += 1

    def _found(self, key: Key, cycle: Cycle, hops: tuple[Hop, ...], sized: Sized) -> Found:
        arcs = self.graph.arcs
        gas_wei = self.terms.gas_wei(key, sized.funding)
        gross = self.terms.marks[arcs[cycle[0]].asset_in].value_usd_e24(sized.gain_units)
        assets = [arcs[cycle[0]].asset_in, *(arcs[arc].asset_out for arc in cycle)]
        return Found(
            key=key,
            cycle=cycle,
            venues=tuple(self.graph.name_of(arcs[arc].venue) for arc in cycle),
            assets=tuple(self.graph.assets[asset] for asset in assets),
            hops=hops,
            sized=sized,
            gas_wei=gas_wei,
            gross_usd_e24=gross,
            net_usd_e24=gross - self.terms.gas_usd_e24(gas_wei),
        )

    def _hop(self, arc: int) -> Hop:
        place = self.graph.arcs[arc]
        return Hop(self.graph.pools[place.venue], place.sold, place.bought)

    def _wanted(self, key: Key) -> Wants:
        """Write the terms for a group, once; assets that came later need a new search."""
        if key not in self._wants:
            self._wants[key] = self.terms.wants(len(self.graph.assets), key)
        return self._wants[key]


def _sized(hops: Sequence[Hop], fundings: Sequence[Funding], near_units: int) -> list[Sized]:
    """Size a cycle for each funding, up to the first that is not used up: the next costs more."""
    ways = list[Sized]()
    for funding in fundings:
        sized = best_sized(hops, funding, near_units, SWIFT)
        if sized is not None:
            ways.append(sized)
            if sized.amounts[0] < funding.most_units * _USED_UP:
                break
    return ways
