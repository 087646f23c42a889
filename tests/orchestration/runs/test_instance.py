"""A desk's Dagster keeps every event of a run and says only what is wrong on the terminal."""

import dagster as dg
import pytest


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
