"""What a day's entries add up to at marks, in one pass: by row and asset, and by who held what.

Between two marks nothing changes its worth, so units are summed first and valued once a stretch;
that is exact, and a million entries cost what their postings cost. The definition that this must
equal, contribution by contribution, is `lines.py`. Rows and their names are `attribute.py`'s.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from domain.desk import Asset
from domain.ledger.types import (
    EXCHANGE_FEE,
    FAILED_GAS,
    GAS,
    OPENING,
    TRADE,
    UNEXPLAINED,
    Entry,
    Owned,
    Posting,
    is_own,
)
from domain.pnl.equity import CAPITAL, plus
from domain.pnl.legs import TERMS, decided_leg, leg_terms
from domain.pnl.marks import MarkBook
from domain.pnl.types import LEGGING, SLIPPAGE, Holding
from domain.pnl.values import Valuer
from domain.settlement.outcome import Leg
from domain.settlement.types import Decision

DEALS = frozenset({TRADE, EXCHANGE_FEE, GAS, FAILED_GAS})
"""Causes of which every unit counts; of others, an entry that nets out is nobody's profit."""
RowKey = tuple[str, str, str]
"""Strategy, venue and cause."""
CellKey = tuple[str, str, str, str]
"""The same and an asset."""
HolderKey = tuple[str, str]
"""Account and asset."""


class AttributionInput(msgspec.Struct, frozen=True):
    """Everything one day's attribution looks at.

    Args:
        day: Names the rows.
        start_ns: Where the half-open span starts: the day's start, or the opening of the desk.
        end_ns: Where it ends: the day's end, or just after the anchor of the closing balances.
        assets: The desk's reference data.
        venues: Own account -> label in rows, for example ``wallet`` or ``paper``.
        entries: Of the span, and, unless `opening` carries them, all earlier ones.
        legs: What trade entries book.
        decisions: For the terms of planned legs.
        external_opening: Balances the outside stated at the start.
        external_closing: Balances the outside stated at the end.
        marks: Of one policy; none after the end.
        opening: Ledger balances carried from the previous close, instead of earlier entries.
    """

    day: str
    start_ns: int
    end_ns: int
    assets: tuple[Asset, ...]
    venues: dict[str, str]
    entries: Sequence[Entry]
    legs: Sequence[Leg]
    decisions: Sequence[Decision]
    external_opening: Sequence[Holding]
    external_closing: Sequence[Holding]
    marks: MarkBook
    opening: Mapping[tuple[str, str], int] = {}


class Holder(msgspec.Struct):
    """One account and asset of ours through a day.

    Args:
        held_units: Now; at the end what it closes with.
        moved_usd_e24: What price moves made of it so far.
    """

    opening_units: int = 0
    held_units: int = 0
    moved_usd_e24: int = 0


class Sums(msgspec.Struct):
    """What one pass finds.

    Args:
        cells: Strategy, venue, cause and asset -> value; None where a mark is missing.
        holders: By account and asset; the desk's known assets only.
        capital_usd_e24: What came less what went, each at the mark of its instant.
        lost: Row -> legs of which the decision is not known.
        unvalued: Assets of ours that the reference data does not have.
    """

    cells: dict[CellKey, int | None]
    holders: dict[HolderKey, Holder]
    capital_usd_e24: int | None
    lost: defaultdict[RowKey, set[str]]
    unvalued: set[str]


def sums_of(given: AttributionInput, valuer: Valuer) -> Sums:
    """Sum a day; the order its entries come in does not matter."""
    walk = _Walk(given, valuer)
    walk.through(in_time(given.entries))
    return walk.found


