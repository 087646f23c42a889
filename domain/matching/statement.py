"""Exchange against itself: its fills and the lines of its statement, and rows that contradict.

A fill and the lines that carry its trade id become rows of what moved, asset by asset, the fee
included, since some book it beside the amount and some within; `domain.reconciliation` compares
them. An adjustment is told as busted or amended by what it leaves of the fill. Lines that no fill
explains moved our balance and are settlement's to tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from domain.matching.exchange import BY_NAME
from domain.matching.made import Compared, Sides, matches_made
from domain.matching.strands import Frame, statement_key, trade_key
from domain.matching.suggesting import suggestions, with_suggestions
from domain.matching.types import FILLS, Break, make_break
from domain.reconciliation.reconcile import reconcile
from domain.reconciliation.types import Break as RowBreak
from domain.reconciliation.types import Row
from domain.settlement.exchange import each_once, fill_key, fill_moves, line_key
from domain.settlement.revisions import ADJUSTMENT
from domain.settlement.strands import TRADE
from domain.settlement.types import ExchangeBook, ExchangeFill, LedgerLine

RECON = FILLS
_Row = TypeVar("_Row", ExchangeFill, LedgerLine)
_Lines = Mapping[tuple[str, str, str], Sequence[LedgerLine]]
"""Venue, account and what the line refers to -> lines."""


def match_statement(exchange: ExchangeBook, frame: Frame) -> Compared:
    """Compare each fill with the statement lines that carry its trade id, per asset."""
    if not frame.has_statement:
        return Compared([], [])
    fills = each_once(exchange.fills, fill_key)
    lines = each_once(exchange.lines, line_key)
    trades, adjustments = _by_trade(lines, TRADE), _by_trade(lines, ADJUSTMENT)
    sides = Sides({}, {}, {})
    for fill in fills:
        name = _trade(fill)
        _lay(sides, fill, trades.get(name, ()))
        if name in adjustments:
            _lay_revision(sides, fill, adjustments[name])
    report = reconcile([*sides.left.values()], [*sides.right.values()], BY_NAME)
    found = [_statement_break(one, sides) for one in report.breaks]
    known = set(map(_trade, fills))
    strays = [line for name in trades.keys() - known for line in trades[name]]
    missing = (one.subject for one in found if one.cause == "MISSING_EXTERNAL")
    maybe = suggestions(RECON, _beside_strays(sides, strays), missing)
    matches = [*matches_made(RECON, sides, report.matched), *maybe]
    names = {*adjustments, *(trades.keys() - known)}
    ids = {*(trade_id for _, _, trade_id in names), *(one.subject for one in found)}
    return Compared(with_suggestions(found, maybe), matches, frozenset(map(trade_key, ids)))


def _trade(fill: ExchangeFill) -> tuple[str, str, str]:
    return fill.venue, fill.account, fill.trade_id


def _by_trade(lines: Iterable[LedgerLine], kind: str) -> _Lines:
    found: defaultdict[tuple[str, str, str], list[LedgerLine]] = defaultdict(list)
    for line in lines:
        if line.kind == kind:
            found[line.venue, line.account, line.ref_id].append(line)
    return found


# --- rows -----------------------------------------------------------------------------------------


def _lay(sides: Sides, fill: ExchangeFill, lines: Sequence[LedgerLine]) -> None:
    """Lay a fill beside its lines; what only one of them moves is 0 on the other's side."""
    expected, booked = _expected(fill), _moved(lines)
    ids = tuple(line.line_id for line in lines)
    for asset in (expected | booked) if lines else expected:
        units, stated = expected.get(asset, 0), booked.get(asset, 0)
        if units or stated:
            row = _row(fill, asset, units)
            sides.left[row.id] = row
            if lines:
                sides.right[row.id] = _row(fill, asset, stated)
                sides.made_of[row.id] = ids


def _expected(fill: ExchangeFill) -> dict[str, int]:
    base, quote = fill_moves(fill)
    moved = {base.asset: base.units}
    moved[quote.asset] = moved.get(quote.asset, 0) + quote.units
    moved[fill.fee_asset] = moved.get(fill.fee_asset, 0) - fill.fee_units
    return moved


