"""Closing days from the front desk: run the books, print what they say, end with the right code."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence

from rich.console import Console

from domain.errors import InvariantBroken, Refused
from domain.home import DeskHome
from ops.report import print_close


def close_and_print(
    home: DeskHome,
    days: Sequence[str],
    *,
    as_json: bool,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Close days in order and print them.

    Args:
        home: The desk's folder.
        days: UTC days, oldest first, since a day opens with what the one before closed with.
        as_json: Print the last day's close as one JSON object on the last line.
        environment: Secrets the captures need when the desk was opened by this process.

    Raises:
        Refused: There is no journal to close.
        InvariantBroken: A day closed with a residual or a failed blocking check.
    """
    if not home.journal_db.exists():
        raise Refused(f"there is no journal in {home.root}; run ./alphapulse demo or up first")
    from orchestration.run import close_day

    os.environ.update(environment or {}, ALPHAPULSE_HOME=str(home.root))
    paper = Console(width=140, highlight=False)
    for day in days:
        result = close_day(home, day)
        close = dict(result.close)
        if as_json and day == days[-1]:
            print(json.dumps(close))  # noqa: T201 (the last line is a contract)
        elif not as_json:
            print_close(close, paper)
        if not result.is_success or close["pnl"]["residual"] != "0":
            raise InvariantBroken(
                "the day did not close cleanly; open ./alphapulse ui and read its failed checks",
                day=day,
                residual=close["pnl"]["residual"],
            )