def in_time(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Put entries in the order of time; those that are already cost no more than a look."""
    times = [entry.at_ns for entry in entries]
    if times == sorted(times):
        return entries
    return sorted(entries, key=lambda entry: entry.at_ns)


def nets_out(own: Iterable[Posting], valuer: Valuer) -> bool:
    """Ask whether postings of known assets cancel in every underlying, as those of a wrap do."""
    sums: defaultdict[str, int] = defaultdict(int)
    for one in own:
        sums[valuer.underlying(one.asset)] += one.units * valuer.scale(one.asset)
    return not any(sums.values())


_LABELS = {"leg": UNEXPLAINED, "slice": SLIPPAGE}
"""A planned leg is parted by its plan; part of a large order has none but the mark."""


def label_of(entry: Entry) -> str:
    """Name the cause in rows of what an entry contributes, unless a plan parts it into terms."""
    if entry.cause != TRADE:
        return entry.cause
    return _LABELS.get(entry.purpose, LEGGING)


_Stretch = defaultdict[tuple[str, str, str], defaultdict[HolderKey, int]]
"""Strategy, venue and cause -> account and asset -> units, between two marks."""


class _Walk:
    """The state of one pass; built, run once, read."""

    def __init__(self, given: AttributionInput, valuer: Valuer) -> None:
        self.given = given
        self.valuer = valuer
        self.found = Sums({}, {}, 0, defaultdict(set), set())
        self.names = {asset.underlying for asset in given.assets}
        self.marks = {name: given.marks.opening(name) for name in self.names}
        self.turns_ns = given.marks.turns_ns(self.names)
        self.turn_ns = given.start_ns
        self.stretch: _Stretch = defaultdict(lambda: defaultdict(int))
        self.legs = {leg.leg_id: leg for leg in given.legs} if given.decisions else {}
        self.decisions = {decision.opportunity_id: decision for decision in given.decisions}
        for (account, asset), units in given.opening.items():
            self._opened(account, asset, units)

    def through(self, entries: Iterable[Entry]) -> None:
        """Enter everything before the end, then value what is held to the end."""
        start_ns, end_ns, owned = self.given.start_ns, self.given.end_ns, Owned()
        deals, plans = DEALS, bool(self.decisions)
        for entry in entries:
            at_ns, cause = entry.at_ns, entry.cause
            if at_ns >= self.turn_ns:
                if at_ns >= end_ns:
                    break
                self._turn(at_ns)
            if cause not in deals or at_ns < start_ns:
                self._enter(entry)
                continue
            if cause == TRADE:
                if plans and self._planned(entry):
                    continue
                cause = self._lost(entry) if entry.purpose == "leg" else label_of(entry)
            units = self.stretch[entry.strategy, entry.venue, cause]
            for one in entry.postings:
                if owned[one.account]:
                    units[one.account, one.asset] += one.units
        self._turn(end_ns - 1)

    def _turn(self, at_ns: int) -> None:
        """Value the stretch that ends, and what was held through it; go on to the next mark."""
        for (strategy, venue, cause), sums in self.stretch.items():
            for (account, asset), units in sums.items():
                if self._moved(account, asset, units):
                    self._add((strategy, venue, cause, asset), self._worth(asset, units))
        self.stretch.clear()
        for name in self.names:
            now_e6, before_e6 = self.given.marks.at(name, at_ns), self.marks[name]
            if now_e6 is not None and before_e6 is not None and now_e6 != before_e6:
                self._moved_price(name, now_e6 - before_e6)
            self.marks[name] = now_e6
        following = bisect_right(self.turns_ns, at_ns)
        last_ns = self.given.end_ns
        later = self.turns_ns[following : following + 1]
        self.turn_ns = min([*later, last_ns])

    def _moved_price(self, name: str, by_e6: int) -> None:
        for (_, asset), holder in self.found.holders.items():
            if holder.held_units and self.valuer.underlying(asset) == name:
                worth = self.valuer.at_mark(asset, holder.held_units, by_e6)
                holder.moved_usd_e24 += worth

    def _moved(self, account: str, asset: str, units: int) -> bool:
        """Let an account of ours receive something; give whether that can be valued at all."""
        if not self.valuer.knows(asset):
            self.found.unvalued.add(asset)
            return False
        holder = self.found.holders.setdefault((account, asset), Holder())
        holder.held_units += units
        return True

    def _opened(self, account: str, asset: str, units: int) -> None:
        """Let an account have held something from the start, through every mark since."""
        if self._moved(account, asset, units):
            holder = self.found.holders[account, asset]
            holder.opening_units += units
            name = self.valuer.underlying(asset)
            now_e6, opening_e6 = self.marks[name], self.given.marks.opening(name)
            if now_e6 is not None and opening_e6 is not None:
                holder.moved_usd_e24 += self.valuer.at_mark(asset, units, now_e6 - opening_e6)

    def _enter(self, entry: Entry) -> None:
        """Enter what is no deal: an opening, capital, a transfer, an incident."""
        own = [one for one in entry.postings if is_own(one.account)]
        if entry.cause == OPENING or entry.at_ns < self.given.start_ns:
            for one in own:
                self._opened(one.account, one.asset, one.units)
            return
        known = [one for one in own if self._moved(one.account, one.asset, one.units)]
        if entry.cause in CAPITAL:
            for one in known:
                worth = self._worth(one.asset, one.units)
                self.found.capital_usd_e24 = plus(self.found.capital_usd_e24, worth)
        elif not nets_out(known, self.valuer):
            for one in known:
                key = entry.strategy, entry.venue, entry.cause, one.asset
                self._add(key, self._worth(one.asset, one.units))

    def _planned(self, entry: Entry) -> bool:
        """Enter a leg as the terms of its plan; give whether it had one."""
        decision, leg = self.decisions.get(entry.correlation_id), self.legs.get(entry.subject)
        plan = decided_leg(decision, leg) if decision and leg else None
        if decision is None or leg is None or plan is None:
            return False
        for one in entry.postings:
            if is_own(one.account):
                self._moved(one.account, one.asset, one.units)
        worth = self._worth(leg.quote_asset, leg.quote_units)
        mark_e6 = self.marks[self.valuer.underlying(leg.base_asset)]
        scale = self.valuer.scale(leg.base_asset)
        terms = leg_terms(leg.base_units * scale, worth, mark_e6, decision.mark_e6, plan)
        for cause, amount in zip(TERMS, terms, strict=True):
            self._add((entry.strategy, entry.venue, cause, leg.base_asset), amount)
        return True

    def _lost(self, entry: Entry) -> str:
        """Note that a leg's decision is not known, and give the cause of what it contributes."""
        self.found.lost[entry.strategy, entry.venue, UNEXPLAINED].add(entry.subject)
        return UNEXPLAINED

    def _worth(self, asset: str, units: int) -> int | None:
        mark_e6 = self.marks[self.valuer.underlying(asset)]
        return None if mark_e6 is None else self.valuer.at_mark(asset, units, mark_e6)

    def _add(self, key: CellKey, amount: int | None) -> None:
        self.found.cells[key] = plus(self.found.cells.get(key, 0), amount)
