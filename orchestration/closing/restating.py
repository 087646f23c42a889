"""Looking at a closed day again: what its sources say now that they did not say then.

The day is settled a second time in a copy of the desk's lake, with exchange and chain asked anew
(`asking_again.py`); the difference is learned by the book. Of an open day it is booked where it
happened, of a locked one where the open period begins. Reporting writes nothing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from domain.clock import Clock
from domain.errors import Refused
from domain.home import DeskHome
from domain.ledger.bitemporal import Booking
from domain.ledger.restatement import DayRestated, by_day, restatement
from domain.ledger.types import Entry
from domain.money import value_usd_e24
from domain.pnl.types import Attribution
from orchestration.closing import bookings
from orchestration.closing.asking_again import ASKED, ask_the_sources
from orchestration.closing.periods import closed_days, is_locked
from orchestration.day import ATTRIBUTION, Day
from orchestration.resources.lake import Lake

LATE = "the sources told it after the day was closed"
LookAgain = Callable[[DeskHome, str], str]
"""Captures a day anew in a copy of a desk; answers how it went."""


class Restatement(msgspec.Struct, frozen=True):
    """What looking at a day again has shown.

    Args:
        day: The day looked at.
        is_locked: Whether its changes count later.
        sources: How asking again went.
        days: What changes, by the day it happened on; none when the day stands as it was closed.
        learned: The bookings that say so.
        written: Days whose partitions were written, when it was booked.
    """

    day: str
    is_locked: bool
    sources: str
    days: tuple[DayRestated, ...]
    learned: tuple[Booking, ...]
    written: tuple[str, ...] = ()


def restate(
    home: DeskHome,
    day: str,
    clock: Clock,
    look_again: LookAgain | None = None,
    *,
    is_booked: bool = False,
) -> Restatement:
    """Say which closed days change by what the sources say of a day now, by how much and why.

    Args:
        home: The desk.
        day: A closed day.
        clock: Says when this was learned.
        look_again: How to ask the sources; exchange and chain unless given.
        is_booked: Book what was found; the days it counts in have then to be closed again. Of an
            open day what the sources told replaces what it was closed with.

    Raises:
        Refused: The day was never closed.
    """
    if day not in closed_days(home):
        raise Refused("close this day first; only closed books are restated", day=day)
    with copied(home) as copy:
        told = (look_again or ask_the_sources)(copy, day)
        entries = _settled_again(copy, day)
        learned = bookings.learn(home, day, entries, clock.now_ns(), LATE)
        if is_booked and learned and not is_locked(home, day):
            _take_over(copy, home, day)
    written = bookings.append(home, learned) if is_booked else []
    values = {(day, asset): value for asset, value in _unit_values(home, day).items()}
    return Restatement(
        day=day,
        is_locked=is_locked(home, day),
        sources=told,
        days=tuple(by_day(restatement(learned, after_ns=0), values)),
        learned=tuple(learned),
        written=tuple(written),
    )


def to_close_again(home: DeskHome, written: Sequence[str]) -> list[str]:
    """List the closed days that stand on what was written: each opens with what the last closed."""
    first = min(written, default="")
    return [day for day in closed_days(home) if written and day >= first]


@contextmanager
def copied(home: DeskHome) -> Iterator[DeskHome]:
    """Give a desk whose lake starts as this one's; what is written there stays there."""
    home.root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restating-", dir=home.root) as folder:
        copy = DeskHome(Path(folder))
        shutil.copytree(home.lake, copy.lake, copy_function=os.link)  # files are replaced, not cut
        shutil.copyfile(home.card, copy.card)
        copy.journal_db.parent.symlink_to(home.journal_db.parent)
        yield copy


def _take_over(copy: DeskHome, home: DeskHome, day: str) -> None:
    for table in ASKED:
        folder = Lake(home).folder(table, day)
        shutil.rmtree(folder, ignore_errors=True)
        if Lake(copy).folder(table, day).exists():
            shutil.copytree(Lake(copy).folder(table, day), folder)


def _settled_again(copy: DeskHome, name: str) -> list[Entry]:
    from orchestration.assets.ledger import facts_of
    from orchestration.assets.transforms import BEFORE_SETTLEMENT
    from orchestration.incremental.settling import settle_new
    from orchestration.resources.dbt_run import run_dbt

    day = Day(copy, name)
    run_dbt(copy, name, BEFORE_SETTLEMENT, command="run")
    settle_new(day)
    return facts_of(day)


def _unit_values(home: DeskHome, name: str) -> dict[str, int | None]:
    """Value one base unit of each asset at the marks a day closed with."""
    day = Day(home, name)
    closed = day.lake.load(ATTRIBUTION, name, Attribution)
    marks = dict(closed[0].closing_marks) if closed else {}
    return {
        asset.asset: value_usd_e24(1, asset.decimals, marks[asset.underlying])
        for asset in day.card.assets
        if asset.underlying in marks
    }