def _moved(lines: Iterable[LedgerLine]) -> dict[str, int]:
    moved: dict[str, int] = {}
    for line in lines:
        moved[line.asset] = moved.get(line.asset, 0) + line.units - line.fee_units
    return moved


def _row(fill: ExchangeFill, asset: str, units: int) -> Row:
    return Row(
        id=f"{fill.symbol} {fill.trade_id} {fill.account} {asset}",
        time_ns=fill.at_ns,
        account=fill.account,
        asset=asset,
        amount_units=units,
        ref=fill.trade_id,
        kind=TRADE,
    )


def _lay_revision(sides: Sides, fill: ExchangeFill, lines: Sequence[LedgerLine]) -> None:
    """Lay what the exchange took back or corrected, per asset, as external's alone."""
    left, taken = _expected(fill), _moved(lines)
    is_busted = all(left.get(asset, 0) + units == 0 for asset, units in taken.items())
    for asset, units in taken.items():
        row = msgspec.structs.replace(
            _row(fill, asset, units),
            id=f"{fill.symbol} {fill.trade_id} {fill.account} {asset} {ADJUSTMENT}",
            time_ns=min(line.at_ns for line in lines),
            ref=f"{fill.trade_id} {asset}",
            kind=ADJUSTMENT,
            status="busted" if is_busted else "amended",
        )
        sides.right[row.id] = row
        sides.made_of[row.id] = tuple(sorted(line.line_id for line in lines))


def _beside_strays(sides: Sides, lines: Iterable[LedgerLine]) -> Sides:
    """Lay lines of trades that no fill tells beside the fills."""
    beside = Sides(sides.left, {}, {})
    for line in lines:
        beside.right[line.line_id] = Row(
            id=line.line_id,
            time_ns=line.at_ns,
            account=line.account,
            asset=line.asset,
            amount_units=line.units - line.fee_units,
            ref=line.ref_id,
            kind=TRADE,
        )
        beside.made_of[line.line_id] = (line.line_id,)
    return beside


# --- breaks ---------------------------------------------------------------------------------------


def _statement_break(one: RowBreak, sides: Sides) -> Break:
    row = sides.right[one.right_ids[0]] if one.right_ids else sides.left[one.left_ids[0]]
    is_revision = row.kind == ADJUSTMENT
    if is_revision:
        say = f"the statement moved {row.amount_units} by {', '.join(sides.made_of[row.id])}"
    else:
        booked = f"books {row.amount_units}" if one.right_ids else "books nothing"
        told = f"the fill says {sides.left[row.id].amount_units}"
        say = f"the statement {booked}, {told}: {one.explanation}"
    return make_break(
        RECON,
        one.cause.value,
        row.ref,
        say,
        row.time_ns,
        side="internal" if is_revision else "external",
        asset=one.asset,
        amount_units=one.amount_units,
        account=row.account,
    )


# --- the input ------------------------------------------------------------------------------------


def match_copies(exchange: ExchangeBook) -> Compared:
    """Find rows that share a key and differ: one event twice, or two under one name.

    Guards the *input* of the deduplication, after which nobody could see it.
    """
    fills = list(_conflicts("fills", exchange.fills, fill_key))
    lines = list(_conflicts("statement", exchange.lines, line_key))
    waiting = {*(trade_key(fill.trade_id) for _, fill in fills)}
    waiting |= {statement_key(line) for _, line in lines}
    return Compared([broken for broken, _ in (*fills, *lines)], [], frozenset(waiting))


def _conflicts(
    recon: str, rows: Iterable[_Row], key: Callable[[_Row], tuple[str, ...]]
) -> Iterator[tuple[Break, _Row]]:
    first: dict[tuple[str, ...], _Row] = {}
    versions: defaultdict[tuple[str, ...], list[_Row]] = defaultdict(list)
    for row in rows:
        name = key(row)
        if row != first.setdefault(name, row) and row not in versions[name]:
            versions[name].append(row)
    for name, others in versions.items():
        say = f"{len(others) + 1} different rows share this key"
        at_ns = min(row.at_ns for row in (first[name], *others))
        broken = make_break(recon, "DUPLICATE", "/".join(name), say, at_ns, side="external")
        yield broken, first[name]
