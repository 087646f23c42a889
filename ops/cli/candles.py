"""`alphapulse candles`: an exchange's minutes, rebuilt from its trades."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

PANEL = "Real input"


def register(app: typer.Typer) -> None:
    """Add `candles`."""
    app.command("candles", rich_help_panel=PANEL)(rebuild)


def rebuild(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Kraken's answer to Trades.")],
    *,
    warehouse: Annotated[
        bool, typer.Option("--warehouse", help="Compute it in the dbt models too and compare.")
    ] = False,
) -> None:
    """Rebuild 1-minute candles from public trades, exact to the last digit.

    Prints a JSON list. Minutes that may lack trades (the first, the last, and those beside a hole
    in the trade ids) carry `"partial": true`. Exit code 0: done; 1: the dbt models disagree; 2: the
    file was refused.
    """
    from domain.market.candles import candles_1m, find_gaps
    from ops.market.candle_report import candle_rows, gap_sentence
    from ops.market.trade_file import read_trade_file, tape_of

    found = read_trade_file(file)
    tape = tape_of(found.rows)
    candles = candles_1m(tape.trades)
    typer.echo(json.dumps(candle_rows(candles, tape), indent=1))
    for gap in find_gaps(tape.trades):
        typer.echo(gap_sentence(gap), err=True)
    if warehouse:
        from ops.warehouse.candles import compare_candles

        differences = compare_candles(found, candles, tape)
        for difference in differences:
            typer.echo(f"the dbt model differs: {difference}", err=True)
        if differences:
            raise typer.Exit(1)
        typer.echo(f"the dbt model agrees on all {len(candles)} candles", err=True)
