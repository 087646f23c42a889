"""A day that becomes known bit by bit: what its sources tell changes between two looks at it.

Staging is made once and copied: its models are views, so what is captured is staged at once.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from domain.breaks.correction import Decision
from domain.desk import BOOK_CURRENCY
from domain.home import DeskHome
from domain.layers.rolling import flows_of, summed
from domain.ledger.balances import Position, roll_forward
from domain.ledger.bitemporal import entries_booked
from domain.ledger.types import Entry
from domain.pnl.attribute import attribute
from domain.pnl.performance import Compared, compare
from domain.pnl.realised import OpenLot, Realised, realised_by_lots
from domain.pnl.types import Attribution
from domain.pnl.values import Valuer
from domain.positions.held import Held, held_by_strategy
from domain.settlement.outcome import SettledExecution
from domain.settlement.settle import settle
from domain.settlement.types import JournalBook
from journal.entry import Entry as JournalEntry
from journal.post import post
from journal.records import PeriodMarked
from orchestration.assets.capacity import carried
from orchestration.assets.ledger import facts_of, others_of
from orchestration.assets.pnl import attribution_input
from orchestration.captures.exchange import capture_exchange_openings
from orchestration.captures.facts import capture_facts
from orchestration.captures.pending import FILL
from orchestration.closing import bookings
from orchestration.closing.corrections import decide
from orchestration.day import (
    ATTRIBUTION,
    BOOKINGS,
    COMPARED,
    ENTRIES,
    HELD,
    POSITIONS,
    POSTINGS,
    REALISED,
    Day,
)
from orchestration.incremental.attributing import attributed, carried_lots
from orchestration.incremental.comparing import compare_new
from orchestration.incremental.flowing import flows_settled
from orchestration.incremental.holding import held_by, positions_of
from orchestration.incremental.posting import (
    BookedPosting,
    learn_new,
    postings_of,
    read_entries,
    read_postings,
    remember_booked,
    rows_settled,
)
from orchestration.incremental.settling import of_the_day, settle_new
from orchestration.partitions import day_before
from orchestration.reading.movements import EXECUTIONS, TABLES, load_settlement, save_settlement
from orchestration.resources.dbt_run import run_dbt
from orchestration.resources.lake import Cursor, Lake, text_json
from orchestration.resources.lake_schema import PENDING_EXCHANGE
from orchestration.resources.warehouse import Warehouse
from tests.kit.books import World
from tests.kit.clock import NOON_NS, HandClock
from tests.kit.desk_day import a_desk_day
from tests.kit.facts import PAPER_ETH
from tests.kit.world_names import DAY, OPENING, PAPER_ACCOUNT

TOLD = (
    "raw_journal__facts",
    "raw_chain__transactions",
    "raw_chain__logs",
    "raw_chain__rebases",
    "raw_exchange__fills",
    "raw_exchange__ledger_lines",
    "raw_exchange__payments",
)
"""Captured tables of which a look may miss rows that a later one has, or the other way round."""


def a_staged_desk(folder: Path) -> DeskHome:
    """Make a desk whose staging stands; whatever it has captured is replaced by whoever copies."""
    home, _ = a_desk_day(folder)
    capture_facts(home, DAY)
    capture_exchange_openings(home, DAY)
    made = run_dbt(home, DAY, "fqn:alphapulse.staging", command="run")
    assert made.success, made.failures
    return home


class ToldDay:
    """One world's day as its sources tell it, more or less of it each time.

    Args:
        follows: Whether a day before it closed with what the desk opens with.
    """

    def __init__(
        self, folder: Path, staged: DeskHome, world: World, *, follows: bool = False
    ) -> None:
        self.home, _ = a_desk_day(folder, world)
        capture_facts(self.home, DAY)
        capture_exchange_openings(self.home, DAY)
        self.home.warehouse.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(staged.warehouse, self.home.warehouse)
        self.lake = Lake(self.home)
        self.whole = {table: self._rows(table) for table in TOLD}
        self.anchor = self._rows("raw_chain__anchors")[0]
        self.last_ns = 2 * 10**18
        if follows:
            close_the_day_before(self.home)

    def _rows(self, table: str) -> list[dict[str, Any]]:
        return self.lake.read(table, DAY)

    def tell(self, random: Random, share: float) -> None:
        """Let each row be told or not, some fees otherwise, and the chain be final up to here."""
        for table, rows in self.whole.items():
            told = [one for one in rows if random.random() < share]
            if table == "raw_exchange__fills":
                told = [one | {"fee": random.choice((one["fee"], "0.5"))} for one in told]
            self._replace(table, told)
        height = self.anchor["block_number"]
        final, safe = sorted(random.choices(range(height // 2, height + 1), k=2))
        self._anchor(final_block=final, safe_block=safe, cutoff_ns=self._instant(random))
        fills = self.whole["raw_exchange__fills"]
        self._await([one for one in fills if random.random() < 1 / len(fills)])

    def tell_all(self, until: float = 1.0) -> None:
        """Let every row be told as it is, up to a part of the day's time."""
        for table, rows in self.whole.items():
            self._replace(table, rows)
        whole_ns = self.anchor["cutoff_ns"] - NOON_NS
        self._anchor(cutoff_ns=NOON_NS + int(until * whole_ns))
        self._await([])

    def mend(self, *, is_withdrawn: bool = False) -> None:
        """Let two people book a difference early in the day, or take it back."""
        now_ns = self.now_ns()
        one = Decision(
            entry_id="mended", break_id="b-1", period=DAY, cause="AIRDROP", account=PAPER_ACCOUNT,
            counter="income:airdrop", asset=PAPER_ETH, units=7, evidence_sha256=("aa" * 32,),
            prepared_by="ann", approved_by="bob", note="a gift", counts_ns=NOON_NS + 10**9,
            decided_ns=now_ns, is_withdrawn=is_withdrawn,
        )  # fmt: skip
        decide(self.home, HandClock(now_ns), [one])

    def _instant(self, random: Random) -> int:
        return random.randint(NOON_NS, self.anchor["cutoff_ns"])

    def _anchor(self, **changed: int) -> None:
        self._replace("raw_chain__anchors", [self.anchor | changed])

    def _await(self, fills: list[dict[str, Any]]) -> None:
        """Let some fills be seen behind the anchor, as what an exchange tells last."""
        rows = [
            {
                "kind": FILL,
                "fact_id": one["trade_id"],
                "at_ns": one["traded_ns"],
                "raw": text_json(one),
            }
            for one in fills
        ]
        self._replace(PENDING_EXCHANGE.name, rows)
        seen = Cursor(self.anchor["head_block"], self.anchor["block_hash"])
        self.lake.remember(PENDING_EXCHANGE.name, DAY, seen)

    def lock(self, *, is_locked: bool) -> None:
        """Lock or reopen the day."""
        now_ns = self.now_ns()
        mark = PeriodMarked(
            period=DAY, is_locked=is_locked, decided_by="ann", reason="test", audit_head="",
            decided_ns=now_ns,
        )  # fmt: skip
        post(self.home, HandClock(now_ns), JournalEntry(mark, now_ns))

    def now_ns(self) -> int:
        """Let time pass; give the instant."""
        self.last_ns += 1_000
        return self.last_ns

    def _replace(self, table: str, rows: list[dict[str, Any]]) -> None:
        for path in self.lake.parts(table, DAY):
            path.unlink()
        self.lake.replace(table, DAY, rows)


