"""`alphapulse breaks`: what does not agree in the published books, and what people do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ops.cli.places import HomeOption, desk_home

if TYPE_CHECKING:
    from ops.breaks.desk import BreakDesk

PANEL = "The desk"

Name = Annotated[str, typer.Argument(metavar="ID", help="A break's id, or how it begins.")]
By = Annotated[str, typer.Option("--by", envvar="ALPHAPULSE_USER", help="Who does this.")]
NoteOption = Annotated[str, typer.Option(help="In words.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One object and nothing else.")]


def register(app: typer.Typer) -> None:
    """Add the group `breaks`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("list")(list_breaks)
    for command in (show, assign, explain, approve, sign_off, reopen, lock, report):
        group.command(command.__name__.replace("_", "-"))(command)
    group.callback()(_about)
    app.add_typer(group, name="breaks", rich_help_panel=PANEL)


def _about() -> None:
    """Work on breaks: explain with evidence, approve by another, sign off, lock the day.

    Every command prints JSON but `list`, which draws a table unless asked. Each change is an audit
    row. Exit code 2: refused, and nothing was written.
    """


def list_breaks(
    home: HomeOption = None,
    day: Annotated[str, typer.Option(help="Only this UTC day.")] = "",
    state: Annotated[str, typer.Option(help="Only those in this state, such as open.")] = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """List breaks, the gravest and oldest first, with money at the day's closing mark."""
    with _opened(home) as desk:
        rows = desk.listed(day, state)
    if as_json:
        typer.echo(json.dumps({"breaks": rows}))
    else:
        from ops.breaks.table import print_breaks

        print_breaks(rows)


def show(name: Name, home: HomeOption = None) -> None:
    """Tell one break whole: the entry it owes and every change with who made it."""
    with _opened(home) as desk:
        _tell(desk.shown(name))


def assign(
    name: Name,
    owner: Annotated[str, typer.Option("--to", help="Who is to look at it.")],
    by: By,
    home: HomeOption = None,
) -> None:
    """Give a break to somebody."""
    from domain.breaks.case import assigned

    with _opened(home) as desk:
        _tell(desk.done(name, by, "assign", lambda case: assigned(case, owner)))


def explain(
    name: Name,
    cause: Annotated[str, typer.Option(help="A code of the taxonomy, such as GAS_UNBOOKED.")],
    evidence: Annotated[list[Path], typer.Option(help="A document that proves it; repeatable.")],
    by: By,
    note: NoteOption = "",
    home: HomeOption = None,
) -> None:
    """Say why a break is there and prove it: the hashes of the evidence are kept."""
    from domain.breaks.case import explained
    from ops.breaks.desk import hashes_of

    hashes = hashes_of(evidence)
    with _opened(home) as desk:
        _tell(
            desk.done(
                name, by, "explain", lambda case: explained(case, by, cause.upper(), hashes, note)
            )
        )


def approve(name: Name, by: By, home: HomeOption = None) -> None:
    """Accept an explanation; whoever prepared it cannot."""
    from domain.breaks.case import approved

    with _opened(home) as desk:
        _tell(desk.done(name, by, "approve", lambda case: approved(case, by)))


def sign_off(name: Name, by: By, home: HomeOption = None) -> None:
    """Close a resolved break for its period; whoever prepared it cannot."""
    from domain.breaks.case import signed_off

    with _opened(home) as desk:
        _tell(desk.done(name, by, "sign-off", lambda case: signed_off(case, by)))


def reopen(
    name: Name,
    by: By,
    note: Annotated[str, typer.Option(help="Why; it is kept.")],
    home: HomeOption = None,
) -> None:
    """Take an explanation back, before the day is locked."""
    from domain.breaks.case import reopened

    with _opened(home) as desk:
        _tell(desk.done(name, by, "reopen", lambda case: reopened(case, note)))


def lock(
    day: Annotated[str, typer.Argument(help="A closed UTC day.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why now.")] = "every break is signed off",
    home: HomeOption = None,
) -> None:
    """Lock a day whose breaks are all signed off; nothing about it changes any more."""
    with _opened(home) as desk:
        _tell(desk.locked(day, by, reason))


def report(
    day: Annotated[str, typer.Argument(help="A settled UTC day.")],
    html: Annotated[Path, typer.Option("--html", help="The file to write.")],
    home: HomeOption = None,
) -> None:
    """Write the reconciliation of a day as one self-contained HTML file."""
    from domain.errors import InputRefused
    from ops.breaks.page import html_of, report_of

    with _opened(home) as desk:
        text = html_of(report_of(desk, day))
    try:
        html.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputRefused(
            f"name a file that can be written: {error.strerror}", file=html
        ) from error
    _tell({"day": day, "html": str(html), "size_bytes": len(text.encode())})


@contextmanager
def _opened(home: Path | None) -> Iterator[BreakDesk]:
    from live.aio.clock import WallClock
    from ops.breaks.desk import break_desk

    with break_desk(desk_home(home), WallClock()) as desk:
        yield desk


def _tell(told: dict[str, Any]) -> None:
    typer.echo(json.dumps(told))
