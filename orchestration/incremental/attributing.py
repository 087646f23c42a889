"""A day's profit by what is new: attribution and lots go on from the newest checkpoint.

Entries before it are not read; that they, the legs they book, the decisions behind those and the
marks they were valued at are still the ones the checkpoint was made of, is in its seal. A policy
with sides has none: which side a mark is of depends on every entry of the day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec
import pyarrow as pa

from domain.ledger.series import Read
from domain.ledger.types import TRADE, Entry
from domain.pnl.attribute import attribution_of
from domain.pnl.marks import MarkBook
from domain.pnl.realised import LotsRun, OpenLot, Realised, opening_lots, realised_of, run_lots
from domain.pnl.sides import CEX_SIDE
from domain.pnl.sums import AttributionInput, CellKey, Holder, HolderKey, RowKey, Sums, sums_of
from domain.pnl.types import Attribution
from domain.pnl.values import Valuer
from domain.settlement.outcome import Leg
from domain.settlement.types import Decision
from journal.records import OpportunityFound
from orchestration.day import ENTRIES, REALISED, Day, holdings
from orchestration.incremental.checkpoints import Checkpoint, Checkpoints, Told
from orchestration.incremental.timed_rows import TimedRows
from orchestration.partitions import day_before
from orchestration.reading import books
from orchestration.reading.journal_rows import named_rows
from orchestration.reading.marking import mark_book
from orchestration.reading.movements import LEGS
from orchestration.resources.arrow import pc, texts
from orchestration.resources.lake import struct_table

PROFIT = "kept_pnl__profit"
_PLAN = ("cause", "purpose", "subject", "correlation_id")
"""Columns that say which leg an entry books, and of which decision."""


class ProfitSoFar(msgspec.Struct, frozen=True):
    """What a day's entries before an instant add up to: the sums, pair by pair, and the lots."""

    cells: list[tuple[CellKey, int | None]]
    holders: list[tuple[HolderKey, Holder]]
    capital_usd_e24: int | None
    lost: list[tuple[RowKey, list[str]]]
    unvalued: list[str]
    lots: LotsRun

    @classmethod
    def of(cls, sums: Sums, lots: LotsRun) -> ProfitSoFar:
        """Arrange sums so that the same ones are the same bytes."""
        return cls(
            sorted(sums.cells.items()),
            sorted(sums.holders.items()),
            sums.capital_usd_e24,
            [(key, sorted(legs)) for key, legs in sorted(sums.lost.items())],
            sorted(sums.unvalued),
            lots,
        )

    @property
    def sums(self) -> Sums:
        """The sums as they were."""
        lost = defaultdict[RowKey, set[str]](set, {key: set(legs) for key, legs in self.lost})
        return Sums(
            dict(self.cells), dict(self.holders), self.capital_usd_e24, lost, set(self.unvalued)
        )


def attributed(day: Day) -> tuple[Attribution, Realised]:
    """Attribute a day's change of equity and work it out by lots, reading what is new."""
    given = without_entries(day)
    valuer = Valuer.of(given.assets, given.marks)
    carried = carried_lots(day, given, valuer)
    entries = TimedRows(day, ENTRIES, Entry, _PLAN)
    planned = Planned(day)
    told = [planned.beside(entries), _told_marks(given.marks)]
    opened = map(msgspec.json.encode, (sorted(given.opening.items()), carried, *_opened(given)))
    checkpoints = Checkpoints(day, PROFIT, ProfitSoFar, opened, told)
    past = None if day.card.mark_policy == CEX_SIDE else checkpoints.latest()
    rows = entries.between(past and past.until_ns, given.end_ns)
    read = msgspec.structs.replace(
        given,
        entries=Read(entries.each_row(rows)),
        legs=planned.legs(rows),
        decisions=planned.decisions(rows),
    )
    sums = _summed(read, valuer, past)
    lots = run_lots(read.entries, past.state.lots if past else LotsRun.of(carried), valuer)
    checkpoints.keep(ProfitSoFar.of(sums, lots))
    behind = entries.read(given.end_ns)
    run = run_lots(behind, lots, valuer) if behind else lots
    return attribution_of(read, sums), realised_of(run, carried, valuer, given.end_ns)


