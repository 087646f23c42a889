"""The close as a person reads it: tables on a terminal, from the same object that `--json` prints.

Rounding happens here and only here, for the eye; the object keeps every digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

from rich.console import Console
from rich.table import Table

from ops.paper import table as drawn

Close = Mapping[str, Any]
"""The close object; its fields are a contract, see `domain/close.py`."""

_CENTS = Decimal("0.000001")
_DIGITS = 80
_STEPS_NAMED = 5
_ID_SHOWN = 12


def print_close(close: Close, console: Console) -> None:
    """Print one day's close: found, done, settled, what does not agree, P&L, proof, time."""
    console.rule(f"Close of {close['date']} (UTC)")
    console.print(_counts(close))
    console.print(_breaks(close["breaks"]))
    console.print(_pnl(close["pnl"]))
    console.print(f"audit head   {close['audit_head']}")
    console.print(f"steps        {_steps(close['steps'])}")


def for_the_eye(amount: str) -> str:
    """Show an exact amount with six decimals; a trailing ``…`` says that digits are hidden."""
    with localcontext() as context:
        context.prec = _DIGITS
        exact = Decimal(amount)
        shown = exact.quantize(_CENTS, rounding=ROUND_HALF_EVEN)
        return f"{shown:,f}" if shown == exact else f"{shown:,f}…"


def _counts(close: Close) -> Table:
    table = Table("", "", "", box=None, show_header=False, pad_edge=False)
    found = close["opportunities"]
    table.add_row("opportunities", "found", str(found["found"]))
    table.add_row("", "taken", str(found["taken"]))
    for reason, count in sorted(found["declined"].items()):
        table.add_row("", f"declined: {reason}", str(count))
    _add_counts(table, "executions", close["executions"])
    _add_counts(table, "settlement", close["settlement"])
    if told := close.get("provisional"):  # a close published before it was told has none
        table.add_row("provisional", "executions", str(told["executions"]))
        table.add_row(
            "", "USDC", "unknown" if told["value"] is None else for_the_eye(told["value"])
        )
    return table


def _add_counts(table: Table, title: str, counts: Mapping[str, int]) -> None:
    rows: Iterable[tuple[str, int]] = sorted(counts.items()) or [("none", 0)]
    for position, (name, count) in enumerate(rows):
        table.add_row("" if position else title, name, str(count))


def _breaks(breaks: list[Mapping[str, Any]]) -> Table | str:
    if not breaks:
        return "breaks       none: journal, exchange and chain agree"
    rows = [(item["cause"], item["asset"], _amount(item), _what(item)) for item in breaks]
    return drawn(("cause", "asset", "amount", "what"), rows, title="Breaks")


def _amount(item: Mapping[str, Any]) -> str:
    if item["amount"] is None:
        return "unknown"
    return f"{item['amount']}{' base units' if item.get('is_base_units') else ''}"


def _what(item: Mapping[str, Any]) -> str:
    """Say what a break is about, and which it only repeats, so that no money is read twice."""
    repeats = " ".join(name[:_ID_SHOWN] for name in item.get("explained_by", ()))
    return f"{item.get('subject', '')}{' · repeats ' if repeats else ''}{repeats}"


def _pnl(pnl: Mapping[str, Any]) -> Table:
    table = Table("row", title="P&L in USDC", title_justify="left", show_footer=True)
    table.columns[0].footer = f"total · residual {pnl['residual']}"
    table.add_column("amount", justify="right", footer=for_the_eye(pnl["total"]))
    for row in pnl["rows"]:
        if Decimal(row["amount"]):
            table.add_row(row["row_id"], for_the_eye(row["amount"]))
    zeros = sum(not Decimal(row["amount"]) for row in pnl["rows"])
    if zeros:
        table.add_row(f"and {zeros} rows of exactly", "0")
    return table


def _steps(steps: list[Mapping[str, Any]]) -> str:
    """Name what failed and what took longest; the object has them all."""
    took = sorted(
        (step for step in steps if step["seconds"] is not None), key=lambda one: -one["seconds"]
    )
    failed = [f"{step['name']} failed" for step in steps if step["seconds"] is None]
    slowest = [f"{step['name']} {step['seconds']:.1f} s" for step in took[:_STEPS_NAMED]]
    total_s = sum(step["seconds"] for step in took)
    return " · ".join([f"{len(steps)} in {total_s:.1f} s", *failed, *slowest])
