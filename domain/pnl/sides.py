"""Marks by the side a position would be closed at: long at the bid, short at the ask.

The side of an underlying is the sign of the desk's whole position in it, over all accounts: what is
long here and short there is closed against itself. While the position is nought it keeps the side
it had. The mark is therefore one path in time like any other, and every identity of attribution
holds; what a change of side alone makes of what is held at that instant is no move of the market
and is a revaluation: the new side's price less the old one's, both of that instant.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, repeat

import msgspec

from domain.ledger.series import series_of
from domain.ledger.types import OPENING, Entry, is_own
from domain.pnl.types import Flip, Mark
from domain.pnl.values import Valuer

CEX_SIDE = "cex_side"
BID, ASK = "bid", "ask"
Told = Iterable[tuple[int, str, int]]
"""Instant, underlying and price in millionths."""
Nets = Mapping[str, Sequence[tuple[int, int]]]
"""Underlying -> (instant, change of the desk's position in 10^-18), in order; openings first."""


class Sided(msgspec.Struct, frozen=True):
    """A day's marks by side.

    Args:
        marks: Ordered; the first of an underlying is what the day opens with.
        flips: Underlying -> changes of side, in order.
        unmarked: Underlyings that were held on a side nobody ever showed a price of: they have no
            mark at all, a carried one included, since part of a day is not a smaller day.
    """

    marks: tuple[Mark, ...]
    flips: dict[str, tuple[Flip, ...]]
    unmarked: frozenset[str]


def net_changes(
    entries: Iterable[Entry],
    opening: Mapping[tuple[str, str], int],
    valuer: Valuer,
    start_ns: int,
    end_ns: int,
) -> dict[str, list[tuple[int, int]]]:
    """Say when the desk's position in each underlying changed, and by how much.

    Args:
        entries: In any order; those before `start_ns`, and opening entries, make the opening.
        opening: (account, asset) -> units carried in.
        valuer: Which assets share an underlying; only what it knows counts.
        start_ns: Where the half-open span starts.
        end_ns: Where it ends.
    """
    sums: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (_, asset), units in opening.items():
        if valuer.knows(asset):
            sums[valuer.underlying(asset)][start_ns - 1] += units * valuer.scale(asset)
    for entry in entries:
        if entry.at_ns >= end_ns:
            continue
        is_opening = entry.cause == OPENING or entry.at_ns < start_ns
        at_ns = start_ns - 1 if is_opening else entry.at_ns
        for one in entry.postings:
            if is_own(one.account) and valuer.knows(one.asset):
                sums[valuer.underlying(one.asset)][at_ns] += one.units * valuer.scale(one.asset)
    return {name: sorted(by_time.items()) for name, by_time in sums.items()}


def sided_marks(
    bids: Told, asks: Told, nets: Nets, start_ns: int, carried: Mapping[str, int]
) -> Sided:
    """Walk positions and prices together.

    Args:
        bids: What takers sold at.
        asks: What takers bought at.
        nets: As :func:`net_changes` gives them.
        start_ns: Where the day starts.
        carried: Underlying -> mark of this policy the day before ended with.
    """
    shown = {BID: _by_name(bids), ASK: _by_name(asks)}
    marks: list[Mark] = []
    flips: dict[str, tuple[Flip, ...]] = {}
    unmarked: set[str] = set()
    for name in sorted({*nets, *carried, *shown[BID], *shown[ASK]}):
        steps = {side: shown[side].get(name, []) for side in (BID, ASK)}
        walk = _Walk(steps, nets.get(name, ()), start_ns, carried.get(name))
        if walk.is_unmarked:
            unmarked.add(name)
            continue
        marks += [Mark(at_ns, name, e6, CEX_SIDE) for at_ns, e6 in walk.marks]
        flips[name] = tuple(walk.flips)
    return Sided(tuple(sorted(marks)), {n: f for n, f in flips.items() if f}, frozenset(unmarked))


class _Walk:
    """One underlying through a day; built and read."""

    def __init__(
        self,
        shown: Mapping[str, Sequence[tuple[int, int]]],
        net: Sequence[tuple[int, int]],
        start_ns: int,
        carried_e6: int | None,
    ) -> None:
        self.marks: list[tuple[int, int]] = []
        self.flips: list[Flip] = []
        self.is_unmarked = False
        self._shown, self._start_ns = shown, start_ns
        changes = defaultdict[int, int](int)
        for at_ns, change in net:
            changes[at_ns] += change
        self._held = sum(change for at_ns, change in net if at_ns < start_ns)
        self._side = ASK if self._held < 0 else BID
        self._opened(carried_e6)
        seen = {at_ns for side in (BID, ASK) for at_ns, _ in shown[side]}
        for at_ns in sorted(one for one in {*seen, *changes} if one >= start_ns):
            self._pass(at_ns, changes[at_ns])

    def _opened(self, carried_e6: int | None) -> None:
        self._carried = None if carried_e6 is None else (self._side, carried_e6)
        opening = self._price(self._side, self._start_ns - 1)
        if opening is None:
            self.is_unmarked = self._held != 0
        else:
            self.marks.append((self._start_ns - 1, opening))

    def _pass(self, at_ns: int, change: int) -> None:
        self._held += change
        side = {True: BID, False: ASK}[self._held > 0] if self._held else self._side
        before, after = self._price(self._side, at_ns), self._price(side, at_ns)
        if after is None:
            self.is_unmarked |= self._held != 0
            return
        if side != self._side and before is not None and before != after:
            self.flips.append(Flip(at_ns, before, after))
        self._side = side
        if not self.marks or self.marks[-1][1] != after:
            self.marks.append((at_ns, after))

    def _price(self, side: str, at_ns: int) -> int | None:
        """Give a side's last price; before its first, what was carried, or else the first."""
        steps = self._shown[side]
        position = bisect_right(steps, at_ns, key=lambda step: step[0])
        last = steps[position - 1] if position else None
        if self._carried and self._carried[0] == side and not (last and last[0] >= self._start_ns):
            return self._carried[1]
        if last:
            return last[1]
        return steps[0][1] if steps else None


def flipped_usd_e24(
    flips: Mapping[str, Sequence[Flip]],
    entries: Iterable[Entry],
    opening: Mapping[tuple[str, str], int],
    valuer: Valuer,
    start_ns: int,
) -> dict[tuple[str, str], int]:
    """Value what changes of side made of each account's holding at the instant they came.

    Args:
        flips: Of the marks in use; none costs nothing.
        entries: In any order.
        opening: (account, asset) -> units carried in.
        valuer: Reference data.
        start_ns: Where the day starts.

    Returns:
        (account, asset) -> value; accounts that held nothing at any flip are absent.
    """
    moved: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    if not flips:
        return {}
    for key, units in opening.items():
        moved[key].append((start_ns - 1, units))
    for series in series_of(entries):
        times_ns = repeat(start_ns - 1) if series.cause == OPENING else series.times_ns
        for one in series.flows:
            moved[one.account, one.asset].extend(zip(times_ns, one.units))  # noqa: B905 (repeat has no end)
    values = {
        key: _made_of(flips.get(valuer.underlying(key[1]), ()), steps, key[1], valuer)
        for key, steps in moved.items()
        if valuer.knows(key[1])
    }
    return {key: value for key, value in values.items() if value}


def _made_of(
    flips: Sequence[Flip], moved: Sequence[tuple[int, int]], asset: str, valuer: Valuer
) -> int:
    ordered = sorted(moved)
    times_ns, held = (
        [at_ns for at_ns, _ in ordered],
        [0, *accumulate(units for _, units in ordered)],
    )
    return sum(
        valuer.at_mark(
            asset, held[bisect_left(times_ns, flip.at_ns)], flip.after_e6 - flip.before_e6
        )
        for flip in flips
    )


def _by_name(told: Told) -> dict[str, list[tuple[int, int]]]:
    """Take the last of what was told of one thing at one instant."""
    last = {(at_ns, name): e6 for at_ns, name, e6 in told}
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for (at_ns, name), e6 in sorted(last.items()):
        found[name].append((at_ns, e6))
    return dict(found)
