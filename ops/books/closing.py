"""Closing days from the front desk: run the books, print what they say, end with the right code."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from domain.errors import InvariantBroken, Permanent, Refused
from domain.home import DeskHome
from ops.books.report import print_close
from ops.paper import Paper

if TYPE_CHECKING:
    from orchestration.runs.run import CloseResult


def close_and_print(
    home: DeskHome,
    days: Sequence[str],
    *,
    as_json: bool,
    environment: Mapping[str, str] | None = None,
    is_silent: bool = False,
) -> None:
    """Close days in order and print them.

    Args:
        home: The desk's folder.
        days: UTC days, oldest first, since a day opens with what the one before closed with.
        as_json: Print the last day's close as one JSON object on the last line.
        environment: Secrets the captures need when the desk was opened by this process.
        is_silent: Print nothing; who asked has something else to say.

    Raises:
        Refused: There is no journal to close, or a day is locked.
        Permanent: A step of the close failed; the sentence is the step's own.
        InvariantBroken: A day closed with a residual or a failed blocking check.
    """
    if not home.journal_db.exists():
        raise Refused(f"there is no journal in {home.root}; run ./alphapulse demo or up first")
    from orchestration.closing.periods import refuse_locked

    for day in days:
        refuse_locked(home, day)
    from orchestration.runs.run import close_day

    os.environ.update(environment or {}, ALPHAPULSE_HOME=str(home.root))
    paper = Paper(width=140)
    for day in days:
        result = close_day(home, day)
        _print(result, paper, as_json=as_json and day == days[-1], silent=as_json or is_silent)
        _insist_on_success(result)


def _print(result: CloseResult, paper: Paper, *, as_json: bool, silent: bool) -> None:
    if result.close is None:
        return
    if as_json:
        print(json.dumps(result.close), flush=True)  # noqa: T201 (the last line is a contract)
    elif not silent:
        print_close(result.close, paper)


def _insist_on_success(result: CloseResult) -> None:
    broken = [one.check for one in result.checks if one.is_blocking and not one.is_passed]
    failed = [one for one in result.failures if not one.step.endswith(tuple(broken))]
    if failed:
        raise Permanent(failed[0].sentence, day=result.day, step=failed[0].step)
    residual = result.close["pnl"]["residual"] if result.close else "unknown"
    if broken or residual != "0" or not result.is_success:
        raise InvariantBroken(
            "the day did not close cleanly; open ./alphapulse ui and read its failed checks",
            day=result.day,
            residual=residual,
            failed=", ".join(broken) or "none",
        )