def look(home: DeskHome, now_ns: int) -> None:
    """Settle and post what is new, as the steps of the graph do."""
    day = Day(home, DAY)
    settle_new(day)
    rows = rows_settled(day)
    bookings.append(home, learn_new(day, rows, others_of(day), now_ns))
    remember_booked(day, rows)
    read_entries(day)
    read_postings(day)
    computed(home)


def close_the_day_before(home: DeskHome) -> None:
    """Leave what a close of the day before would have: what the desk opens with, in two lots."""
    lake, before = Lake(home), day_before(DAY)
    held = [Position(*key, 0, (("deposit", units),), units) for key, units in OPENING.items()]
    lots = [
        OpenLot("ETH", f"lot-{n}", 1 + n, quantity, quantity * 2_990_000_000)
        for n, quantity in enumerate((3 * 10**18, 197 * 10**18))
    ]
    profit = Attribution(
        before, "cex_mid", (), (), 0, 0, 0, 0, 0, {}, {"ETH": 2_995_000_000, BOOK_CURRENCY: 10**6}
    )
    lake.save(POSITIONS, before, Position, held)
    lake.save(HELD, before, Held, [Held(*key, "desk", units) for key, units in OPENING.items()])
    lake.save(REALISED, before, Realised, [Realised("fifo", 0, 0, 0, 0, tuple(lots), ())])
    lake.save(ATTRIBUTION, before, Attribution, [profit])


