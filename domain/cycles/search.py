"""After one venue's word: the best cycle of each kind through it, or how many failed and why.

All cycles through one venue compete for it, so of each kind only the best is an opportunity: taking
it changes the others. Candidates are decided in integers one by one, best upper bound first, and
given as they come, so that the first is on its way while the others are still asked. Once a bound
is below what is already found, nothing after it can be better. How many are asked after one word is
bounded, so that one word cannot hold up the next; those beyond it are counted, not forgotten: the
next word about any of their venues brings them back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from domain.cycles.candidates import Candidate, Candidates, counted
from domain.cycles.funding import Funding, Sized
from domain.cycles.graph import Graph, Ints
from domain.cycles.hop import Hop
from domain.cycles.paths import Cycle
from domain.cycles.reason import No
from domain.cycles.screen import Wants, gaining, worthwhile
from domain.cycles.sizing import SWIFT, best_sized
from domain.cycles.table import Key, Some, Table
from domain.cycles.terms import Terms

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


Declined = Counter[tuple[str, str]]


class _Screened(NamedTuple):
    """What the screen left to ask, and the numbers of the keys of what gained and what was kept."""

    candidates: Candidates
    gained: Ints
    kept: Ints


_NOTHING = _Screened(Candidates.none(), np.zeros(0, np.int64), np.zeros(0, np.int64))


@dataclass(slots=True)
class Search:
    """Terms written for the screen once, for as many words as they hold.

    Args:
        graph: The market.
        table: Its cycles.
        terms: What a gain must reach.
        effort: Most sizes tried around each cycle's top.
    """

    graph: Graph
    table: Table
    terms: Terms
    effort: int = SWIFT
    _wants: Wants | None = field(default=None, init=False)
    _kinds: list[str] = field(default_factory=list[str], init=False)
    _kind_of_key: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64), init=False)

    def after(self, venue: int) -> Looked:
        """Look at every cycle through a venue."""
        declined = Declined()
        best = {found.key.kind: found for found in self.deciding(venue, declined)}
        found = sorted(best.values(), key=lambda one: -one.net_usd_e24)
        return Looked(tuple(found), declined)

    def deciding(self, venue: int, declined: Declined) -> Iterator[Found]:
        """Give opportunities through a venue as they are decided.

        Args:
            venue: The one that changed.
            declined: (kind, reason) is counted here for each other cycle, once all are given or
                the caller closes the iterator.

        Yields:
            The best of a kind so far: one after another of the same kind brings more.
        """
        screened, best = self._screened(venue), dict[str, Found]()
        candidates = screened.candidates
        try:
            for _ in range(MOST_SIZED):
                candidate = candidates.next()
                if candidate is None:
                    break
                found = self._settled(candidate, best, declined)
                if found is not None:
                    yield found
                    self._outrank(candidates, found)
        finally:
            for found in best.values():
                self._outrank(candidates, found)
            self._count(declined, venue, screened)

    def decided(self, key: Key, cycle: Cycle, near_units: int) -> Found | No:
        """Ask one cycle's venues in integers, for every way to fund it."""
        asset = self.graph.arcs[cycle[0]].asset_in
        if asset not in self.terms.marks:
            return No.NO_MARK
        fundings = self.terms.fundings(key, asset)
        if not fundings:
            return No.NO_CAPITAL
        hops = tuple(self._hop(arc) for arc in cycle)
        ways = _sized(hops, fundings, near_units, self.effort)
        answers = [self._found(key, cycle, hops, way) for way in ways]
        if not answers:
            return No.NO_LIQUIDITY
        answer = max(answers, key=lambda one: one.net_usd_e24)
        if answer.sized.gain_units <= 0:
            return No.NO_EDGE
        is_enough = answer.net_usd_e24 >= max(self.terms.least_usd_e24, 1)
        return answer if is_enough else No.BELOW_MINIMUM

    def _screened(self, venue: int) -> _Screened:
        wants, near = self._written(), self.table.through(venue)
        if near is None:
            return _NOTHING
        at = gaining(self.graph.lines[0], near.arcs)
        if not at.size:
            return _NOTHING
        some = Some(near.arcs.take(at, axis=1), near.keys.take(at))
        kept = worthwhile(self.graph.lines, self.graph.assets_in, some, wants)
        candidates = Candidates.of(near, at, kept, self._kind_of_key)
        return _Screened(candidates, some.keys, kept.keys)

    def _outrank(self, candidates: Candidates, found: Found) -> None:
        candidates.outrank(self._kinds.index(found.key.kind), found.net_usd_e24)

    def _count(self, declined: Declined, venue: int, screened: _Screened) -> None:
        """Count all cycles through a venue that were not asked; what was asked is counted."""
        for kind, count in self.table.tally(venue).items():
            declined[kind, No.NO_EDGE.value] += count
        if not screened.gained.size:
            return
        for kind, count in counted(screened.gained, self._kind_of_key).items():
            declined[self._kinds[kind], No.NO_EDGE.value] -= count
            declined[self._kinds[kind], No.BELOW_MINIMUM.value] += count
        for kind, count in counted(screened.kept, self._kind_of_key).items():
            declined[self._kinds[kind], No.BELOW_MINIMUM.value] -= count
        for kind, outranked, open_ in screened.candidates.left():
            declined[self._kinds[kind], No.OUTRANKED.value] += outranked
            declined[self._kinds[kind], No.NOT_SIZED.value] += open_

    def _settled(
        self, candidate: Candidate, best: dict[str, Found], declined: Declined
    ) -> Found | None:
        """Decide one candidate; gives it if it is the best of its kind so far."""
        key = self.table.key(candidate.hops, candidate.number)
        cycle = self.table.cycle(candidate.hops, candidate.number)
        answer = self.decided(key, cycle, candidate.near_units)
        if isinstance(answer, No):
            declined[key.kind, answer.value] += 1
            return None
        before = best.get(key.kind)
        if before is not None:
            declined[key.kind, No.OUTRANKED.value] += 1
            if answer.net_usd_e24 <= before.net_usd_e24:
                return None
        best[key.kind] = answer
        return answer

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

    def _written(self) -> Wants:
        """Write the terms once, and again when cycles or assets of a new sort have come."""
        keys, assets = self.table.keys, len(self.graph.assets)
        if self._wants is None or self._wants.most_units.shape != (len(keys), assets):
            self._wants = self.terms.wants(assets, keys)
            self._kinds = sorted({key.kind for key in keys})
            self._kind_of_key = np.array([self._kinds.index(key.kind) for key in keys], np.int64)
        return self._wants


def _sized(
    hops: Sequence[Hop], fundings: Sequence[Funding], near_units: int, effort: int
) -> list[Sized]:
    """Size a cycle for each funding, up to the first that is not used up: the next costs more."""
    ways = list[Sized]()
    for funding in fundings:
        sized = best_sized(hops, funding, near_units, effort)
        if sized is not None:
            ways.append(sized)
            if sized.amounts[0] < funding.most_units * _USED_UP:
                break
    return ways
