"""From one number of the close to the fills and receipts it is made of, as a tree.

row, cell, position or opportunity → entries, each with what it contributed → leg, fill, receipt or
statement line → the opportunity decided on.
Every integer is text. Contributions are written out one by one by `lines.py`, and where they do not
sum to what the close said, that is refused rather than shown. Beside every entry stand the marks in
force, and beside a price move what was held at which marks, so that a reader can work them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from domain.canonical import with_text_integers
from domain.clock import iso_utc
from domain.errors import InputRefused, InvariantBroken
from domain.ledger.balances import Position
from domain.ledger.types import (
    DEPOSIT,
    OPENING,
    TRANSFER,
    WITHDRAWAL,
    Entry,
    entry_order,
    is_own,
)
from domain.money import MARK_SCALE, VALUE_SCALE, from_units
from domain.pnl.equity import sum_known
from domain.pnl.lines import lines_of, movers_of
from domain.pnl.performance import Compared
from domain.pnl.sums import AttributionInput
from domain.pnl.types import PRICE_MOVE, Attribution, PnlLine, PnlRow
from domain.settlement.outcome import Leg
from domain.settlement.types import ChainTransaction, Decision, ExchangeFill, LedgerLine

Tree = dict[str, Any]
_Item = TypeVar("_Item")
_OF_LINES = (TRANSFER, DEPOSIT, WITHDRAWAL)
"""Causes whose evidence may be a line of the exchange's statement."""


class Evidence(msgspec.Struct, frozen=True):
    """Everything the entries of a row may lead to, in any order."""

    legs: Sequence[Leg] = ()
    decisions: Sequence[Decision] = ()
    fills: Sequence[ExchangeFill] = ()
    transactions: Sequence[ChainTransaction] = ()
    lines: Sequence[LedgerLine] = ()


class _Shelves(msgspec.Struct, frozen=True):
    entries: dict[str, Entry]
    legs: dict[str, Leg]
    decisions: dict[str, Decision]
    fills: dict[str, ExchangeFill]
    transactions: dict[str, ChainTransaction]
    lines: dict[str, LedgerLine]


def explain(
    row_id: str, attribution: Attribution, given: AttributionInput, evidence: Evidence
) -> Tree:
    """Follow one row, or one asset's cell of it, to what it is made of.

    Args:
        row_id: ``<day>/<strategy>/<venue>/<cause>``, and perhaps ``/<asset>``.
        attribution: What the close said.
        given: What it looked at.
        evidence: What its entries may lead to.

    Returns:
        ``{"row", "lines", "entries"}``: `lines` are contributions, `entries` the book's, each with
        the marks of its instant and its leg, fill, receipt and opportunity where it has one. The
        row has the marks the day opened and closed with; that of a price move also `opening`, the
        units held of each asset.

    Raises:
        InputRefused: The day has no such row; the message lists those it has.
        InvariantBroken: Its contributions do not sum to what the close said.
    """
    row, asset, amount_usd_e24 = _row(row_id, attribution)
    lines = [
        line for line in lines_of(given) if line.row_id == row.row_id and asset in ("", line.asset)
    ]
    if sum_known(line.amount_usd_e24 for line in lines) != amount_usd_e24:
        raise InvariantBroken("the facts have changed since; close this day again", row=row_id)
    shelves = _shelve(given.entries, evidence)
    underlyings = {one.asset: one.underlying for one in given.assets}
    entries = [shelves.entries[name] for name in entry_ids(row, lines, given)]
    told = {"row_id": row_id, "amount": usd_text(amount_usd_e24), "marks": _ends(row, given)}
    return {
        "row": _row_tree(row) | told | _opening_of(row, given, lines),
        "lines": [_line_tree(line) for line in lines],
        "entries": [
            _entry_tree(one, shelves) | {"marks": _marks_of(one, given, underlyings)}
            for one in entries
        ],
    }