def without_entries(day: Day) -> AttributionInput:
    """Load what the attribution of a settled day looks at besides its entries and their legs."""
    start_ns, end_ns = day.span_ns
    return AttributionInput(
        day=day.name,
        start_ns=start_ns,
        end_ns=end_ns,
        assets=day.card.assets,
        venues=day.venue_labels(),
        entries=(),
        legs=(),
        decisions=(),
        external_opening=day.external_opening(),
        external_closing=holdings(day.claims()),
        marks=mark_book(day),
        opening=day.carried(),
    )


def carried_lots(day: Day, given: AttributionInput, valuer: Valuer) -> list[OpenLot]:
    """Read the lots of the day before, or on the first day take what is held at opening marks."""
    before = day.lake.load(REALISED, day.previous, Realised) if day.previous else []
    if before:
        return list(before[0].remaining)
    held = dict(given.opening)
    for one in given.external_opening if day.previous is None else ():
        if one.units is not None:
            held[one.account, one.asset] = one.units
    return opening_lots(held, valuer)[0]


def _summed(read: AttributionInput, valuer: Valuer, past: Checkpoint[ProfitSoFar] | None) -> Sums:
    if past is None:
        return sums_of(read, valuer)
    return sums_of(read, valuer, past.state.sums, past.until_ns)


def _opened(given: AttributionInput) -> tuple[object, ...]:
    """Give what the day's marks open with."""
    marks = given.marks
    return marks.policy, sorted(marks.openings.items()), sorted(marks.left.items()), given.start_ns


def _told_marks(marks: MarkBook) -> Told:
    """Write marks out in the order of time, each with whose it is."""
    told = sorted(
        (at_ns, name, mark_e6)
        for name, steps in marks.steps.items()
        for at_ns, mark_e6 in zip(steps.times_ns, steps.marks_e6, strict=True)
    )
    times_ns = pa.chunked_array([pa.array([one[0] for one in told], pa.int64())])
    lines = texts(f"{at_ns} {name} {mark_e6};" for at_ns, name, mark_e6 in told)
    return Told(times_ns, [pa.chunked_array([lines])])


class Planned:
    """A day's legs and the decisions behind them, as columns, beside the entries they explain."""

    def __init__(self, day: Day) -> None:
        found = day.lake.table(LEGS, day.name, ["leg_id", "document"])
        self._legs = struct_table(Leg, []) if found is None else found
        days = (day_before(day.name), day.name)
        self._found = named_rows(day.home, days, OpportunityFound.KIND, "opportunity_id")

    def beside(self, entries: TimedRows[Entry]) -> Told:
        """Set beside every entry the leg it books and the decision behind that, where known."""
        rows = entries.rows
        legs = self._legs["document"].take(self._leg_places(rows))
        decisions = self._found["payload"].take(self._decision_places(rows))
        return Told(rows["at_ns"], [*entries.told.texts, legs, decisions])

    def legs(self, rows: pa.Table) -> Sequence[Leg]:
        """Read the legs that some rows of entries book."""
        chosen = self._legs["document"].take(self._leg_places(rows).drop_null())
        return [msgspec.json.decode(document, type=Leg) for document in chosen.to_pylist()]

    def decisions(self, rows: pa.Table) -> Sequence[Decision]:
        """Read the decisions behind them."""
        places = self._decision_places(rows).drop_null().unique()
        return books.journal_book(self._found.take(places).to_pylist()).decisions

    def _leg_places(self, rows: pa.Table) -> pa.ChunkedArray:
        names = pc.if_else(_is_planned(rows), rows["subject"], None)
        return pc.index_in(names, value_set=self._legs["leg_id"], skip_nulls=True)

    def _decision_places(self, rows: pa.Table) -> pa.ChunkedArray:
        names = pc.if_else(_is_planned(rows), rows["correlation_id"], None)
        return pc.index_in(names, value_set=self._found["name"], skip_nulls=True)


def _is_planned(rows: pa.Table) -> pa.ChunkedArray:
    return pc.and_(pc.equal(rows["cause"], TRADE), pc.equal(rows["purpose"], "leg"))
