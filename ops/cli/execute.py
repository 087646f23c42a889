"""`alphapulse execute`: work a large order, in a simulated market or at the desk's exchange."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ops.cli.places import HomeOption, desk_home

PANEL = "The desk"


class Algorithm(StrEnum):
    """As in `domain.algorithms.parent`."""

    TWAP = "twap"
    VWAP = "vwap"
    ICEBERG = "iceberg"
    ROUTE = "route"


class Side(StrEnum):
    """Of the base."""

    BUY = "buy"
    SELL = "sell"


AlgorithmArgument = Annotated[Algorithm, typer.Argument(help="How to work it.")]
SideArgument = Annotated[Side, typer.Argument(help="Of the base.")]
SizeArgument = Annotated[str, typer.Argument(help="Whole base, as decimal text.")]
SecondsOption = Annotated[str, typer.Option("--seconds", help="How long it may take.")]
SlicesOption = Annotated[int, typer.Option(help="Parts of a twap, tries of a route.")]
LimitOption = Annotated[str, typer.Option(help="Worst price of any fill; an iceberg needs one.")]
DisplayOption = Annotated[str, typer.Option(help="What an iceberg shows at once.")]
CurveOption = Annotated[str, typer.Option(help="Volume of every slice of a vwap: 3,1,2.")]


def register(app: typer.Typer) -> None:
    """Add the group `execute`."""
    group = typer.Typer(no_args_is_help=True, help="Work a large order in parts.")
    group.command()(simulate)
    group.command()(live)
    app.add_typer(group, name="execute", rich_help_panel=PANEL)


def simulate(
    algorithm: AlgorithmArgument,
    side: SideArgument,
    size: SizeArgument,
    *,
    seconds: SecondsOption = "60",
    slices: SlicesOption = 1,
    limit: LimitOption = "",
    display: DisplayOption = "",
    curve: CurveOption = "",
    seed: Annotated[int, typer.Option(help="Of the generated market.")] = 7,
    venues: Annotated[int, typer.Option(min=1, max=10, help="How many of them.")] = 1,
    book: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Recorded frames to work against instead.")
    ] = None,
    venue: Annotated[str, typer.Option(help="Whose frames they are.")] = "kraken",
    symbol: Annotated[str, typer.Option(help="Which book of them, as the venue names it.")] = "",
    rulebook: Annotated[Path | None, typer.Option(help="Limits other than the built-in.")] = None,
) -> None:
    """Work an order against a market in memory; time passes as fast as it can be computed.

    Prints one JSON object: every child with its fills, the average price, and what the order cost
    against the prices at its decision and arrival and the market's own averages.
    """
    from domain.errors import InputRefused
    from ops.parents.asking import Asked
    from ops.parents.simulation import simulate_generated, simulate_recorded

    asked = Asked(
        name="simulation",
        algorithm=algorithm,
        side=side,
        size=size,
        seconds=seconds,
        slices=slices,
        limit_price=limit,
        display=display,
        curve=curve,
    )
    if book is None:
        report = simulate_generated(asked, seed=seed, venues=venues, rulebook=rulebook)
    elif symbol:
        report = simulate_recorded(
            asked, recording=book, venue=venue, symbol=symbol, rulebook=rulebook
        )
    else:
        raise InputRefused("name the book of the recording with --symbol")
    typer.echo(json.dumps(report, indent=1))


def live(
    algorithm: AlgorithmArgument,
    side: SideArgument,
    size: SizeArgument,
    *,
    name: Annotated[str, typer.Option(help="Of this order: the same name is the same order.")],
    seconds: SecondsOption = "60",
    slices: SlicesOption = 1,
    limit: LimitOption = "",
    display: DisplayOption = "",
    curve: CurveOption = "",
    also: Annotated[
        list[str] | None,
        typer.Option(metavar="VENUE=URL", help="A further exchange of the same dialect and keys."),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Work an order at the exchange of a running desk, by the limits and halts of its journal.

    Ctrl-C withdraws what rests and ends the order. Given again under its name, an order that was
    cut off is asked about and goes on; one that has ended is only reported. The exchange's key and
    secret come from the environment. Exit code 1 while the outcome is unknown, 2 when refused.
    """
    from ops.parents.asking import Asked
    from ops.parents.live import work_live

    asked = Asked(
        name=name,
        algorithm=algorithm,
        side=side,
        size=size,
        seconds=seconds,
        slices=slices,
        limit_price=limit,
        display=display,
        curve=curve,
    )
    report = work_live(desk_home(home), asked, also or [])
    typer.echo(json.dumps(report, indent=1))
    if report["outcome"] == "UNKNOWN":
        raise typer.Exit(1)
