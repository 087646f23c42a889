"""A gap or a silence of the loop asks for a reconciliation of its day, however long the journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from domain.clock import DAY_NS, utc_day
from domain.home import DeskHome
from journal.records import Fact
from journal.writer import JournalWriter
from orchestration.resources.desk import Desk
from sensors import watching
from sensors.loop_trouble import loop_trouble
from tests.kit.clock import NOON_NS, HandClock
from tests.kit.facts import an_entry, fact
from tests.kit.homes import a_home

DAY, NEXT_DAY = utc_day(NOON_NS), utc_day(NOON_NS + DAY_NS)


@pytest.fixture
def home(tmp_path: Path) -> DeskHome:
    return a_home(tmp_path)


def gap(number: int) -> Fact:
    return fact("feed.gap", noticed_ns=number)


def desk(kind: str, number: int) -> Fact:
    changes: dict[str, Any] = {"opened_ns" if kind == "desk.opened" else "closed_ns": number}
    return fact(kind, **changes)


def write(home: DeskHome, *facts: Fact, at_ns: int = NOON_NS) -> None:
    with JournalWriter(home, HandClock(at_ns)) as writer:
        writer.append([an_entry(one) for one in facts])


def tick(home: DeskHome, cursor: str | None = None) -> tuple[list[str], str | None]:
    """Look once; give the days that are asked for, and the cursor that is kept."""
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(cursor=cursor, instance=instance)
        answer = loop_trouble(context, desk=Desk(root=str(home.root)))
    assert isinstance(answer, dg.SensorResult)
    return [one.partition_key or "" for one in answer.run_requests or ()], answer.cursor


def test_a_gap_asks_once_for_a_reconciliation_of_its_day(home: DeskHome):
    write(home, gap(1), gap(2))
    days, cursor = tick(home)
    assert days == [DAY]
    assert tick(home, cursor) == ([], cursor)


def test_a_desk_that_hears_everything_asks_for_nothing(home: DeskHome):
    assert tick(home)[0] == []
    write(home, fact("market.mark"))
    assert tick(home)[0] == []


def test_gaps_of_locked_days_do_not_stand_before_those_of_open_ones(
    home: DeskHome, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(watching, "BATCH", 2)
    write(home, *map(gap, range(3)), fact("period.marked", period=DAY, is_locked=True))
    write(home, gap(9), at_ns=NOON_NS + DAY_NS)
    days, cursor = tick(home)
    assert days == []
    assert tick(home, cursor)[0] == [NEXT_DAY]


def test_an_open_desk_whose_journal_stands_still_is_reconciled_and_a_closed_one_is_not(
    home: DeskHome, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(watching, "BATCH", 2)
    for number in range(3):
        write(home, desk("desk.opened", number))
        assert tick(home)[0] == [DAY]
        write(home, desk("desk.closed", number))
        assert tick(home)[0] == []
