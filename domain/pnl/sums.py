"""What a day's entries add up to at marks, in one pass: by row and asset, and by who held what.

Series by series (`domain.ledger.series`): between two marks nothing changes its worth, so units are
summed first and valued once a stretch; that is exact, and a million entries cost what walking over
their amounts costs. Holdings need no walk of their own: what is held is what came, so a price moves
each unit from the mark it came at to the last one. The definition that this must equal,
contribution by contribution, is `lines.py`. Rows and their names are `attribute.py`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from domain.desk import Asset
from domain.ledger.series import Series, series_of
from domain.ledger.types import (
    EXCHANGE_FEE,
    FAILED_GAS,
    GAS,
    OPENING,
    TRADE,
    UNEXPLAINED,
    Entry,
    Posting,
)
from domain.pnl.equity import CAPITAL, plus
from domain.pnl.legs import TERMS, PlannedLegs, decided_leg
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
        held_units: What it closes with.
        moved_usd_e24: What price moves made of what it opened with and of what came and went since.
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


def sums_of(
    given: AttributionInput, valuer: Valuer, past: Sums | None = None, past_ns: int = 0
) -> Sums:
    """Sum a day; the order its entries come in does not matter.

    Args:
        given: The day; with `past` its entries are those that are not in it.
        valuer: Reference data and the marks of `given`.
        past: What the entries before an instant add up to at the same marks; left as it is.
        past_ns: That instant.
    """
    walk = _Walk(given, valuer)
    if past is None:
        walk.open()
    else:
        walk.go_on(past, past_ns)
    for series in series_of(given.entries):
        walk.enter(series.before(given.end_ns))
    return walk.found


def nets_out(own: Iterable[Posting], valuer: Valuer) -> bool:
    """Ask whether postings of known assets cancel in every underlying, as those of a wrap do."""
    sums: defaultdict[str, int] = defaultdict(int)
    for one in own:
        sums[valuer.underlying(one.asset)] += one.units * valuer.scale(one.asset)
    return not any(sums.values())


_LABELS = {"leg": UNEXPLAINED, "slice": SLIPPAGE}
"""A planned leg is parted by its plan; part of a large order has none but the mark."""


def label_of(one: Entry | Series) -> str:
    """Name the cause in rows of what is contributed, unless a plan parts it into terms."""
    if one.cause != TRADE:
        return one.cause
    return _LABELS.get(one.purpose, LEGGING)


_Worths = list[tuple[str, int | None]]
"""Asset and value, one a flow."""


class _Walk:
    """The state of one pass; built, run once, read."""

    def __init__(self, given: AttributionInput, valuer: Valuer) -> None:
        self.given = given
        self.valuer = valuer
        self.found = Sums({}, {}, 0, defaultdict(set), set())
        planned = given.legs if given.decisions else ()
        self.legs = {leg.leg_id: leg for leg in planned if leg.purpose == "leg"}
        self.decisions = {decision.opportunity_id: decision for decision in given.decisions}

    def open(self) -> None:
        """Begin with what was carried in."""
        for (account, asset), units in self.given.opening.items():
            self._opened(account, asset, units)

    def go_on(self, past: Sums, past_ns: int) -> None:
        """Begin with what stood at an instant: what is held then is worth its mark of then."""
        found = self.found
        found.cells |= past.cells
        found.unvalued |= past.unvalued
        found.capital_usd_e24 = past.capital_usd_e24
        found.lost |= {key: set(legs) for key, legs in past.lost.items()}
        for (account, asset), one in past.holders.items():
            found.holders[account, asset] = Holder(
                one.opening_units, moved_usd_e24=one.moved_usd_e24
            )
            then_e6 = self.given.marks.at(self.valuer.underlying(asset), past_ns - 1)
            self._held(account, asset, one.held_units, self._at(asset, one.held_units, then_e6))

    def enter(self, series: Series) -> None:
        """Enter a series: what of it was there at the start, and what moved since."""
        start_ns = self.given.start_ns
        early = series if series.cause == OPENING else series.before(start_ns)
        for (account, asset), units in early.sums():
            self._opened(account, asset, units)
        moved = series.since(start_ns)
        if early is not series and moved.times_ns:
            self._contributed(moved, self._moved(moved))

    def _contributed(self, series: Series, worths: _Worths) -> None:
        """Sort what moved into capital, the terms of plans, and what it was worth."""
        if series.cause in CAPITAL:
            for _, worth in worths:
                self.found.capital_usd_e24 = plus(self.found.capital_usd_e24, worth)
        elif series.cause == TRADE and series.purpose == "leg":
            lost = series.where(self._unplanned(series))
            key = series.strategy, series.venue, UNEXPLAINED
            if lost.times_ns:
                self.found.lost[key].update(entry.subject for entry in lost.entries)
            self._add_worths(lost, self._worths(lost))
        elif series.cause in DEALS:
            self._add_worths(series, worths)
        else:
            stays = series.where(self._changes_something(series))
            self._add_worths(stays, self._worths(stays))

    def _opened(self, account: str, asset: str, units: int) -> None:
        """Let an account have held something from the start."""
        if self._knows(asset):
            self._holder(account, asset).opening_units += units
            opening_e6 = self.given.marks.opening(self.valuer.underlying(asset))
            self._held(account, asset, units, self._at(asset, units, opening_e6))

    def _moved(self, series: Series) -> _Worths:
        """Let accounts of ours receive what a series says; give what that was worth."""
        worths = self._worths(series)
        known = [one for one in series.flows if self._knows(one.asset)]
        for one, (asset, worth) in zip(known, worths, strict=True):
            self._held(one.account, asset, sum(one.units), worth)
        return worths

    def _held(self, account: str, asset: str, units: int, worth: int | None) -> None:
        """Hold to the end what came at a worth: the rest of what it is worth then, prices made."""
        holder = self._holder(account, asset)
        holder.held_units += units
        last_e6 = self.given.marks.at(self.valuer.underlying(asset), self.given.end_ns - 1)
        last = self._at(asset, units, last_e6)
        if worth is not None and last is not None:
            holder.moved_usd_e24 += last - worth

    def _holder(self, account: str, asset: str) -> Holder:
        return self.found.holders.setdefault((account, asset), Holder())

    def _knows(self, asset: str) -> bool:
        """Ask whether something of ours can be valued at all, and note what cannot."""
        if not self.valuer.knows(asset):
            self.found.unvalued.add(asset)
            return False
        return True

    def _changes_something(self, series: Series) -> list[bool]:
        """Say entry by entry whether it leaves us with another amount of some underlying."""
        columns = self.valuer.by_underlying(series.flows).values()
        if not columns:
            return [False] * len(series.times_ns)
        return [any(amounts) for amounts in zip(*columns, strict=True)]

    def _unplanned(self, series: Series) -> list[bool]:
        """Enter legs as the terms of their plans; say entry by entry whether it had none."""
        by_pair: dict[tuple[str, str], PlannedLegs] = {}
        unplanned: list[bool] = []
        decision_of, leg_of = self.decisions.get, self.legs.get
        for entry in series.entries:
            decision, leg = decision_of(entry.correlation_id), leg_of(entry.subject)
            plan = decided_leg(decision, leg) if decision and leg else None
            unplanned.append(plan is None)
            if decision and leg and plan:
                pair = leg.base_asset, leg.quote_asset
                planned = by_pair.get(pair)
                if planned is None:
                    planned = by_pair[pair] = PlannedLegs(self.valuer.scale(leg.base_asset))
                planned.add(entry.at_ns, leg, plan, decision.mark_e6)
        for (base, quote), planned in by_pair.items():
            terms = planned.terms(
                self.valuer.all_at(base, planned.base_units, planned.times_ns),
                self.valuer.all_at(quote, planned.quote_units, planned.times_ns),
            )
            for cause, amount in zip(TERMS, terms, strict=True):
                self._add((series.strategy, series.venue, cause, base), amount)
        return unplanned

    def _at(self, asset: str, units: int, mark_e6: int | None) -> int | None:
        return None if mark_e6 is None else self.valuer.at_mark(asset, units, mark_e6)

    def _worths(self, series: Series) -> _Worths:
        known = (one for one in series.flows if self.valuer.knows(one.asset))
        return [
            (one.asset, self.valuer.all_at(one.asset, one.units, series.times_ns)) for one in known
        ]

    def _add_worths(self, series: Series, worths: _Worths) -> None:
        if series.times_ns:
            for asset, worth in worths:
                self._add((series.strategy, series.venue, label_of(series), asset), worth)

    def _add(self, key: CellKey, amount: int | None) -> None:
        self.found.cells[key] = plus(self.found.cells.get(key, 0), amount)
