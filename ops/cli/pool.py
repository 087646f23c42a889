"""`alphapulse pool check`: our pool maths against what contracts answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

PANEL = "Real input"


def register(app: typer.Typer) -> None:
    """Add the group `pool`."""
    group = typer.Typer(no_args_is_help=True, help="Pools of decentralised exchanges.")
    group.command("check")(check)
    group.callback()(_about)
    app.add_typer(group, name="pool", rich_help_panel=PANEL)


def _about() -> None:
    """Pools of decentralised exchanges."""


def check(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Pools with quotes, or recorded swaps.")
    ],
) -> None:
    """Compare our pool maths with recorded answers of the contracts, to the last unit.

    Prints one JSON object; per pool, `checked` is the sum of `equal`, `different` and `reverts_ok`
    (reverts on both sides). A pool that cannot be computed from its state says why in `refused`,
    and the others are checked. Exit code 0: no difference; 1: a difference, told on standard error;
    2: a pool or the file was refused.
    """
    from ops.market.pool_report import check_file

    found = check_file(file)
    typer.echo(json.dumps({"pools": [pool.row() for pool in found]}, indent=1))
    differences = [sentence for pool in found for sentence in pool.differences]
    refusals = [pool.refused for pool in found if pool.refused]
    for sentence in (*differences, *refusals):
        typer.echo(sentence, err=True)
    if differences or refusals:
        raise typer.Exit(1 if differences else 2)