def entry_ids(row: PnlRow, lines: Iterable[PnlLine], given: AttributionInput) -> list[str]:
    """Name the entries behind a row, each once: those of its lines, or all that moved a holding."""
    if row.cause == PRICE_MOVE:
        return movers_of(given, row.venue)
    return list(dict.fromkeys(line.entry_id for line in lines if line.entry_id))


def explain_position(
    position: Position, entries: Iterable[Entry], evidence: Evidence, span_ns: tuple[int, int]
) -> Tree:
    """Follow what an account holds of an asset to the postings that moved it in a span.

    Raises:
        InvariantBroken: They do not lead from the opening to the closing.
    """
    start_ns, end_ns = span_ns
    moved = [
        (entry, one.units)
        for entry in sorted(entries, key=entry_order)
        for one in entry.postings
        if (one.account, one.asset) == (position.account, position.asset)
        and entry.cause != OPENING
        and start_ns <= entry.at_ns < end_ns
    ]
    if position.opening_units + sum(units for _, units in moved) != position.closing_units:
        raise InvariantBroken(
            "the facts have changed since; close this day again", account=position.account
        )
    shelves = _shelve([entry for entry, _ in moved], evidence)
    return {
        "position": as_text(position),
        "lines": [{"entry_id": entry.entry_id, "units": str(units)} for entry, units in moved],
        "entries": [_entry_tree(entry, shelves) for entry in shelves.entries.values()],
    }


def explain_opportunity(found: Compared, entries: Iterable[Entry], evidence: Evidence) -> Tree:
    """Follow what an opportunity promised and brought to everything that was booked for it."""
    own = [one for one in entries if one.correlation_id == found.opportunity_id]
    shelves = _shelve(own, evidence)
    decision = shelves.decisions.get(found.opportunity_id)
    return {
        "opportunity": as_text(found) | {"decided": as_text(decision) if decision else None},
        "entries": [_entry_tree(entry, shelves) for entry in sorted(own, key=entry_order)],
    }


def usd_text(amount_usd_e24: int | None) -> str:
    """Write a value exactly, without trailing zeros; what is not known says so."""
    if amount_usd_e24 is None:
        return "unknown"
    text = from_units(amount_usd_e24, VALUE_SCALE).rstrip("0").rstrip(".")
    return "0" if text in ("", "-", "-0") else text


def _row(row_id: str, attribution: Attribution) -> tuple[PnlRow, str, int | None]:
    """Find a row, or the row of a cell with the cell's asset; give whose amount was asked for."""
    by_id = {row.row_id: row for row in attribution.rows}
    if row_id in by_id:
        return by_id[row_id], "", by_id[row_id].amount_usd_e24
    for cell in attribution.cells:
        if cell.cell_id == row_id:
            return by_id[cell.row_id], cell.asset, cell.amount_usd_e24
    rows = ", ".join(row.row_id for row in attribution.rows) or "none"
    raise InputRefused("name a row of this day's P&L", got=row_id, rows=rows)


def _shelve(entries: Iterable[Entry], evidence: Evidence) -> _Shelves:
    return _Shelves(
        entries=_by(entries, lambda entry: entry.entry_id),
        legs=_by(evidence.legs, lambda leg: leg.leg_id),
        decisions=_by(evidence.decisions, lambda decision: decision.opportunity_id),
        fills=_by(evidence.fills, lambda fill: fill.trade_id),
        transactions=_by(evidence.transactions, lambda tx: tx.receipt.tx_hash),
        lines=_by(evidence.lines, lambda line: line.line_id),
    )


def _by(items: Iterable[_Item], key: Callable[[_Item], str]) -> dict[str, _Item]:
    return {key(item): item for item in items}


def _row_tree(row: PnlRow) -> Tree:
    return {
        "row_id": row.row_id,
        "underlying": row.underlying,
        "amount": usd_text(row.amount_usd_e24),
        "policy": row.policy,
        "missing": list(row.missing),
    }


