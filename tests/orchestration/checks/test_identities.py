"""What the journal holds and the books lack is told, be it the day's first record or its last."""

from __future__ import annotations

from typing import Any

import dagster as dg
import pytest

from domain.home import DeskHome
from domain.settlement.outcome import SettledExecution
from orchestration.captures.facts import capture_facts
from orchestration.checks.identities import no_fact_in_the_journal_is_missing_from_the_books
from orchestration.day import Day
from orchestration.reading.movements import EXECUTIONS
from orchestration.resources.desk import Desk
from tests.kit.desk_day import a_desk_day
from tests.kit.world_names import DAY

FACTS = "raw_journal__facts"


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> DeskHome:
    """A day that is captured and whose executions are settled, in no other way than by name."""
    home, world = a_desk_day(tmp_path_factory.mktemp("settled"))
    capture_facts(home, DAY)
    executions = world.settled().executions
    Day(home, DAY).lake.save(EXECUTIONS, DAY, SettledExecution, executions)
    return home


def _answer(home: DeskHome) -> tuple[bool, dict[str, Any]]:
    context = dg.build_op_context(partition_key=DAY)
    check: Any = no_fact_in_the_journal_is_missing_from_the_books
    found = check(context, Desk(root=str(home.root)))
    return found.passed, {name: one.value for name, one in found.metadata.items()}


def test_a_day_that_lacks_nothing_passes(settled: DeskHome):
    passed, told = _answer(settled)
    assert passed
    assert told["facts"] > told["planned"] > 0


@pytest.mark.parametrize("at", [0, 3, -1])
def test_a_record_the_lake_lacks_is_named(settled: DeskHome, at: int):
    lake = Day(settled, DAY).lake
    rows = lake.read(FACTS, DAY)
    [path] = lake.parts(FACTS, DAY)
    before = path.read_bytes()
    gone = rows.pop(at)
    path.unlink()
    lake.replace(FACTS, DAY, rows)
    passed, told = _answer(settled)
    [changed] = lake.parts(FACTS, DAY)
    changed.unlink()
    path.write_bytes(before)
    assert not passed
    assert told["not_captured"] == str([gone["seq"]])


def test_a_planned_execution_that_was_not_settled_is_named(settled: DeskHome):
    lake = Day(settled, DAY).lake
    executions = lake.load(EXECUTIONS, DAY, SettledExecution)
    lake.save(EXECUTIONS, DAY, SettledExecution, executions[1:])
    passed, told = _answer(settled)
    lake.save(EXECUTIONS, DAY, SettledExecution, executions)
    assert not passed
    assert told["not_settled"] == executions[0].execution_id
