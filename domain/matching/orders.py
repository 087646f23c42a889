"""Orders as rows of money: what the loop heard of each, and what the exchange lists under its id.

An order is one event to the loop however many fills it has, so its fills are summed: a row of the
base and a row of the quote with the fee, both under the client order id. What the loop heard
nothing of has no row: unknown is not zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from domain.matching.made import Sides
from domain.reconciliation.reconcile import summed
from domain.reconciliation.types import Row
from domain.settlement.exchange import each_once, fill_key, fill_moves, line_key
from domain.settlement.outcome import Move
from domain.settlement.revisions import ADJUSTMENT
from domain.settlement.settle import last_heard
from domain.settlement.types import (
    ExchangeFill,
    IntendedOrder,
    JournalBook,
    LedgerLine,
    OrderAnswer,
)

BASE, QUOTE = "base", "quote"
Fills = Mapping[str, Sequence[ExchangeFill]]
"""By client order id, each once."""
Taken = Mapping[tuple[str, str, str, str], int]
"""Venue, account, trade id and asset -> what adjustments moved."""


class Market(msgspec.Struct, frozen=True):
    """Whose money an order moves, as any fill of its venue and symbol tells."""

    account: str = ""
    base_asset: str = ""
    quote_asset: str = ""


Markets = Mapping[tuple[str, str], Market]
"""By venue and symbol."""


class HeardOrder(msgspec.Struct, frozen=True):
    """One order: what was intended, what the loop heard last, and the fills under its id."""

    order: IntendedOrder
    answer: OrderAnswer | None
    fills: Sequence[ExchangeFill]

    @property
    def name(self) -> str:
        """The client order id."""
        return self.order.client_order_id

    @property
    def heard_units(self) -> int:
        """Base the loop heard was filled."""
        return self.answer.filled_base_units if self.answer else 0

    @property
    def listed_units(self) -> int:
        """Base the exchange lists."""
        return sum(fill.base_units for fill in self.fills)

    @property
    def is_other_side(self) -> bool:
        """Whether any fill is on the side that was not asked for."""
        return any(fill.side != self.order.side for fill in self.fills)

    @property
    def at_ns(self) -> int:
        """When it traded by the exchange: the journal says only when that was heard."""
        if not self.fills:
            return self.order.intended_ns
        return min([fill.at_ns for fill in self.fills])


def fills_by_order(fills: Iterable[ExchangeFill]) -> Fills:
    """Group fills by the client order id they name, each once."""
    found: defaultdict[str, list[ExchangeFill]] = defaultdict(list)
    for fill in each_once(fills, fill_key):
        found[fill.client_order_id].append(fill)
    return dict(found)


def markets_of(fills: Iterable[ExchangeFill]) -> Markets:
    """Say whose money each market moves."""
    return {
        (fill.venue, fill.symbol): Market(fill.account, fill.base_asset, fill.quote_asset)
        for fill in fills
    }


def heard_orders(journal: JournalBook, fills: Fills) -> list[HeardOrder]:
    """Bring together what is known of each intended order."""
    answers = last_heard(journal.order_answers, lambda answer: answer.client_order_id)
    orders = {order.client_order_id: order for order in journal.orders}
    return [
        HeardOrder(order, answers.get(name), fills.get(name, ())) for name, order in orders.items()
    ]


def taken_back(lines: Iterable[LedgerLine]) -> Taken:
    """Sum what adjustments moved, by what names a fill and the asset."""
    moved: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
    for line in each_once([line for line in lines if line.kind == ADJUSTMENT], line_key):
        moved[line.venue, line.account, line.ref_id, line.asset] += line.units
    return moved


def order_sides(orders: Iterable[HeardOrder], markets: Markets, taken: Taken) -> Sides:
    """Tell orders as rows.

    Args:
        orders: Those that compare.
        markets: All that any fill names; of another market nobody knows whose money it moves.
        taken: A loop that heard of a bust agrees with what is left of the base, one that heard of
            a corrected price with what is left of the quote, and that counts.
    """
    sides = Sides({}, {}, {})
    for one in orders:
        market = markets.get((one.order.venue, one.order.symbol), Market(one.order.venue))
        told, listed = told_rows(one, market), listed_rows(one.name, one.fills)
        base_units, quote_units = _left_units(one, taken) if taken else (None, None)
        if base_units is not None and abs(base_units) == one.heard_units:
            told = told[:1]
            listed = [msgspec.structs.replace(row, amount_units=base_units) for row in listed[:1]]
            listed = listed if told else []
        elif base_units is None and told and quote_units == told[1].amount_units:
            listed[1] = msgspec.structs.replace(listed[1], amount_units=quote_units)
        ids = tuple([fill.trade_id for fill in one.fills])
        for row in told:
            sides.left[row.id] = row
        for row in listed:
            sides.right[row.id], sides.made_of[row.id] = row, ids
    return sides


def told_rows(one: HeardOrder, market: Market) -> list[Row]:
    """Tell what the loop heard: base, then quote."""
    answer = one.answer
    if answer is None or not answer.filled_base_units:
        return []
    sign = 1 if one.order.side == "buy" else -1
    moves = (
        Move(market.account, market.base_asset, sign * answer.filled_base_units),
        Move(market.account, market.quote_asset, -sign * answer.filled_quote_units),
    )
    fee = answer.fee_asset, answer.fee_units
    return _rows(one.name, one.at_ns, moves, fee, answer.venue_order_id)


def _rows(
    name: str, at_ns: int, moves: tuple[Move, Move], fee: tuple[str, int], order: str = ""
) -> list[Row]:
    base, quote = moves
    same = name, order, "trade"
    return [
        Row(f"{name} {BASE}", at_ns, base.account, base.asset, base.units, "", 0, *same),
        Row(f"{name} {QUOTE}", at_ns, quote.account, quote.asset, quote.units, *fee, *same),
    ]


def is_base(row: Row) -> bool:
    """Ask whether a row of an order is its base, which its quote and fee follow."""
    return row.id.endswith(f" {BASE}")


def listed_rows(name: str, fills: Sequence[ExchangeFill]) -> list[Row]:
    """Tell fills of one order as one row of the base and one of the quote; none of no fills."""
    rows = [_fill_rows(name, fill) for fill in fills]
    if len(rows) == 1:
        return rows[0]
    return [summed(leg) for leg in zip(*rows, strict=True)]


def _fill_rows(name: str, fill: ExchangeFill) -> list[Row]:
    return _rows(name, fill.at_ns, fill_moves(fill), (fill.fee_asset, fill.fee_units))


def _left_units(one: HeardOrder, taken: Taken) -> tuple[int | None, int | None]:
    """Give what is left of a heard order's base and quote; None where none of it was taken back."""
    if one.answer is None:
        return None, None
    base, quote = zip(*map(fill_moves, one.fills), strict=True) if one.fills else ((), ())
    return _left_of(one, base, taken), _left_of(one, quote, taken)


def _left_of(one: HeardOrder, moves: Sequence[Move], taken: Taken) -> int | None:
    keys = [
        (fill.venue, fill.account, fill.trade_id, move.asset)
        for fill, move in zip(one.fills, moves, strict=True)
    ]
    if not any(key in taken for key in keys):
        return None
    return sum(move.units for move in moves) + sum(taken.get(key, 0) for key in keys)
