"""`alphapulse rehearse`: desks with a known truth, and how well a reconciliation finds it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

PANEL = "The house"


def register(app: typer.Typer) -> None:
    """Add the group `rehearse`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("desk")(desk)
    group.command("score")(score)
    group.command("grade")(grade)
    group.callback()(_about)
    app.add_typer(group, name="rehearse", rich_help_panel=PANEL)


def _about() -> None:
    """Break desks whose truth is known, and score who reconciles them."""


def desk(
    out: Annotated[Path, typer.Option(help="Folder the files go to.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same desk.")] = 1,
    *,
    faults: Annotated[
        str, typer.Option(help="Causes by comma, `all`, or A+B for two in one event.")
    ] = "",
    form: Annotated[Literal["csv", "parquet"], typer.Option("--format")] = "csv",
    events: Annotated[int, typer.Option(min=1, help="Trades, transfers and the like.")] = 120,
    days: Annotated[int, typer.Option(min=1)] = 2,
    venues: Annotated[int, typer.Option(min=1)] = 2,
    chains: Annotated[int, typer.Option(min=1)] = 2,
    assets: Annotated[int, typer.Option(min=1, help="Plain ones, a venue and a chain.")] = 3,
    strategies: Annotated[int, typer.Option(min=2, help="Each has accounts everywhere.")] = 3,
) -> None:
    """Write a desk: left (internal) and right (external), rules, and the truth about them.

    Amounts are base units as text. truth.json tells what was broken, what a report must name for
    each fault, and the true balances; lines tells which lines belong together. Prints one JSON
    object. Exit code 2: no such cause, or no event of so small a desk can bear a fault.
    """
    from ops.rehearsing.desk_files import write_desk
    from rehearsal.desks.catalog import Shape
    from rehearsal.desks.desk import BrokenDesk
    from rehearsal.desks.faults.table import INJECTORS

    named = ",".join(INJECTORS) if faults == "all" else faults
    strokes = [tuple(one.split("+")) for one in named.split(",") if one]
    shape = Shape(seed, venues, chains, assets, strategies, days, events)
    typer.echo(json.dumps(write_desk(BrokenDesk(shape, strokes), out, form)))


def score(
    seeds: Annotated[int, typer.Option(min=1, help="How many desks of each kind.")] = 20,
    first: Annotated[int, typer.Option(help="First seed.")] = 0,
    pairs: Annotated[int, typer.Option(min=0, help="Pairs of causes a seed.")] = 20,
    events: Annotated[int, typer.Option(min=1, help="Of one desk.")] = 60,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One object and nothing else.")] = False,
) -> None:
    """Reconcile clean desks, every cause alone and causes in pairs; tell what was found.

    Recall and precision by cause, money left unexplained, matches and resolutions that were false,
    and every trial that went wrong by its seed. Exit code 0: all targets hold; 1: one is missed.
    """
    from ops.rehearsing.grading import scorecard, try_seeds
    from ops.rehearsing.score_table import print_scorecard

    told = scorecard(try_seeds(first, seeds, pairs, events, workers))
    if as_json:
        typer.echo(json.dumps(told))
    else:
        print_scorecard(told)
    if not all(told["targets"].values()):
        raise typer.Exit(1)


def grade(
    folder: Annotated[Path, typer.Argument(help="What `rehearse desk` wrote.")],
    report: Annotated[Path, typer.Argument(help="JSON as `reconcile --json` prints it.")],
) -> None:
    """Score anybody's report on a written desk, as the house's own is scored.

    Prints one JSON object. Exit code 2: the folder holds no desk, or the file no report.
    """
    from ops.rehearsing.grading import grade as graded

    typer.echo(json.dumps(graded(folder, report)))