def settled_whole(home: DeskHome, folder: Path) -> dict[str, bytes]:
    """Settle everything that is told, into another folder; give the files by table."""
    day, other = Day(home, DAY), DeskHome(folder)
    found = settle(day.card, day.journal(), day.exchange(), day.chain(), day.open_before())
    alive = {row["correlation_id"] for row in day.staged("stg_journal__facts")}
    save_settlement(other, DAY, of_the_day(found, day.first_ns, alive))
    return written(other, *TABLES)


def computed(home: DeskHome) -> list[bytes]:
    """Compute what a look does of positions and profit, going on from earlier looks."""
    day = Day(home, DAY)
    with Warehouse(home).held():
        compare_new(day)
        compared = day.lake.load(COMPARED, DAY, Compared)
        return _encoded(
            positions_of(day),
            held_by(day),
            *attributed(day),
            compared,
            carried(day),
            flows_settled(day),
        )


def computed_by_definition(home: DeskHome) -> list[bytes]:
    """Compute the same from every entry of the day."""
    day = Day(home, DAY)
    with Warehouse(home).held():
        given = attribution_input(day)
        valuer = Valuer.of(given.assets, given.marks)
        lots = carried_lots(day, given, valuer)
        return _encoded(
            roll_forward(given.entries, *day.span_ns, opening=given.opening),
            held_by_strategy(
                given.entries, day.lake.load(HELD, day.previous, Held) if day.previous else ()
            ),
            attribute(given),
            realised_by_lots(given.entries, lots, valuer, given.end_ns),
            _compared_whole(day),
            _carried_whole(day.journal()),
            summed(flows_of(load_settlement(home, DAY))),
        )


def _compared_whole(day: Day) -> list[Compared]:
    journal = day.own_journal()
    executions = day.lake.load(EXECUTIONS, DAY, SettledExecution)
    return compare(journal.decisions, journal.verdicts, executions)


def _carried_whole(journal: JournalBook) -> tuple[dict[str, list[tuple[int, int]]], int]:
    ends = {one.execution_id: one.observed_ns for one in journal.outcomes if not one.is_final}
    spans: dict[str, list[tuple[int, int]]] = {"dex_dex": [], "cex_dex": []}
    for plan in journal.executions:
        if plan.execution_id in ends:
            span = plan.planned_ns, ends[plan.execution_id]
            spans.setdefault(plan.strategy, []).append(span)
    heard = [one.found_ns for one in journal.decisions]
    heard += [one.observed_ns for one in journal.outcomes]
    return spans, max(heard) - min(heard) if heard else 0


def _encoded(*found: object) -> list[bytes]:
    return list(map(msgspec.json.encode, found))


def said_by_definition(home: DeskHome, folder: Path) -> dict[str, bytes]:
    """Write what the book says, from all of it, into another folder; give the files by table."""
    lake, log = Lake(DeskHome(folder)), bookings.bookings_in(home, DAY)
    lake.save(ENTRIES, DAY, Entry, entries_booked(log))
    lake.save(POSTINGS, DAY, BookedPosting, [one for each in log for one in postings_of(each)])
    return written(DeskHome(folder), ENTRIES, POSTINGS)


def learned_by_definition(home: DeskHome, now_ns: int) -> list[bytes]:
    """Say what all facts together would add to the book."""
    learned = bookings.learn(home, DAY, facts_of(Day(home, DAY)), now_ns)
    return list(map(msgspec.json.encode, learned))


def written(home: DeskHome, *tables: str) -> dict[str, bytes]:
    """Read the rows of some tables' files as bytes, without what the files say of themselves."""
    found = {table: Lake(home).table(table, DAY) for table in tables}
    return {table: b"" if rows is None else _plain(rows) for table, rows in found.items()}


def _plain(rows: Any) -> bytes:
    import io

    import pyarrow.parquet as pq

    target = io.BytesIO()
    pq.write_table(rows.replace_schema_metadata(None), target)
    return target.getvalue()


def files(home: DeskHome) -> dict[str, bytes]:
    """Read every computed and kept file of a desk."""
    names = (BOOKINGS, ENTRIES, POSTINGS, *TABLES)
    found = [*home.lake.rglob("*.parquet"), *home.lake.rglob("state.arrow")]
    return {
        str(path.relative_to(home.lake)): path.read_bytes()
        for path in sorted(found)
        if path.parent.parent.name in names or path.parent.parent.name.startswith("kept_")
    }
