"""Schedules name the day that ended, not the one that began."""

from __future__ import annotations

from datetime import UTC, datetime

import dagster as dg

from orchestration.schedules import closing_time, hourly_reconciliation


def at(*when: int) -> dg.ScheduleEvaluationContext:
    return dg.build_schedule_context(scheduled_execution_time=datetime(*when, tzinfo=UTC))


def test_the_close_after_midnight_closes_yesterday():
    request = closing_time(at(2025, 11, 21, 0, 10))
    assert request.partition_key == "2025-11-20"


def test_the_hour_after_midnight_reconciles_the_day_that_ended():
    assert hourly_reconciliation(at(2025, 11, 21, 0, 2)).partition_key == "2025-11-20"
    assert hourly_reconciliation(at(2025, 11, 21, 1, 2)).partition_key == "2025-11-21"


def test_each_hour_is_asked_for_once():
    keys = {hourly_reconciliation(at(2025, 11, 21, hour, 2)).run_key for hour in range(24)}
    assert len(keys) == 24
