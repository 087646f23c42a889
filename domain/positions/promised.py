"""What orders of ours promise of what an account holds, while they may be open at an exchange.

A sale promises the base it has not filled yet, a purchase what that costs at its limit. Which
orders there are the journal knows, and roughly when each was open: surely between two answers that
say so, possibly from before it was sent until its end was heard of. What they filled the settled
legs know. So what is promised is known to the unit where nothing was moving, and otherwise lies
between a least and a most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import NamedTuple

from domain.desk import DeskCard
from domain.money import PIPS
from domain.settlement.outcome import Leg
from domain.settlement.types import IntendedOrder, OrderAnswer

OPEN = "OPEN"
_UNSURE = {OPEN, "UNKNOWN"}
_NEVER_NS = 1 << 63
Span = tuple[int, int]
"""The first and the last instant of one, in nanoseconds."""


class Promised(NamedTuple):
    """What is kept of one asset: at least throughout a span, and at most at some instant of it."""

    least: int
    most: int


def promised_units(
    span_ns: Span,
    card: DeskCard,
    orders: Iterable[IntendedOrder],
    answers: Iterable[OrderAnswer],
    legs: Iterable[Leg],
) -> dict[str, Promised]:
    """Say what orders at the desk's exchange promise in a span, by asset.

    Whether the fee is kept with what a purchase costs is the exchange's rule: the most counts it,
    the least does not.

    Args:
        span_ns: When.
        card: The desk: what its orders are in, and the exchange's fee.
        orders: Intended, here or elsewhere.
        answers: What was heard of them, in any order.
        legs: What they filled, as it was reported: what was taken back later opened no order again.
    """
    heard: defaultdict[str, list[OrderAnswer]] = defaultdict(list)
    for answer in answers:
        heard[answer.client_order_id].append(answer)
    filled: defaultdict[str, list[Leg]] = defaultdict(list)
    for leg in legs:
        filled[leg.order_ref].append(leg)
    sums: defaultdict[str, Promised] = defaultdict(lambda: Promised(0, 0))
    for order in orders:
        words = heard[order.client_order_id]
        if order.venue == card.exchange.venue and _may_be_open(order, words, span_ns):
            asset, one = _promise(order, words, filled[order.client_order_id], card, span_ns)
            sums[asset] = Promised(sums[asset].least + one.least, sums[asset].most + one.most)
    return dict(sums)


def _may_be_open(order: IntendedOrder, words: Collection[OrderAnswer], span_ns: Span) -> bool:
    ends_ns = (word.observed_ns for word in words if word.status not in _UNSURE)
    return order.intended_ns <= span_ns[1] and span_ns[0] <= min(ends_ns, default=_NEVER_NS)


def _is_open(words: Collection[OrderAnswer], span_ns: Span) -> bool:
    times_ns = [word.observed_ns for word in words if word.status == OPEN]
    return bool(times_ns) and min(times_ns) <= span_ns[0] and span_ns[1] <= max(times_ns)


def _promise(
    order: IntendedOrder,
    words: Collection[OrderAnswer],
    legs: Collection[Leg],
    card: DeskCard,
    span_ns: Span,
) -> tuple[str, Promised]:
    exchange = card.exchange
    most, left = (order.base_units - _filled_units(legs, until_ns) for until_ns in span_ns)
    least = left if _is_open(words, span_ns) else 0
    if order.side == "sell":
        return exchange.base_asset, Promised(least, most)
    base, quote = card.asset(exchange.base_asset), card.asset(exchange.quote_asset)
    price = Fraction(order.limit_price) * Fraction(10**quote.decimals, 10**base.decimals)
    cost = -(-most * price // 1)
    fee = -(-cost * exchange.taker_fee_pips // PIPS)
    return exchange.quote_asset, Promised(int(least * price), cost + fee)


def _filled_units(legs: Iterable[Leg], until_ns: int) -> int:
    return sum(abs(leg.base_units) for leg in legs if leg.at_ns <= until_ns)
