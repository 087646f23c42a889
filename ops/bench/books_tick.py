"""What a tick of the close costs on a day that holds much already, in a process of its own.

A made day is closed, ten fills more are told, and it is closed again: the desk's own job, captures,
dbt, checks and all. Then the same day is closed from scratch on a fresh desk. Prints the figures as
one line of JSON; a close that fails, or whose residual is not 0, fails the bench.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from domain.errors import InvariantBroken
from domain.home import DeskHome
from ops.bench.held_day import DAY, FILLS_AN_ORDER, HeldDay
from orchestration.runs.run import CloseResult, close_day, warm_up

_SHOWN_S = 0.1
"""Steps that took less are noise."""


def measured(fills: int, folder: Path) -> dict[str, Any]:
    """Close a day of so many fills, then with ten more, then all of it anew."""
    home = _home(folder / "held")
    day = HeldDay(home)
    day.trade(fills)
    day.tell()
    warm_up(home)
    _closed(home)
    day.trade(FILLS_AN_ORDER)
    day.tell()
    tick_s, tick = _closed(home)
    fresh = HeldDay(_home(folder / "fresh"))
    fresh.trade(fills + FILLS_AN_ORDER)
    fresh.tell()
    scratch_s, scratch = _closed(fresh.home)
    if _said(tick) != _said(scratch):
        raise InvariantBroken("a tick says otherwise than the whole day", tick=_said(tick))
    slow = {one.name: float(one.seconds) for one in tick.steps if float(one.seconds) >= _SHOWN_S}
    return {
        "fills_held": fills,
        "new_fills": FILLS_AN_ORDER,
        "cpu_s": round(tick_s, 2),
        "cpu_s_of_day_from_scratch": round(scratch_s, 2),
        "wall_s_by_step": dict(sorted(slow.items(), key=lambda step: -step[1])),
    }


def _home(folder: Path) -> DeskHome:
    os.environ["ALPHAPULSE_HOME"] = str(folder)
    return DeskHome(folder)


def _closed(home: DeskHome) -> tuple[float, CloseResult]:
    """Close the day; give its CPU seconds and what came of it."""
    began = time.process_time()
    result = close_day(home, DAY)
    spent_s = time.process_time() - began
    if not result.is_success or (result.close or {})["pnl"]["residual"] != "0":
        failed = [one.check for one in result.checks if not one.is_passed]
        raise InvariantBroken(
            "the bench's day did not close", failures=result.failures, checks=failed
        )
    return spent_s, result


def _said(result: CloseResult) -> Any:  # noqa: ANN401 (a part of a JSON object)
    return (result.close or {})["pnl"]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="alphapulse-tick-") as made:
        print(json.dumps(measured(int(sys.argv[1]), Path(made))))  # noqa: T201 (read by the bench)
