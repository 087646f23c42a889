"""Journal against exchange, order by order, and the exchange against its own statement.

Keys are the client order id and the trade id. Rows that share a key and differ are looked for in
what was captured, before any deduplication could hide them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from domain.clock import SECOND_NS
from domain.matching.types import Break, make_break
from domain.settlement.exchange import each_once, fill_key, fill_moves, line_key
from domain.settlement.revisions import ADJUSTMENT
from domain.settlement.settle import last_heard
from domain.settlement.types import (
    ExchangeBook,
    ExchangeFill,
    IntendedOrder,
    JournalBook,
    LedgerLine,
    OrderAnswer,
)

STATEMENT_PATIENCE_NS = 900 * SECOND_NS
"""How long a fill may be missing from a statement cut before it: three captures of five minutes."""

_Row = TypeVar("_Row", ExchangeFill, LedgerLine)


class _Filled(msgspec.Struct, frozen=True):
    fills: list[ExchangeFill]

    @property
    def base_units(self) -> int:
        return sum(fill.base_units for fill in self.fills)

    @property
    def quote_units(self) -> int:
        return sum(fill.quote_units for fill in self.fills)

    @property
    def fee_units(self) -> int:
        return sum(fill.fee_units for fill in self.fills)


def match_orders(journal: JournalBook, exchange: ExchangeBook) -> Iterator[Break]:
    """Compare each intended order's last answer with the fills the exchange lists under its id.

    A loop that heard of a bust agrees with what the statement left of the fills, and that counts.
    """
    taken_back = _taken_back(exchange.lines)
    fills: defaultdict[str, list[ExchangeFill]] = defaultdict(list)
    for fill in each_once(exchange.fills, fill_key):
        fills[fill.client_order_id].append(fill)
    answers = last_heard(journal.order_answers, lambda answer: answer.client_order_id)
    for order in {order.client_order_id: order for order in journal.orders}.values():
        found = fills.get(order.client_order_id, [])
        answer = answers.get(order.client_order_id)
        if answer is not None and 0 < exchange.until_ns < answer.observed_ns:
            yield from _after_the_cut(order, answer, _Filled(found))
        elif answer is not None and _is_amended(answer, found, taken_back):
            continue
        elif found or exchange.is_complete:
            yield from _order_breaks(order, answer, _Filled(found))


def _taken_back(lines: Iterable[LedgerLine]) -> dict[tuple[str, str, str, str], int]:
    """Sum what adjustments moved, by what names a fill and the asset."""
    moved: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
    for line in each_once([line for line in lines if line.kind == ADJUSTMENT], line_key):
        moved[line.venue, line.account, line.ref_id, line.asset] += line.units
    return dict(moved)


def _is_amended(
    answer: OrderAnswer,
    fills: Sequence[ExchangeFill],
    taken_back: dict[tuple[str, str, str, str], int],
) -> bool:
    """Ask whether some of the fills were taken back, and the loop heard just what is left."""
    left, is_amended = 0, False
    for fill in fills:
        base, _ = fill_moves(fill)
        key = fill.venue, fill.account, fill.trade_id, fill.base_asset
        is_amended = is_amended or key in taken_back
        left += abs(base.units + taken_back.get(key, 0))
    return is_amended and answer.filled_base_units == left


def _order_breaks(
    order: IntendedOrder, answer: OrderAnswer | None, filled: _Filled
) -> Iterator[Break]:
    heard = answer.filled_base_units if answer else 0
    at_ns = min((fill.at_ns for fill in filled.fills), default=order.intended_ns)
    say = f"the loop heard {heard}, the exchange lists {filled.base_units} of the base"
    if any(fill.side != order.side for fill in filled.fills):
        yield _of_order(order, "SIDE", "the exchange lists the other side", at_ns, None, "")
    if heard == filled.base_units:
        if answer is not None and filled.fills:
            yield from _amount_breaks(order, answer, filled, at_ns)
        return
    cause = "MISSING_EXTERNAL" if not filled.fills else "QTY" if heard else "MISSING_INTERNAL"
    base = filled.fills[0].base_asset if filled.fills else ""
    yield _of_order(order, cause, say, at_ns, filled.base_units - heard, base)


def _after_the_cut(order: IntendedOrder, answer: OrderAnswer, filled: _Filled) -> Iterator[Break]:
    """State what the loop heard after the cut-off and the statement up to it cannot hold yet."""
    if answer.filled_base_units > filled.base_units:
        say = f"the loop heard of {answer.filled_base_units} of the base after the cut-off"
        yield make_break(
            "journal-exchange",
            "TIMING",
            order.client_order_id,
            say,
            order.intended_ns,
            side="external",
            expires_ns=order.intended_ns + STATEMENT_PATIENCE_NS,
        )


def _amount_breaks(
    order: IntendedOrder, answer: OrderAnswer, filled: _Filled, at_ns: int
) -> Iterator[Break]:
    first = filled.fills[0]
    short = filled.quote_units - answer.filled_quote_units
    if short:
        say = f"quote: the loop heard {answer.filled_quote_units}, listed {filled.quote_units}"
        yield _of_order(order, "QTY", say, at_ns, short, first.quote_asset)
    if filled.fee_units and answer.fee_asset != first.fee_asset:
        say = f"fee asset: the loop heard {answer.fee_asset or 'none'}, listed {first.fee_asset}"
        yield _of_order(order, "FEE_ASSET", say, at_ns, filled.fee_units, first.fee_asset)
    elif filled.fee_units != answer.fee_units:
        say = f"fee: the loop heard {answer.fee_units}, listed {filled.fee_units}"
        off = filled.fee_units - answer.fee_units
        yield _of_order(order, "FEE_AMOUNT", say, at_ns, off, first.fee_asset)


def _of_order(
    order: IntendedOrder, cause: str, evidence: str, at_ns: int, units: int | None, asset: str
) -> Break:
    return make_break(
        "journal-exchange",
        cause,
        order.client_order_id,
        evidence,
        at_ns,
        side="external" if cause == "MISSING_EXTERNAL" else "internal",
        asset=asset,
        amount_units=units,
    )


def match_statement(exchange: ExchangeBook) -> Iterator[Break]:
    """Compare each fill with the statement lines that carry its trade id, per asset."""
    if not exchange.lines:
        return
    lines: defaultdict[tuple[str, str, str], list[LedgerLine]] = defaultdict(list)
    for line in each_once(exchange.lines, line_key):
        lines[line.venue, line.account, line.ref_id].append(line)
    for fill in each_once(exchange.fills, fill_key):
        listed = lines.get((fill.venue, fill.account, fill.trade_id), [])
        yield from _statement_breaks(fill, [line for line in listed if line.kind == "trade"])
        yield from _revision_breaks(fill, [line for line in listed if line.kind == ADJUSTMENT])


def _statement_breaks(fill: ExchangeFill, lines: Sequence[LedgerLine]) -> Iterator[Break]:
    expected: defaultdict[str, int] = defaultdict(int)
    for move in fill_moves(fill):
        expected[move.asset] += move.units
    expected[fill.fee_asset] -= fill.fee_units
    booked: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        booked[line.asset] += line.units - line.fee_units
    for asset in sorted({*expected, *booked}):
        off = booked[asset] - expected[asset]
        if off:
            say = f"the statement books {booked[asset]}, the fill says {expected[asset]}"
            yield make_break(
                "fills-statement",
                "QTY" if lines else "MISSING_EXTERNAL",
                fill.trade_id,
                say,
                fill.at_ns,
                side="external",
                asset=asset,
                amount_units=off,
                account=fill.account,
            )


def _revision_breaks(fill: ExchangeFill, lines: Sequence[LedgerLine]) -> Iterator[Break]:
    """State a fill that the exchange took back or corrected: somebody has to know, per asset."""
    left: defaultdict[str, int] = defaultdict(int)
    for move in fill_moves(fill):
        left[move.asset] += move.units
    left[fill.fee_asset] -= fill.fee_units
    taken: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        taken[line.asset] += line.units - line.fee_units
    is_busted = all(left[asset] + units == 0 for asset, units in taken.items())
    for asset, units in sorted(taken.items()):
        yield make_break(
            "fills-statement",
            "BUSTED" if is_busted else "AMENDED",
            f"{fill.trade_id} {asset}",
            f"the statement moved {units} by {', '.join(sorted(line.line_id for line in lines))}",
            min(line.at_ns for line in lines),
            side="internal",
            asset=asset,
            amount_units=units,
            account=fill.account,
        )


def duplicate_breaks(exchange: ExchangeBook) -> Iterator[Break]:
    """Find rows that share a key and differ: one event twice, or two under one name.

    Guards the *input* of the deduplication, after which nobody could see it.
    """
    yield from _conflicts("fills", exchange.fills, fill_key)
    yield from _conflicts("statement", exchange.lines, line_key)


def _conflicts(
    recon: str, rows: Iterable[_Row], key: Callable[[_Row], tuple[str, ...]]
) -> Iterator[Break]:
    seen: defaultdict[tuple[str, ...], set[bytes]] = defaultdict(set)
    first_ns: dict[tuple[str, ...], int] = {}
    for row in rows:
        seen[key(row)].add(msgspec.json.encode(row))
        first_ns[key(row)] = min(row.at_ns, first_ns.get(key(row), row.at_ns))
    for name, versions in seen.items():
        if len(versions) > 1:
            say = f"{len(versions)} different rows share this key"
            yield make_break(
                recon, "DUPLICATE", "/".join(name), say, first_ns[name], side="external"
            )
