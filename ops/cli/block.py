"""`alphapulse block settle`: one whole block, proven, decoded and settled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

PANEL = "Real input"


def register(app: typer.Typer) -> None:
    """Add the group `block`."""
    group = typer.Typer(no_args_is_help=True, help="Settle a whole block from its files.")
    group.command("settle")(settle)
    group.callback()(_about)
    app.add_typer(group, name="block", rich_help_panel=PANEL)


def _about() -> None:
    """Settle a whole block from its files."""


def settle(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Holds blocks, transactions and logs .json.")
    ],
    *,
    warehouse: Annotated[
        bool, typer.Option("--warehouse", help="Compute it in the dbt models too and compare.")
    ] = False,
) -> None:
    """Prove a block complete, decode it, and settle each swap by what its recipient received.

    Prints one JSON object. Exit code 0: proven; 1: the block fails its proof (the JSON says how);
    2: the files were refused.
    """
    from domain.chain.block import settle_block
    from ops.blocks.folder import read_block_folder
    from ops.blocks.report import block_report

    found = read_block_folder(folder)
    settled = settle_block(found.block)
    report = block_report(found, settled)
    if warehouse:
        from ops.warehouse.block import compare_block

        report["warehouse"] = compare_block(found.block, settled)
    typer.echo(json.dumps(report, indent=1))
    for aside in found.set_aside:
        typer.echo(f"log {aside.log.log_index} was set aside: {aside.because}", err=True)
    if not settled.proof.is_complete:
        for difference in settled.proof.differences:
            typer.echo(f"the block is not proven: {difference}", err=True)
    if not settled.proof.is_complete or report.get("warehouse", {}).get("differences"):
        raise typer.Exit(1)
