"""The settlement sensor against an instance: the same tick twice asks for one run."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from domain.home import DeskHome
from journal.entry import Entry
from journal.writer import JournalWriter
from orchestration.assets.report import Close, publish
from orchestration.captures.facts import capture_facts
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Lake
from sensors.finalised_executions import finalised_executions
from tests.kit.clock import NOON_NS, HandClock
from tests.kit.facts import fact
from tests.kit.homes import a_home


@pytest.fixture
def home(tmp_path: Path) -> DeskHome:
    return a_home(tmp_path)


def finalise(home: DeskHome, *names: str) -> None:
    with JournalWriter(home, HandClock(NOON_NS)) as writer:
        writer.append(
            [Entry(fact("execution.finalised", execution_id=name), NOON_NS) for name in names]
        )


def tick(home: DeskHome, instance: dg.DagsterInstance, cursor: str | None) -> dg.SensorResult:
    context = dg.build_sensor_context(
        instance=instance, cursor=cursor, resources={"desk": Desk(root=str(home.root))}
    )
    answer = finalised_executions(context)
    assert isinstance(answer, dg.SensorResult | dg.SkipReason)
    return answer


def test_a_batch_asks_for_one_run_of_its_day(home: DeskHome):
    finalise(home, "a", "b", "c")
    with dg.DagsterInstance.ephemeral() as instance:
        answer = tick(home, instance, None)
    assert [run.partition_key for run in answer.run_requests] == ["2025-11-20"]
    assert answer.cursor == "3"


def test_the_same_tick_twice_asks_for_the_same_run(home: DeskHome):
    finalise(home, "a", "b")
    with dg.DagsterInstance.ephemeral() as instance:
        keys = {tick(home, instance, None).run_requests[0].run_key for _ in range(2)}
    assert len(keys) == 1


def test_the_next_tick_asks_for_nothing(home: DeskHome):
    finalise(home, "a")
    with dg.DagsterInstance.ephemeral() as instance:
        cursor = tick(home, instance, None).cursor
        assert isinstance(tick(home, instance, cursor), dg.SkipReason)


@pytest.mark.parametrize(
    ("status", "is_asked"),
    [(dg.DagsterRunStatus.NOT_STARTED, False), (dg.DagsterRunStatus.STARTED, True)],
)
def test_what_is_new_joins_a_run_that_waits_and_asks_for_another_behind_one_that_works(
    home: DeskHome, status: dg.DagsterRunStatus, is_asked: bool
):
    finalise(home, "a")
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_run(dg.DagsterRun(job_name="settle_day", status=status))
        answer = tick(home, instance, None)
    assert isinstance(answer, dg.SensorResult) is is_asked


def settle(home: DeskHome, last_seq: int) -> None:
    """Publish books of the day that were made from the journal up to a record."""
    publish(home, Close("2025-11-20", last_seq, "0", "0", 0, "", "{}"))


def test_what_a_close_already_holds_moves_the_cursor_and_asks_for_nothing(home: DeskHome):
    finalise(home, "a", "b")
    settle(home, 2)
    with dg.DagsterInstance.ephemeral() as instance:
        answer = tick(home, instance, None)
    assert not answer.run_requests
    assert answer.skip_reason
    assert answer.cursor == "2"


def test_what_became_final_after_the_close_is_asked_for(home: DeskHome):
    finalise(home, "a")
    settle(home, 1)
    finalise(home, "b")
    with dg.DagsterInstance.ephemeral() as instance:
        assert len(tick(home, instance, None).run_requests) == 1


def test_a_run_that_died_between_captures_and_books_is_asked_for_again(home: DeskHome):
    finalise(home, "a", "b")
    settle(home, 1)
    capture_facts(home, "2025-11-20")
    assert Lake(home).cursor("raw_journal__facts", "2025-11-20").position == 2
    with dg.DagsterInstance.ephemeral() as instance:
        assert len(tick(home, instance, None).run_requests) == 1


def test_a_desk_without_a_journal_asks_for_nothing(home: DeskHome):
    with dg.DagsterInstance.ephemeral() as instance:
        assert isinstance(tick(home, instance, None), dg.SkipReason)
