"""`alphapulse arbitrage`: find the best cycle in a market, or what others earned on a chain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

PANEL = "Real input"


def register(app: typer.Typer) -> None:
    """Add the group `arbitrage`."""
    group = typer.Typer(no_args_is_help=True, help="Find arbitrage, or decode who did it.")
    group.command("find")(find)
    group.command("decode")(decode)
    group.callback()(_about)
    app.add_typer(group, name="arbitrage", rich_help_panel=PANEL)


def _about() -> None:
    """Find arbitrage, or decode who did it."""


def find(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Pools, as for `pool check`.")],
    *,
    hops: Annotated[
        int | None,
        typer.Option(
            "--hops",
            min=2,
            max=12,
            help="Most pools in a cycle; up to 12 in markets that are small.",
        ),
    ] = None,
    effort: Annotated[
        int, typer.Option("--effort", min=1, help="Most sizes tried around a cycle's top.")
    ] = 5_000,
) -> None:
    """Find the most profitable cycle from every asset, sized to the last unit.

    Prints a JSON list, empty when nothing gains; amounts are base units, before gas. Only pools of
    the same chain and block are one market. `is_proven_best` says whether no other size leaves
    more, `searched_hops` up to which length no other cycle does. Exit code 0: done; 2: the file
    was refused.
    """
    from ops.market.find_report import find_rows
    from ops.market.pool_file import read_pool_file

    typer.echo(json.dumps(find_rows(read_pool_file(file), hops, effort), indent=1))


def decode(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Decoded swaps, or calls of them.")],
    *,
    gas_price: Annotated[
        int | None,
        typer.Option("--gas-price", min=0, help="Wei a unit of gas, where a transaction has none."),
    ] = None,
) -> None:
    """Tell which decoded swaps were one arbitrage, and what it earned to the last unit.

    Prints a JSON list, empty when there is none. Profit is before gas; where the gas price is known
    and the profit is in the native coin, it is also given net of gas, which arbitrages of one
    transaction share. Exit code 0: done; 2: the file was refused.
    """
    from ops.market.decode_report import decode_rows
    from ops.market.swap_file import read_swap_file

    typer.echo(json.dumps(decode_rows(read_swap_file(file, gas_price)), indent=1))
