"""What a close refuses before anything happens."""

from __future__ import annotations

import signal
from pathlib import Path

import dagster as dg
import pytest

from domain.clock import utc_day
from domain.errors import ConfigRefused, InputRefused
from orchestration.runs.run import _failures, close_day
from tests.kit.homes import a_home

pytestmark = pytest.mark.usefixtures("instance")  # which puts its environment back

OPENED_NS = 1_790_000_000_000_000_000
OPENED = utc_day(OPENED_NS)


@pytest.mark.parametrize("day", ["2025-06-01", "2999-01-01"])
def test_a_day_the_desk_did_not_see_is_refused_with_those_it_did(tmp_path: Path, day: str):
    home = a_home(tmp_path, opened_ns=OPENED_NS)
    with pytest.raises(InputRefused, match=f"since the desk was opened.*first={OPENED}"):
        close_day(home, day)
    assert not list(home.root.glob("lake/**/*.parquet"))


def test_what_is_no_day_is_refused(tmp_path: Path):
    with pytest.raises((ConfigRefused, InputRefused), match="YYYY-MM-DD"):
        close_day(a_home(tmp_path), "yesterday")


@dg.op
def interrupted() -> None:
    signal.raise_signal(signal.SIGTERM)


@dg.job
def interrupting() -> None:
    interrupted()


def test_a_signal_to_end_ends_a_run_with_a_sentence_of_ours():
    with dg.DagsterInstance.ephemeral() as instance:
        result = interrupting.execute_in_process(instance=instance, raise_on_error=False)
    assert [(one.step, one.sentence) for one in _failures(result.all_events)] == [
        ("interrupted", "interrupted; run this again, it goes on from here")
    ]
