"""A desk's Dagster keeps every event of a run and says only what is wrong on the terminal."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from domain.home import DeskHome
from orchestration.instance import instance_environment, prepare_instance


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    home = DeskHome(tmp_path)
    for name, value in instance_environment(home).items():
        monkeypatch.setenv(name, value)  # prepare_instance sets them for good
    with dg.DagsterInstance.from_config(str(prepare_instance(home))) as instance:
        yield instance


@dg.op
def grumbling(context: dg.OpExecutionContext) -> None:
    context.log.info("all is well")
    context.log.warning("all is not well")


@dg.job
def grumble() -> None:
    grumbling()


def test_a_run_keeps_its_events_and_prints_only_what_is_wrong(
    instance: dg.DagsterInstance, capfd: pytest.CaptureFixture[str]
):
    result = grumble.execute_in_process(instance=instance)
    printed = capfd.readouterr().err.splitlines()
    assert ["all is not well" in line for line in printed] == [True]
    kept = {entry.dagster_event_type for entry in instance.all_logs(result.run_id)}
    assert {dg.DagsterEventType.RUN_SUCCESS, dg.DagsterEventType.STEP_SUCCESS} <= kept
