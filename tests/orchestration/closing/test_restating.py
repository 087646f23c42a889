"""A late line of a statement is told and booked where it belongs; no locked day is edited."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from domain.clock import day_bounds_ns
from domain.errors import Refused
from domain.home import DeskHome
from domain.ledger.bitemporal import entries_booked
from domain.ledger.types import PRIOR_PERIOD, Entry, canonical_bytes
from orchestration.assets.ledger import facts_of
from orchestration.captures.anchor import STILL_RUNNING
from orchestration.closing import bookings
from orchestration.closing.bookings import bookings_in
from orchestration.closing.close import close_object
from orchestration.closing.periods import (
    is_locked,
    lock_day,
    period_marks,
    refuse_locked,
    reopen_day,
)
from orchestration.closing.restating import LATE, restate, to_close_again
from orchestration.day import ENTRIES, Day
from orchestration.resources.lake import Lake, read_parquet
from orchestration.resources.lake_schema import ANCHORS
from tests.kit.books import World
from tests.kit.clock import HandClock
from tests.kit.closing import answers, close
from tests.kit.desk_day import a_desk_day, a_traded_world, exchange_balances, line_row
from tests.kit.facts import PAPER_USDC
from tests.kit.world_names import DAY

NEXT_DAY = "2025-11-21"
LATER_NS = day_bounds_ns("2099-01-01")[0]
UNITS = 7 * 10**8


def _a_world_with_a_deposit() -> World:
    world = a_traded_world()
    world.tick()
    world.statement("deposit", "late", PAPER_USDC, UNITS, 0)
    world.mark(3_001_000_000)
    return world


def _forget_the_deposit(world: World) -> None:
    world.lines.pop()
    world.held["paper:spot", PAPER_USDC] -= UNITS


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed day whose exchange has not told a deposit yet."""
    told = _a_world_with_a_deposit()
    home, _ = a_desk_day(tmp_path_factory.mktemp("closed"), told, fault=_forget_the_deposit)
    result = close(home)
    assert dict.fromkeys(answers(result), True) == answers(result)
    return home.root


@pytest.fixture
def home(closed: Path, tmp_path: Path) -> DeskHome:
    """The closed day, to do with as one likes."""
    return DeskHome(shutil.copytree(closed, tmp_path / "desk"))


def _told_late(copy: DeskHome, day: str) -> str:
    """Capture what the exchange tells now: the deposit too."""
    lake, line = Lake(copy), _a_world_with_a_deposit().lines[-1]
    table = "raw_exchange__ledger_lines"
    lake.replace(table, day, [*lake.read(table, day), line_row(line)])
    lake.replace("raw_exchange__balances", day, exchange_balances(_a_world_with_a_deposit()))
    return "told again"


def _content(home: DeskHome, day: str) -> dict[str, str]:
    files = sorted(home.lake.glob(f"int_*/day={day}/*")) + sorted(
        home.lake.glob(f"raw_*/day={day}/*")
    )
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_report_says_what_changes_and_writes_nothing(home: DeskHome):
    before = _content(home, DAY)
    found = restate(home, DAY, HandClock(LATER_NS), _told_late)
    (day,) = found.days
    (change,) = day.changes
    assert (day.day, day.value_usd_e24) == (DAY, 7 * 10**24)
    assert (change.asset, change.units, change.causes) == (PAPER_USDC, UNITS, ("deposit",))
    assert change.reasons == (LATE,)
    assert change.booked_on == (DAY,)
    assert _content(home, DAY) == before
    assert sorted(path.name for path in home.root.glob(".restating-*")) == []


def test_a_source_that_tells_the_same_again_changes_nothing(home: DeskHome):
    found = restate(home, DAY, HandClock(LATER_NS), lambda copy, day: "the same")
    assert (found.days, found.learned) == ((), ())


def test_an_open_day_is_booked_again_and_still_closes_to_the_last_unit(home: DeskHome):
    old = close_object(Day(home, DAY))
    then = [one.known_ns for one in bookings_in(home, DAY)][-1]
    found = restate(home, DAY, HandClock(LATER_NS), _told_late, is_booked=True)
    assert found.written == (DAY,)
    assert to_close_again(home, found.written) == [DAY]
    result = close(home)
    assert dict.fromkeys(answers(result), True) == answers(result)
    new = close_object(Day(home, DAY))
    assert old
    assert new
    assert new["pnl"]["residual"] == "0"
    assert new["pnl"]["external_flows"] == "7"
    assert old["pnl"]["external_flows"] == "0"
    replayed = entries_booked(bookings_in(home, DAY), then)
    today = Lake(home).load(ENTRIES, DAY, Entry)
    deposit = [one for one in today if one.cause == "deposit"]
    assert canonical_bytes([*replayed, *deposit]) == canonical_bytes(today)


def test_a_locked_day_is_not_edited_and_what_is_new_counts_in_the_open_period(home: DeskHome):
    lock_day(home, DAY, HandClock(LATER_NS - 9), by="reviewer", reason="signed off")
    before = _content(home, DAY)
    found = restate(home, DAY, HandClock(LATER_NS), _told_late, is_booked=True)
    assert found.is_locked
    assert found.written == (NEXT_DAY,)
    assert _content(home, DAY) == before
    (adjustment,) = entries_booked(bookings_in(home, NEXT_DAY))
    assert (adjustment.cause, adjustment.at_ns) == (PRIOR_PERIOD, day_bounds_ns(NEXT_DAY)[0])
    assert [one.units for one in adjustment.postings] == [UNITS, -UNITS]
    again = restate(home, DAY, HandClock(LATER_NS + 9), _told_late, is_booked=True)
    assert again.learned == ()


def test_nothing_writes_a_locked_day_until_it_is_reopened(home: DeskHome):
    mark = lock_day(home, DAY, HandClock(LATER_NS), by="reviewer", reason="signed off")
    published = read_parquet(home.marts / "rpt_close" / f"day={DAY}" / "rpt_close.parquet")
    assert mark.audit_head == published[0]["audit_head"]
    before = _content(home, DAY)
    assert not close(home).success
    assert _content(home, DAY) == before
    with pytest.raises(Refused, match="this day is locked"):
        refuse_locked(home, DAY)
    reopen_day(home, DAY, HandClock(LATER_NS + 1), by="reviewer", reason="a deposit came late")
    assert not is_locked(home, DAY)
    assert [one.is_locked for one in period_marks(home)] == [True, False]
    refuse_locked(home, DAY)


def test_a_day_that_was_not_closed_is_neither_locked_nor_restated(tmp_path: Path):
    home, _ = a_desk_day(tmp_path)
    with pytest.raises(Refused, match="close this day first"):
        lock_day(home, DAY, HandClock(LATER_NS), by="x", reason="y")
    with pytest.raises(Refused, match="close this day first"):
        restate(home, DAY, HandClock(LATER_NS), _told_late)


def test_a_day_that_still_goes_on_is_not_locked(home: DeskHome):
    [row] = Lake(home).read(ANCHORS.name, DAY)
    Lake(home).replace(ANCHORS.name, DAY, [{**row, "reason": STILL_RUNNING}])
    with pytest.raises(Refused, match="still goes on"):
        lock_day(home, DAY, HandClock(LATER_NS), by="finance", reason="early")
    assert not is_locked(home, DAY)


def test_booking_the_same_facts_again_books_nothing_twice(home: DeskHome):
    once = bookings_in(home, DAY)
    assert bookings.learn(home, DAY, facts_of(Day(home, DAY)), LATER_NS) == []
    assert bookings.append(home, once) == [DAY]
    assert bookings_in(home, DAY) == once
