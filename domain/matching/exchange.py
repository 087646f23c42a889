"""Journal against exchange, order by order: what the loop heard, and the fills the exchange lists.

`orders.py` tells both as rows and `domain.reconciliation` compares them. What is the desk's own is
here: what was heard after the cut-off cannot be listed yet, where the base differs quote and fee
follow from it, and amounts of a break count in the order's own direction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from domain.clock import SECOND_NS
from domain.matching.made import Compared, Sides, matches_made
from domain.matching.orders import (
    BASE,
    QUOTE,
    Fills,
    HeardOrder,
    fills_by_order,
    heard_orders,
    is_base,
    listed_rows,
    order_sides,
    taken_back,
)
from domain.matching.strands import Frame, order_key
from domain.matching.suggesting import suggestions, with_suggestions
from domain.matching.types import ORDERS, Break, make_break
from domain.reconciliation.causes import Cause
from domain.reconciliation.reconcile import reconcile
from domain.reconciliation.rules import Rules
from domain.reconciliation.types import Break as RowBreak
from domain.reconciliation.types import Row
from domain.settlement.types import ExchangeBook, JournalBook

RECON = ORDERS
STATEMENT_PATIENCE_NS = 900 * SECOND_NS
"""How long a fill may be missing from a statement cut before it: three captures of five minutes."""
BY_NAME = Rules(keys_only=True, keys_agree=True)
"""Nothing is settled but by the name both sides give it, and nothing is tolerated.

The names are ours, so that no other event has a say in whether two are one.
"""
_FEES = (Cause.FEE_AMOUNT, Cause.FEE_ASSET)


def match_orders(journal: JournalBook, exchange: ExchangeBook, frame: Frame) -> Compared:
    """Compare each intended order's last answer with the fills the exchange lists under its id."""
    fills = fills_by_order(exchange.fills)
    orders = {one.name: one for one in heard_orders(journal, fills)}
    late = [one for one in orders.values() if _is_after_the_cut(one, exchange)]
    compared = orders.keys() - {one.name for one in late}
    if not exchange.is_complete:
        compared &= fills.keys()
    told = {name: one for name, one in orders.items() if name in compared}
    sides = order_sides(told.values(), frame.markets, taken_back(exchange.lines))
    report = reconcile([*sides.left.values()], [*sides.right.values()], BY_NAME)
    found = [*_wrong_sides(told.values()), *_order_breaks(report.breaks, sides, told)]
    strays = {name: of for name, of in fills.items() if name not in orders}
    missing = (one.subject for one in found if one.cause == "MISSING_EXTERNAL")
    maybe = suggestions(RECON, _beside_strays(sides, strays), missing)
    timing = (broken for one in late for broken in _after_the_cut(one))
    matches = [*matches_made(RECON, sides, report.matched), *maybe]
    names = {*strays, *(one.name for one in late), *(one.subject for one in found)}
    waiting = frozenset(map(order_key, names))
    return Compared([*with_suggestions(found, maybe), *timing], matches, waiting)


def _is_after_the_cut(one: HeardOrder, exchange: ExchangeBook) -> bool:
    return one.answer is not None and 0 < exchange.until_ns < one.answer.observed_ns


def _after_the_cut(one: HeardOrder) -> Iterator[Break]:
    """State what the loop heard after the cut-off and the statement up to it cannot hold yet."""
    if one.heard_units > one.listed_units:
        yield make_break(
            RECON,
            "TIMING",
            one.name,
            f"the loop heard of {one.heard_units} of the base after the cut-off",
            one.order.intended_ns,
            side="external",
            expires_ns=one.order.intended_ns + STATEMENT_PATIENCE_NS,
        )


def _wrong_sides(orders: Iterable[HeardOrder]) -> Iterator[Break]:
    for one in orders:
        if one.is_other_side:
            say = (
                f"the loop heard {one.heard_units} {one.order.side}, "
                f"the exchange lists {one.listed_units} and the other side"
            )
            yield make_break(RECON, "SIDE", one.name, say, one.at_ns)


def _order_breaks(
    broken: Iterable[RowBreak], sides: Sides, orders: Mapping[str, HeardOrder]
) -> Iterator[Break]:
    """Tell breaks of rows as breaks of orders: by the base where it differs, else by the rest.

    Amounts of the wrong side do not compare; that it is the wrong one is said already.
    """
    by_order: defaultdict[str, list[tuple[Row, RowBreak]]] = defaultdict(list)
    for one in broken:
        row = sides.right[one.right_ids[0]] if one.right_ids else sides.left[one.left_ids[0]]
        by_order[row.ref].append((row, one))
    for name, told in by_order.items():
        if not orders[name].is_other_side:
            base = [(row, one) for row, one in told if is_base(row)]
            yield from (_order_break(orders[name], sides, row, one) for row, one in base or told)


def _order_break(order: HeardOrder, sides: Sides, row: Row, one: RowBreak) -> Break:
    is_reversed = one.cause not in _FEES and (order.order.side == "buy") != is_base(row)
    is_absent = one.cause is Cause.MISSING_EXTERNAL
    both = sides.left.get(row.id), sides.right.get(row.id)
    heard, listed = (abs(told.amount_units) if told else 0 for told in both)
    of = BASE if is_base(row) else QUOTE
    say = f"the loop heard {heard}, the exchange lists {listed} of the {of}: {one.explanation}"
    return make_break(
        RECON,
        one.cause.value,
        order.name,
        say,
        order.at_ns,
        side="external" if is_absent else "internal",
        asset="" if is_absent else one.asset,
        amount_units=-one.amount_units if is_reversed else one.amount_units,
    )


def _beside_strays(sides: Sides, strays: Fills) -> Sides:
    """Lay fills of orders nobody intended beside what the loop heard."""
    beside = Sides(sides.left, {}, {})
    for fills in strays.values():
        for fill in fills:
            for row in listed_rows(fill.trade_id, [fill]):
                beside.right[row.id] = msgspec.structs.replace(row, order=fill.order_id)
                beside.made_of[row.id] = (fill.trade_id,)
    return beside
