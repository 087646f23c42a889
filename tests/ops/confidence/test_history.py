"""The past as confidence learns from it: settled executions joined with what was promised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from domain.errors import ConfigRefused
from domain.home import DeskHome
from journal.entry import Entry
from journal.writer import JournalWriter
from live.detection.promise import promise_of
from ops.confidence.history import past_outcomes
from tests.kit.clock import noon_clock
from tests.kit.facts import a_card, fact
from tests.kit.homes import a_home
from tests.kit.trading import an_atomic

USD = 10**24


def a_past(home: DeskHome, rows: list[dict[str, Any]]) -> None:
    """Journal an opportunity for each row, and settle it as the row says."""
    facts = [fact("desk.opened")]
    for at, row in enumerate(rows):
        name = row["opportunity_id"]
        facts.append(an_atomic(opportunity_id=name, found_ns=1_000 * at, expires_ns=10**9))
        finished = fact("execution.finished", execution_id=f"x-{at}", opportunity_id=name)
        facts.append(finished)
    with JournalWriter(home, noon_clock()) as writer:
        writer.append([Entry(one, 5_000 + at) for at, one in enumerate(facts)])
    folder = home.marts / "fct_executions" / "day=2026-01-01"
    folder.mkdir(parents=True)
    parquet.write_table(pa.Table.from_pylist(rows), folder / "part.parquet")


def a_row(name: str, realised: str | None = str(USD), status: str = "SETTLED") -> dict[str, Any]:
    return {"opportunity_id": name, "realised_net_usd_e24": realised, "status": status}


def test_a_settled_execution_is_an_outcome_with_its_promise(tmp_path: Path):
    home = a_home(tmp_path)
    a_past(home, [a_row("a"), a_row("b", str(-USD), "REVERTED")])
    first, second = past_outcomes(home)
    assert (first.opportunity_id, first.realised_usd_e24) == ("a", USD)
    assert first.promise == promise_of(a_card(), an_atomic(found_ns=0, expires_ns=10**9))
    assert first.is_realised(USD)
    assert not first.is_realised(USD + 1)
    assert not first.life.has_ended
    assert second.life.has_ended
    assert not second.is_realised(0)


def test_outcomes_come_oldest_first_whatever_the_marts_order(tmp_path: Path):
    home = a_home(tmp_path)
    rows = [a_row(name) for name in "abc"]
    a_past(home, rows)
    folder = home.marts / "fct_executions" / "day=2026-01-01"
    parquet.write_table(pa.Table.from_pylist(rows[::-1]), folder / "part.parquet")
    assert [one.opportunity_id for one in past_outcomes(home)] == ["a", "b", "c"]


def test_what_is_not_settled_or_not_in_the_journal_teaches_nothing(tmp_path: Path):
    home = a_home(tmp_path)
    a_past(home, [a_row("a", None), a_row("b")])
    folder = home.marts / "fct_executions" / "day=2026-01-02"
    folder.mkdir(parents=True)
    parquet.write_table(pa.Table.from_pylist([a_row("stranger")]), folder / "part.parquet")
    assert [one.opportunity_id for one in past_outcomes(home)] == ["b"]


def test_a_desk_without_a_journal_is_refused(tmp_path: Path):
    with pytest.raises(ConfigRefused):
        past_outcomes(a_home(tmp_path))
