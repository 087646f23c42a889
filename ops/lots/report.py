"""Lots as people and programs read them: plain decimals as text, every digit kept.

A number has no trailing zeros and no exponent. What was matched, and by which rules, is decided in
`domain/lots`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from domain.lots.engine import match
from domain.lots.totals import Totals, totals_by_asset
from domain.lots.types import Book, FeePolicy, Method, Report
from domain.money import from_units
from ops.lots.file import Ledger

COMPARED = (Method.FIFO, Method.LIFO, Method.HIFO, Method.LOFO, Method.AVERAGE)
"""What any file can be matched by; one whose disposals name lots, by those too."""
_SHOWN = 8
"""Decimals in the table for people; the JSON has all."""

Sums = dict[str, dict[str, dict[str, str]]]


def lots_object(ledger: Ledger, book: Book) -> dict[str, Any]:
    """Match a ledger and give what `alphapulse lots` prints.

    Disposals are in the order of the facts, remaining lots by asset, wallet and age. `fees` is
    there only in a book that keeps fees as lines.
    """
    report = match(ledger.facts, book)
    told: dict[str, Any] = {
        "disposals": _disposals(report, ledger),
        "remaining": _remaining(report, ledger),
        "missing": _missing(report, ledger),
    }
    if book.fees is FeePolicy.LINES:
        money = ledger.money_decimals
        told["fees"] = [
            {"id": line.fact.id, "fee": plain(line.fee_units, money)} for line in report.fee_lines
        ]
    return told


def as_json_text(told: Any) -> str:  # noqa: ANN401 (any object of texts)
    """Write an object as indented JSON; a million disposals take seconds, not minutes."""
    return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode()


def plain(units: int, decimals: int) -> str:
    """Write base units as a decimal without trailing zeros."""
    text = from_units(units, decimals)
    return text.rstrip("0").rstrip(".") if decimals else text


def _disposals(report: Report, ledger: Ledger) -> list[dict[str, str]]:
    money = ledger.money_decimals
    return [
        {
            "lot_id": one.lot.id,
            "disposal_id": one.fact.id,
            "quantity": plain(one.quantity_units, ledger.quantity_decimals),
            "proceeds": plain(one.proceeds_units, money),
            "basis": plain(one.basis_units, money),
            "gain": plain(one.gain_units, money),
        }
        for one in report.disposals()
    ]


def _remaining(report: Report, ledger: Ledger) -> list[dict[str, str]]:
    return [
        {
            "lot_id": one.lot.id,
            "asset": one.asset,
            "wallet": one.wallet,
            "quantity": plain(one.quantity_units, ledger.quantity_decimals),
            "basis": plain(one.basis_units, ledger.money_decimals),
        }
        for one in report.remaining
    ]


def _missing(report: Report, ledger: Ledger) -> list[dict[str, str]]:
    return [
        {
            "disposal_id": gap.fact.id,
            "kind": gap.fact.kind.value,
            "asset": gap.fact.asset,
            "wallet": gap.fact.wallet,
            "quantity": plain(gap.quantity_units, ledger.quantity_decimals),
            "found": plain(gap.found_units, ledger.quantity_decimals),
            "proceeds": plain(gap.value_units, ledger.money_decimals),
        }
        for gap in report.missing
    ]


def compared(ledger: Ledger, book: Book) -> Sums:
    """Match a ledger by every method and give the sums by asset and method."""
    found: Sums = {}
    names_lots = any(fact.picks for fact in ledger.facts)
    for method in (*COMPARED, Method.SPECIFIC) if names_lots else COMPARED:
        totals = totals_by_asset(match(ledger.facts, book._replace(method=method)))
        for asset, one in totals.items():
            found.setdefault(asset, {})[method.value] = _sums(one, ledger)
    return found


def _sums(one: Totals, ledger: Ledger) -> dict[str, str]:
    quantity, money = ledger.quantity_decimals, ledger.money_decimals
    return {
        "disposed": plain(one.disposed_units, quantity),
        "proceeds": plain(one.proceeds_units, money),
        "basis": plain(one.basis_units, money),
        "gain": plain(one.gain_units, money),
        "remaining": plain(one.remaining_units, quantity),
        "remaining_basis": plain(one.remaining_basis_units, money),
        "missing": plain(one.missing_units, quantity),
        "gain_less_remaining_basis": plain(one.settled_units, money),
    }


def table(sums: Sums) -> str:
    """Lay the methods side by side for people: an asset a block, a method a line."""
    return "\n\n".join(_block(asset, by_method) for asset, by_method in sums.items())


def _block(asset: str, by_method: Mapping[str, Mapping[str, str]]) -> str:
    names = list(next(iter(by_method.values())))
    lines = [[asset, *(name.replace("_", " ") for name in names)]]
    lines += [[method, *map(_cut, one.values())] for method, one in by_method.items()]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])])
        for line in lines
    )


def _cut(text: str) -> str:
    whole, _, fraction = text.partition(".")
    if len(fraction) <= _SHOWN:
        return text
    return f"{whole}.{fraction[:_SHOWN]}~"