def _ends(row: PnlRow, given: AttributionInput) -> Tree:
    """Give the marks of the row's underlyings that the day opened and closed with."""
    return {
        name: {
            "opening": _mark_text(given.marks.opening(name)),
            "closing": _mark_text(given.marks.at(name, given.end_ns - 1)),
        }
        for name in row.underlying.split("+")
    }


def _marks_of(entry: Entry, given: AttributionInput, underlyings: dict[str, str]) -> Tree:
    """Give the marks in force when an entry moved what is ours, by underlying."""
    own = [one for one in entry.postings if is_own(one.account) and one.asset in underlyings]
    names = sorted({underlyings[one.asset] for one in own})
    return {name: _mark_text(given.marks.at(name, entry.at_ns)) for name in names}


def _opening_of(row: PnlRow, given: AttributionInput, lines: Iterable[PnlLine]) -> Tree:
    """Give what a price move began with: units of its assets at its venue."""
    if row.cause != PRICE_MOVE:
        return {}
    held = Counter(given.opening)
    for entry in given.entries:
        if entry.cause == OPENING or entry.at_ns < given.start_ns:
            for one in entry.postings:
                held[one.account, one.asset] += one.units
    assets = {line.asset for line in lines}
    return {
        "opening": [
            {"account": account, "asset": asset, "units": str(units)}
            for (account, asset), units in sorted(held.items())
            if asset in assets
            and is_own(account)
            and given.venues.get(account, account) == row.venue
        ]
    }


def _mark_text(mark_e6: int | None) -> str:
    if mark_e6 is None:
        return "unknown"
    return from_units(mark_e6, MARK_SCALE).rstrip("0").rstrip(".")


def _line_tree(line: PnlLine) -> Tree:
    return {
        "entry_id": line.entry_id,
        "asset": line.asset,
        "underlying": line.underlying,
        "amount": usd_text(line.amount_usd_e24),
    }


def _entry_tree(entry: Entry, shelves: _Shelves) -> Tree:
    leg = shelves.legs.get(entry.subject)
    decision = shelves.decisions.get(entry.correlation_id)
    tx = _named(entry, shelves.transactions)
    line = _named(entry, shelves.lines) if entry.cause in _OF_LINES else None
    fill = shelves.fills.get(leg.evidence if leg else entry.evidence)
    tree: Tree = {
        "entry_id": entry.entry_id,
        "at": iso_utc(entry.at_ns),
        "cause": entry.cause,
        "venue": entry.venue,
        "execution_id": entry.execution_id,
        "evidence": entry.evidence,
        "postings": [_posting_tree(entry, at) for at in range(len(entry.postings))],
    }
    parts = {"leg": leg, "fill": fill, "opportunity": decision, "statement": line}
    tree |= {name: as_text(part) for name, part in parts.items() if part is not None}
    if tx is not None:
        tree["receipt"] = _receipt_tree(tx)
    return tree


def _named(entry: Entry, shelf: Mapping[str, _Item]) -> _Item | None:
    """Find what an entry's evidence names first; that of a transfer names both its records."""
    names = (word.partition(":")[0] for word in entry.evidence.split())
    return next((shelf[name] for name in names if name in shelf), None)


def _posting_tree(entry: Entry, position: int) -> Tree:
    posting = entry.postings[position]
    return {"account": posting.account, "asset": posting.asset, "units": str(posting.units)}


def _receipt_tree(tx: ChainTransaction) -> Tree:
    receipt = tx.receipt
    return {
        "tx_hash": receipt.tx_hash,
        "block_number": str(receipt.block_number),
        "block_hash": receipt.block_hash,
        "status": str(receipt.status),
        "gas_used": str(receipt.gas_used),
        "effective_gas_price_wei": str(receipt.effective_gas_price_wei),
        "logs": str(len(receipt.logs)),
    }


def as_text(value: Any) -> Any:  # noqa: ANN401 (any struct becomes any JSON)
    """Turn a struct into plain JSON values in which every integer is text."""
    return with_text_integers(msgspec.to_builtins(value))
