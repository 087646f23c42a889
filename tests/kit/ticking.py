"""A day that becomes known bit by bit: what its sources tell changes between two looks at it.

Staging is made once and copied: its models are views, so what is captured is staged at once.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from domain.home import DeskHome
from domain.ledger.bitemporal import entries_booked
from domain.ledger.types import Entry
from domain.settlement.settle import settle
from journal.entry import Entry as JournalEntry
from journal.post import post
from journal.records import PeriodMarked
from orchestration import bookings
from orchestration.assets.ledger import facts_of, others_of
from orchestration.captures.exchange import capture_exchange_openings
from orchestration.captures.facts import capture_facts
from orchestration.day import BOOKINGS, ENTRIES, POSTINGS, Day
from orchestration.movements import TABLES, save_settlement
from orchestration.posting import (
    BookedPosting,
    learn_new,
    postings_of,
    read_entries,
    read_postings,
    remember_booked,
    rows_settled,
)
from orchestration.resources.dbt_run import run_dbt
from orchestration.resources.lake import Lake
from orchestration.settling import settle_new
from tests.kit.books import World
from tests.kit.clock import HandClock
from tests.kit.desk_day import a_desk_day
from tests.kit.world_names import DAY

TOLD = (
    "raw_journal__facts",
    "raw_chain__transactions",
    "raw_chain__logs",
    "raw_chain__rebases",
    "raw_exchange__fills",
    "raw_exchange__ledger_lines",
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
    """One world's day as its sources tell it, more or less of it each time."""

    def __init__(self, folder: Path, staged: DeskHome, world: World) -> None:
        self.home, _ = a_desk_day(folder, world)
        capture_facts(self.home, DAY)
        capture_exchange_openings(self.home, DAY)
        self.home.warehouse.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(staged.warehouse, self.home.warehouse)
        self.lake = Lake(self.home)
        self.whole = {table: self._rows(table) for table in TOLD}
        self.anchor = self._rows("raw_chain__anchors")[0]
        self.last_ns = 2 * 10**18

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
        self._replace(
            "raw_chain__anchors", [self.anchor | {"final_block": final, "safe_block": safe}]
        )

    def tell_all(self) -> None:
        """Let every row be told as it is."""
        for table, rows in self.whole.items():
            self._replace(table, rows)
        self._replace("raw_chain__anchors", [self.anchor])

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


def settled_whole(home: DeskHome, folder: Path) -> dict[str, bytes]:
    """Settle everything that is told, into another folder; give the files by table."""
    day, other = Day(home, DAY), DeskHome(folder)
    save_settlement(other, DAY, settle(day.card, day.journal(), day.exchange(), day.chain()))
    return written(other, *TABLES)


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
    return {
        str(path.relative_to(home.lake)): path.read_bytes()
        for path in sorted(home.lake.rglob("*.parquet"))
        if path.parent.parent.name in names or path.parent.parent.name.startswith("kept_")
    }
