"""What orders of ours promise of what an account holds, while they may be open at an exchange.

A sale promises the base it has not filled yet, a purchase what that costs at its limit. Which
orders there are the journal knows, and roughly when each was open: surely between two answers that
say so, possibly from before it was sent until its end was heard of. What they filled the settled
legs know. So what is promised is known to the unit where nothing was moving, and otherwise lies
between a least and a most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple, Protocol

from domain.desk import DeskCard
from domain.money import PIPS
from domain.settlement.types import IntendedOrder, OrderAnswer

OPEN = "OPEN"
UNSURE = frozenset({OPEN, "UNKNOWN"})
"""What is said of an order that may fill some more."""
_NEVER_NS = 1 << 63
Span = tuple[int, int]
"""The first and the last instant of one, in nanoseconds."""


class OrderPart(Protocol):
    """What filled of an order; the base is signed, or not."""

    @property
    def order_ref(self) -> str:
        """Our own id of the order."""
        ...

    @property
    def base_units(self) -> int:
        """How much of the base."""
        ...

    @property
    def at_ns(self) -> int:
        """When."""
        ...


class Promised(NamedTuple):
    """What is kept of one asset: at least throughout a span, and at most at some instant of it."""

    least: int
    most: int


def promised_units(
    span_ns: Span,
    card: DeskCard,
    orders: Iterable[IntendedOrder],
    answers: Iterable[OrderAnswer],
    parts: Iterable[OrderPart],
) -> dict[str, Promised]:
    """Say what orders at the desk's exchange promise in a span, by asset; as `promises`."""
    sums: defaultdict[str, Promised] = defaultdict(lambda: Promised(0, 0))
    for _, asset, one in promises(span_ns, card, orders, answers, parts):
        sums[asset] = Promised(sums[asset].least + one.least, sums[asset].most + one.most)
    return dict(sums)


def promises(
    span_ns: Span,
    card: DeskCard,
    orders: Iterable[IntendedOrder],
    answers: Iterable[OrderAnswer],
    parts: Iterable[OrderPart],
) -> Iterator[tuple[IntendedOrder, str, Promised]]:
    """Say which orders at the desk's exchange may be open in a span, and what each keeps.

    Whether the fee is kept with what a purchase costs is the exchange's rule: the most counts it,
    the least does not.

    Args:
        span_ns: When.
        card: The desk: what its orders are in, and the exchange's fee.
        orders: Intended, here or elsewhere.
        answers: What was heard of them, in any order.
        parts: What they filled, as it was reported: what was taken back later opened no order
            again.
    """
    heard: defaultdict[str, list[OrderAnswer]] = defaultdict(list)
    for answer in answers:
        heard[answer.client_order_id].append(answer)
    filled: defaultdict[str, list[OrderPart]] = defaultdict(list)
    for part in parts:
        filled[part.order_ref].append(part)
    for order in orders:
        words = heard[order.client_order_id]
        if order.venue == card.exchange.venue and _may_be_open(order, words, span_ns):
            yield order, *_promise(order, words, filled[order.client_order_id], card, span_ns)


def _may_be_open(order: IntendedOrder, words: Collection[OrderAnswer], span_ns: Span) -> bool:
    ends_ns = (word.observed_ns for word in words if word.status not in UNSURE)
    return order.intended_ns <= span_ns[1] and span_ns[0] <= min(ends_ns, default=_NEVER_NS)


def _is_open(words: Collection[OrderAnswer], span_ns: Span) -> bool:
    times_ns = [word.observed_ns for word in words if word.status == OPEN]
    return bool(times_ns) and min(times_ns) <= span_ns[0] and span_ns[1] <= max(times_ns)


def _promise(
    order: IntendedOrder,
    words: Collection[OrderAnswer],
    parts: Collection[OrderPart],
    card: DeskCard,
    span_ns: Span,
) -> tuple[str, Promised]:
    exchange = card.exchange
    most, left = (order.base_units - _filled_units(parts, until_ns) for until_ns in span_ns)
    least = left if _is_open(words, span_ns) else 0
    if order.side == "sell":
        return exchange.base_asset, Promised(least, most)
    base, quote = card.asset(exchange.base_asset), card.asset(exchange.quote_asset)
    price = Fraction(order.limit_price) * Fraction(10**quote.decimals, 10**base.decimals)
    cost = -(-most * price // 1)
    fee = -(-cost * exchange.taker_fee_pips // PIPS)
    return exchange.quote_asset, Promised(int(least * price), cost + fee)


def _filled_units(parts: Iterable[OrderPart], until_ns: int) -> int:
    return sum(abs(part.base_units) for part in parts if part.at_ns <= until_ns)
