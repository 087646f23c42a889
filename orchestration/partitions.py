"""The books are cut by UTC day, from the day the desk was opened.

The first partition is read from the desk card, so that a new desk does not show years it never
traded. Nothing else about days belongs here; their bounds are in :mod:`domain.clock`.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import dagster as dg

from domain.clock import utc_day
from domain.desk import read_card
from domain.errors import ConfigRefused, Refused
from domain.home import DeskHome
from journal.reader import JournalReader
from journal.records import DeskOpened

HOME_VARIABLE = "ALPHAPULSE_HOME"
FIRST_DAY_WITHOUT_A_DESK = "2025-01-01"
"""Where the calendar starts when no desk was opened yet: definitions must load without one."""

REPOSITORY = Path(__file__).resolve().parent.parent


def desk_home(root: str = "") -> DeskHome:
    """Find the desk: an explicit folder, else the environment's, else ``var/desk`` here."""
    chosen = root or os.environ.get(HOME_VARIABLE) or str(REPOSITORY / "var" / "desk")
    return DeskHome(Path(chosen).resolve())


def first_day(home: DeskHome) -> str:
    """Name the first day of the books: the day the desk was first opened."""
    try:
        opened_ns = first_opened_ns(home) or read_card(home.card.read_bytes()).opened_ns
    except (OSError, Refused):
        return FIRST_DAY_WITHOUT_A_DESK
    return utc_day(opened_ns)


def first_opened_ns(home: DeskHome) -> int | None:
    """Read when the journal says the desk was first opened; None while it says nothing."""
    if not home.journal_db.exists():
        return None
    with JournalReader(home.journal_db) as reader:
        opened = reader.read(kinds=[DeskOpened.KIND], limit=1)
    facts = [record.fact() for record in opened]
    return next((fact.opened_ns for fact in facts if isinstance(fact, DeskOpened)), None)


def day_before(day: str) -> str:
    """Name the day before a day.

    Raises:
        ConfigRefused: `day` is not ``YYYY-MM-DD``.
    """
    try:
        return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    except ValueError as error:
        raise ConfigRefused("write the day as YYYY-MM-DD", day=day) from error


utc_days = dg.DailyPartitionsDefinition(
    start_date=first_day(desk_home()),
    end_offset=1,  # today is a partition too: the books follow the desk while it trades
)
