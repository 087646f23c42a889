"""The books: close a day, lock it, look at it again, follow a number, measure what came of it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ops.cli.places import HomeOption, desk_home

PANEL = "The books"
Day = Annotated[str, typer.Option("--date", help="The UTC day, YYYY-MM-DD.")]
By = Annotated[str, typer.Option(help="Who decides.", show_default="who is logged in")]
_Json = Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is remembered.")]


def register(app: typer.Typer) -> None:
    """Add `close` with its sub-commands, `explain`, `journal` and `performance`."""
    group = typer.Typer(invoke_without_command=True)
    group.callback()(close_one_day)
    group.command("lock")(lock_one_day)
    group.command("reopen")(reopen_one_day)
    group.command("restate")(restate_one_day)
    group.command("verify")(verify_one_day)
    group.command("recall")(recall_one_day)
    group.command("trial")(try_one_day)
    app.add_typer(group, name="close", rich_help_panel=PANEL)
    app.command("explain", rich_help_panel=PANEL)(explain_row)
    app.command("journal", rich_help_panel=PANEL)(show_records)
    app.command("performance", rich_help_panel=PANEL)(performance)


def close_one_day(
    context: typer.Context,
    date: Annotated[str | None, typer.Option(help="The UTC day, YYYY-MM-DD.")] = None,
    home: HomeOption = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the close as JSON.")] = False,
) -> None:
    """Settle, reconcile and attribute one day, and print its close.

    Exit code 0: the residual is 0 and every blocking check passed; 1: something failed; 2: there is
    no journal, or the day is locked.
    """
    if context.invoked_subcommand is not None:
        return
    from domain.clock import day_bounds_ns
    from ops.books.closing import close_and_print

    if date is None:
        raise typer.BadParameter("name the day to close", param_hint="--date")
    day_bounds_ns(date)
    close_and_print(desk_home(home), [date], as_json=as_json)


def lock_one_day(
    date: Day, reason: Why, by: By = "", home: HomeOption = None, *, as_json: _Json = False
) -> None:
    """Lock a closed day: nothing of it is written again; what is learned later counts later.

    Days are locked from the first on. Exit code 2: the rules do not allow it.
    """
    _change(home, date, lock=True, by=by, reason=reason, as_json=as_json)


def reopen_one_day(
    date: Day, reason: Why, by: By = "", home: HomeOption = None, *, as_json: _Json = False
) -> None:
    """Reopen the last locked day. Exit code 2: it is not that."""
    _change(home, date, lock=False, by=by, reason=reason, as_json=as_json)


def _change(home: Any, date: str, *, as_json: bool, **decided: Any) -> None:  # noqa: ANN401
    import json

    from domain.clock import day_bounds_ns
    from ops.books.periods import change_lock

    day_bounds_ns(date)
    told = change_lock(desk_home(home), date, **decided)
    done = f"{date} is {'locked' if told['is_locked'] else 'open'}"
    typer.echo(json.dumps(told) if as_json else f"{done}, decided by {told['by']}")


def restate_one_day(
    date: Day,
    home: HomeOption = None,
    *,
    book: Annotated[bool, typer.Option("--book", help="Book it, and close again.")] = False,
    as_json: _Json = False,
) -> None:
    """Look at a closed day again: which days change by what is known now, by how much and why.

    Without --book nothing is written. A locked day is never edited: what is new of it is booked
    where the open period begins.
    """
    from domain.clock import day_bounds_ns
    from ops.books.periods import restate_and_print

    day_bounds_ns(date)
    restate_and_print(desk_home(home), date, book=book, as_json=as_json)


def verify_one_day(date: Day, home: HomeOption = None, *, as_json: _Json = False) -> None:
    """Work out again what a closed day was sealed with: journal, captures, ledger, profit.

    Exit code 1: something is not what was closed; 2: the day was not closed.
    """
    from domain.clock import day_bounds_ns
    from ops.books.proving import verify_and_print

    day_bounds_ns(date)
    verify_and_print(desk_home(home), date, as_json=as_json)


def recall_one_day(
    date: Day,
    known_at: Annotated[
        str, typer.Option(help="An instant, as 2024-01-31T12:00:00Z or a number since 1970.")
    ],
    home: HomeOption = None,
    *,
    as_json: _Json = False,
) -> None:
    """Tell the ledger of a day as it was known at an older instant: audit head and holdings.

    Exit code 2: the day was not closed, or the instant cannot be read.
    """
    from domain.clock import day_bounds_ns
    from ops.books.recalling import recall_and_print

    day_bounds_ns(date)
    recall_and_print(desk_home(home), date, known_at, as_json=as_json)


def try_one_day(date: Day, home: HomeOption = None, *, as_json: _Json = False) -> None:
    """List every account of the ledger by strategy, venue and asset, from opening to closing.

    Exit code 1: an asset does not sum to zero; 2: the day was not closed.
    """
    from domain.clock import day_bounds_ns
    from ops.books.trial import try_and_print

    day_bounds_ns(date)
    try_and_print(desk_home(home), date, as_json=as_json)


def explain_row(
    row: Annotated[
        str,
        typer.Argument(
            metavar="NUMBER",
            help="A P&L row as the close prints it, and perhaps /ASSET; DAY/position/ACCOUNT/ASSET;"
            " DAY/opportunity/ID.",
        ),
    ],
    home: HomeOption = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the tree as JSON.")] = False,
) -> None:
    """Follow a number down to its postings, fills, receipts and opportunity.

    Exit code 2: its day was not closed, or has no such number.
    """
    from ops.books.explaining import print_explanation

    print_explanation(desk_home(home), row, as_json=as_json)


def show_records(
    seqs: Annotated[
        list[int], typer.Argument(metavar="SEQ...", help="Records by number, as explain has them.")
    ],
    home: HomeOption = None,
) -> None:
    """Show records of the journal, one JSON object a line, and whether each is as it was sealed.

    Exit code 1: one is not; 2: there is no such record.
    """
    from ops.books.journal_lines import print_records

    print_records(desk_home(home), seqs)


def performance(
    date: Annotated[
        list[str] | None, typer.Option(help="A UTC day, any number of times.", show_default="all")
    ] = None,
    home: HomeOption = None,
    *,
    as_json: _Json = False,
) -> None:
    """Set what was predicted beside what came of it: calibration, misses, shortfall, ratios.

    Exit code 2: a day was not closed.
    """
    import json

    from domain.clock import day_bounds_ns
    from ops.books.performance import performance_report
    from ops.books.performance_table import print_performance

    for day in date or ():
        day_bounds_ns(day)
    found = performance_report(desk_home(home), date or ())
    if as_json:
        typer.echo(json.dumps(found))
    else:
        print_performance(found)
