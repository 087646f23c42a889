"""`alphapulse book replay`: order books rebuilt from a recording and proved by the exchange."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

PANEL = "Real input"


class Venue(StrEnum):
    """Exchanges whose recordings can be replayed; equal to the names in `domain.venues.catalog`."""

    KRAKEN = "kraken"
    OKX = "okx"
    BITGET = "bitget"
    BINANCE = "binance"
    BINANCE_FUTURES = "binance-futures"
    COINBASE = "coinbase"
    BYBIT = "bybit"


def register(app: typer.Typer) -> None:
    """Add the group `book`."""
    group = typer.Typer(no_args_is_help=True, help="Rebuild order books from recordings.")
    group.command("replay")(replay)
    group.callback()(_about)
    app.add_typer(group, name="book", rich_help_panel=PANEL)


def _about() -> None:
    """Rebuild order books from recordings."""


def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Recorded frames, gzip or plain.")],
    *,
    venue: Annotated[Venue, typer.Option(help="Whose frames they are.")],
    snapshot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Recorded answers with snapshots (Binance)."),
    ] = None,
    with_details: Annotated[
        bool, typer.Option("--details", help="Print whatever else was counted, too.")
    ] = False,
) -> None:
    """Rebuild every order book of a recording, proved by the exchange's own checksum or sequence.

    Prints one JSON object; `updates` counts levels told. Exit code 0: everything was proved; 1:
    something was not (standard error says what); 2: a file was refused.
    """
    from domain.venues.catalog import DIALECTS
    from ops.market.book_replay import details, replay_recording, report, sentences

    replayed = replay_recording(DIALECTS[venue], file, snapshot)
    told = report(replayed) | (details(replayed) if with_details else {})
    typer.echo(json.dumps(told, indent=1))
    for sentence in sentences(replayed):
        typer.echo(sentence, err=True)
    if not replayed.is_proved:
        raise typer.Exit(1)
