"""The books: close a day, follow a number down to the wire."""

from __future__ import annotations

from typing import Annotated

import typer

from ops.cli.places import HomeOption, desk_home

PANEL = "The books"


def register(app: typer.Typer) -> None:
    """Add `close` and `explain`."""
    app.command("close", rich_help_panel=PANEL)(close_one_day)
    app.command("explain", rich_help_panel=PANEL)(explain_row)


def close_one_day(
    date: Annotated[str, typer.Option(help="The UTC day, YYYY-MM-DD.")],
    home: HomeOption = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the close as JSON.")] = False,
) -> None:
    """Settle, reconcile and attribute one day, and print its close."""
    from domain.clock import day_bounds_ns
    from ops.closing import close_and_print

    day_bounds_ns(date)
    close_and_print(desk_home(home), [date], as_json=as_json)


def explain_row(
    row: Annotated[str, typer.Argument(metavar="PNL_ROW", help="As the close prints it.")],
    home: HomeOption = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the tree as JSON.")] = False,
) -> None:
    """Follow a P&L number down to its postings, fills, receipts and opportunity."""
    from ops.explaining import print_explanation

    print_explanation(desk_home(home), row, as_json=as_json)
