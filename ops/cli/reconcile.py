"""`alphapulse reconcile`: two files of the same money against each other; and its bench."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

PANEL = "Real input"
BREAKS = 3
"""Exit code when something is left for somebody to do."""


def register(app: typer.Typer) -> None:
    """Add the command `reconcile`."""
    app.command("reconcile", rich_help_panel=PANEL)(reconcile)


def reconcile(
    left: Annotated[Path, typer.Option(help="Internal rows, CSV or Parquet.")],
    right: Annotated[Path, typer.Option(help="External rows, CSV or Parquet.")],
    rules: Annotated[Path | None, typer.Option(help="Tolerances and knowledge, JSON.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Every match and break.")] = False,
) -> None:
    """Match two sides row by row and give every row that disagrees its cause.

    Columns: id, time, account, asset, amount, fee_asset, fee, ref. Exit code 0: clean; 3: breaks
    or suggestions; 2: a file was refused, and the unreadable row is named.
    """
    from ops.reconciling.files import as_object, is_clean, reconcile_files, rules_of

    answer = reconcile_files(left, right, rules_of(rules))
    told = as_object(answer)
    if as_json:
        from ops.lots.report import as_json_text

        typer.echo(as_json_text(told))
    else:
        _print(told)
    if not is_clean(answer):
        raise typer.Exit(BREAKS)


def _print(told: dict[str, Any]) -> None:
    from ops.paper import Paper, table

    paper = Paper()
    paper.print("  ".join(f"{name} {count}" for name, count in told["summary"].items()))
    if told["breaks"]:
        header = ("cause", "internal", "external", "asset", "amount", "why")
        paper.print(table(header, map(_row, told["breaks"]), title="Breaks"))
    for one in told["suggested"]:
        paper.print(f"suggested: {' '.join(one['left_ids'])} = {' '.join(one['right_ids'])}")


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    ids = (" ".join(one["left_ids"]), " ".join(one["right_ids"]))
    return one["cause"], *ids, one["asset"], one["amount"], one["explanation"]


def bench(
    rows: Annotated[str, typer.Option(help="Sizes of a side, by comma.")] = (
        "100000,1000000,10000000"
    ),
    peer_rows: Annotated[int, typer.Option(min=0, help="The most rows peers get.")] = 1_000_000,
    cluster_rows: Annotated[
        int, typer.Option(min=0, help="Rows a side on Spark; 0: none.")
    ] = 100_000,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Measure from Parquet to breaks with causes, beside pandas merge and datacompy.

    One row in a hundred disagrees. datacompy and Spark run in environments of their own, or are
    null and said to be absent; a missed target is said and is no failure: exit code 0.
    """
    import json

    from ops.bench.reconcile import Extent, bench_reconcile
    from ops.bench.tables import print_bench, told

    sizes = [int(size) for size in rows.split(",")]
    report = bench_reconcile(Extent(sizes, peer_rows, cluster_rows=cluster_rows), told)
    if as_json:
        typer.echo(json.dumps(report))
    else:
        print_bench(report)
