"""Closing a day from a command: the job in this process, its steps timed, its close as an object.

The run is the desk's own Dagster's, so that the UI shows it afterwards. How it prints is not
decided here.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import msgspec

from domain.clock import day_bounds_ns
from domain.home import DeskHome
from orchestration.runs.instance import prepare_instance

if TYPE_CHECKING:
    import dagster as dg


QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""A command that fails says so in one sentence of its own; the UI has the rest."""


_INTERRUPTED = "DagsterExecutionInterruptedError"
"""What Dagster makes of a signal to end."""


class Step(msgspec.Struct, frozen=True):
    """One step of a close and how long it took; `seconds` is text, ``unknown`` when it failed."""

    name: str
    seconds: str
    is_success: bool


class Failed(msgspec.Struct, frozen=True):
    """What stopped, in one sentence, with the error's class and what to do next."""

    step: str
    sentence: str
    error: str
    advice: str


class CheckAnswer(msgspec.Struct, frozen=True):
    """One check of the close."""

    check: str
    asset: str
    is_passed: bool
    is_blocking: bool
    shown: dict[str, str]


class CloseResult(msgspec.Struct, frozen=True):
    """What came of closing a day.

    Args:
        is_success: Every step ran and no blocking check failed: the day is published.
        close: The object `--json` prints; None when the day could not be computed at all.
    """

    day: str
    run_id: str
    is_success: bool
    steps: tuple[Step, ...]
    failures: tuple[Failed, ...]
    checks: tuple[CheckAnswer, ...]
    close: dict[str, Any] | None


def close_day(home: DeskHome, day: str, *, job: str = "daily_close") -> CloseResult:
    """Close one UTC day of a desk.

    Args:
        home: The desk.
        day: ``YYYY-MM-DD``.
        job: Which job; the close by default.

    Raises:
        InputRefused: `day` is not a date, or none of the desk's days.
    """
    day_bounds_ns(day)
    prepare_instance(home)
    import dagster as dg

    defs = definitions()
    from orchestration.partitions import utc_days

    _refuse_other_days(home, day, utc_days.get_last_partition_key() or day)
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def(job).execute_in_process(
            partition_key=day, instance=instance, raise_on_error=False, run_config=QUIET
        )
        return _told(home, day, result)


def warm_up(home: DeskHome, *, job: str = "daily_close") -> None:
    """Do what every close begins with and no close needs to wait for: imports, definitions, dbt.

    Half a close's time on a small machine. Call it beside something else, once the desk is open.
    """
    prepare_instance(home)
    for library in ("web3", "ccxt", "great_expectations"):
        import_module(library)
    from orchestration.resources.dbt_run import parsed_project

    definitions().resolve_job_def(job)
    parsed_project()


def definitions() -> dg.Definitions:
    """Load everything Dagster runs, for a command, whose words on the terminal are its own.

    Dagster warns of a beta parameter that it passes to itself; nobody here can act on it.
    """
    warnings.filterwarnings("ignore", message="Parameter `owners` of initializer")
    from orchestration.definitions import defs

    return defs


def _refuse_other_days(home: DeskHome, day: str, today: str) -> None:
    from domain.errors import InputRefused
    from orchestration.partitions import first_day

    first = first_day(home)
    if not first <= day <= today:
        raise InputRefused("name a day since the desk was opened", day=day, first=first, last=today)


def _told(home: DeskHome, day: str, result: dg.ExecuteInProcessResult) -> CloseResult:
    steps = tuple(_steps(result.all_events))
    checks = tuple(_checks(result))
    failures = tuple(_failures(result.all_events))
    blocked = any(one.is_blocking and not one.is_passed for one in checks)
    timed = [(step.name, step.seconds) for step in steps]
    return CloseResult(
        day=day,
        run_id=result.run_id,
        is_success=result.success and not failures and not blocked,
        steps=steps,
        failures=failures,
        checks=checks,
        close=_close(home, day, result.all_events, timed),
    )


def _close(
    home: DeskHome, day: str, events: Sequence[Any], timed: Sequence[tuple[str, str]]
) -> dict[str, Any] | None:
    """Give what the run published, or the draft where a check kept it from that; with its steps."""
    from domain.close import step_object
    from orchestration.closing.close import close_object
    from orchestration.day import CLOSE, Day

    for event in events:
        if event.is_step_materialization and event.asset_key.to_user_string() == CLOSE:
            published = event.materialization.metadata["close"].value
            return published | {"steps": [step_object(*one) for one in timed]}
    is_computed = any(name == "attribute_profit" and took != "unknown" for name, took in timed)
    return close_object(Day(home, day), timed) if is_computed else None


def _steps(events: Sequence[Any]) -> list[Step]:
    steps: list[Step] = []
    for event in events:
        name, kind = event.step_key or "", event.event_type_value
        if kind == "STEP_SUCCESS":
            seconds = event.event_specific_data.duration_ms / 1000
            steps.append(Step(name, f"{seconds:.3f}", is_success=True))
        elif kind == "STEP_FAILURE":
            steps.append(Step(name, "unknown", is_success=False))
    return steps


def _checks(result: dg.ExecuteInProcessResult) -> list[CheckAnswer]:
    answers: list[CheckAnswer] = []
    blocking = _blocking()
    for event in result.get_asset_check_evaluations():
        key = event.asset_check_key
        answers.append(
            CheckAnswer(
                check=key.name,
                asset=key.asset_key.to_user_string(),
                is_passed=event.passed,
                is_blocking=key in blocking,
                shown={name: str(value.value) for name, value in event.metadata.items()},
            )
        )
    return answers


def _blocking() -> set[dg.AssetCheckKey]:
    from orchestration.definitions import ASSET_CHECKS

    return {spec.key for check in ASSET_CHECKS for spec in check.check_specs if spec.blocking}


def _failures(events: Sequence[Any]) -> list[Failed]:
    return [
        _failed(event.step_key or "", event.event_specific_data)
        for event in events
        if event.event_type_value == "STEP_FAILURE"
    ]


def _failed(step: str, data: Any) -> Failed:  # noqa: ANN401 (Dagster's own record)
    told = data.user_failure_data
    if told is None:
        error = data.error.cause or data.error
        if error.cls_name == _INTERRUPTED:
            return Failed(step, "interrupted; run this again, it goes on from here", "", "retry")
        return Failed(step, error.message.strip(), error.cls_name or "", "halt")
    shown = {name: str(value.value) for name, value in told.metadata.items()}
    return Failed(
        step,
        shown.get("sentence", told.description or ""),
        shown.get("error", ""),
        shown.get("advice", ""),
    )
