"""What working an order cost: against the price when it was decided, and against the market's.

Implementation shortfall (Perold 1988) is what a paper trade of the whole order at the decision's
price would have made until the end, less what the real one did. It is explained without rest by
delay, execution, fees and the opportunity lost on what was not filled. Positive is a cost. Exact
fractions of the quote; an average over nothing is unknown, not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import msgspec

from domain.market.book import Fill
from domain.money import BPS


class Benchmarks(msgspec.Struct, frozen=True):
    """Prices of the market while an order was worked, in quote for one whole base.

    Args:
        decided: Middle of the book when the order was taken on.
        arrived: Likewise when its first child left; None when none did, or nobody remembers.
        ended: Likewise when it was over; None when nobody remembers.
        twap: Average of the middles looked at, each for as long as it stood; None without any.
        vwap: Average of the public trades by size; None when nothing traded.
    """

    decided: Fraction
    arrived: Fraction | None
    ended: Fraction | None
    twap: Fraction | None = None
    vwap: Fraction | None = None


class Filled(msgspec.Struct, frozen=True):
    """What one child filled: whole base, quote paid or got, and the fee in quote."""

    base: Fraction
    quote: Fraction
    fee: Fraction


class Shortfall(msgspec.Struct, frozen=True):
    """In quote unless the name says otherwise; ``total`` is the sum of the four parts.

    Delay and execution are unknown, though not their sum, where fills are and no arrival is; the
    opportunity, and with it the total, where something is left and nobody knows how it ended.
    """

    average: Fraction | None
    delay: Fraction | None
    execution: Fraction | None
    fees: Fraction
    opportunity: Fraction | None
    total: Fraction | None
    total_bps: Fraction | None
    against_arrival_bps: Fraction | None
    against_twap_bps: Fraction | None
    against_vwap_bps: Fraction | None


def shortfall(side: str, wanted: Fraction, fills: Sequence[Filled], marks: Benchmarks) -> Shortfall:
    """Explain what an order cost.

    Args:
        side: ``buy`` or ``sell``.
        wanted: Whole base that was ordered; more than 0.
        fills: Of all children.
        marks: All prices more than 0.
    """
    sign = 1 if side == "buy" else -1
    base, quote = Fraction(sum(f.base for f in fills)), Fraction(sum(f.quote for f in fills))
    fees = Fraction(sum(f.fee for f in fills))
    traded = sign * (quote - base * marks.decided)
    delay = _moved(sign * base, marks.decided, marks.arrived)
    opportunity = _moved(sign * (wanted - base), marks.decided, marks.ended)
    total = None if opportunity is None else traded + fees + opportunity
    average = quote / base if base else None
    return Shortfall(
        average=average,
        delay=delay,
        execution=None if delay is None else traded - delay,
        fees=fees,
        opportunity=opportunity,
        total=total,
        total_bps=None if total is None else total * BPS / (wanted * marks.decided),
        against_arrival_bps=_worse_bps(sign, average, marks.arrived),
        against_twap_bps=_worse_bps(sign, average, marks.twap),
        against_vwap_bps=_worse_bps(sign, average, marks.vwap),
    )


def _moved(base: Fraction, decided: Fraction, since: Fraction | None) -> Fraction | None:
    """Give what the market's move cost on so much; None where it is not known, and on nothing 0."""
    if not base:
        return Fraction(0)
    return None if since is None else base * (since - decided)


def time_weighted(middles: Sequence[tuple[int, Fraction]], end_ns: int) -> Fraction | None:
    """Average prices by how long each stood; None when no time passed.

    Args:
        middles: Instant and price, in order.
        end_ns: Until when the last one stood.
    """
    ends = [at_ns for at_ns, _ in middles[1:]] + [end_ns]
    spans = [max(end - at_ns, 0) for (at_ns, _), end in zip(middles, ends, strict=False)]
    if not sum(spans):
        return None
    stood = zip(middles, spans, strict=True)
    return Fraction(sum(price * span for (_, price), span in stood)) / sum(spans)


def volume_weighted(trades: Iterable[Fill]) -> Fraction | None:
    """Average trades by size; None when there are none."""
    cost = size = 0
    for trade in trades:
        cost, size = cost + trade.cost_e16, size + trade.size_e8
    return Fraction(cost, size * 10**8) if size else None


def _worse_bps(sign: int, average: Fraction | None, mark: Fraction | None) -> Fraction | None:
    if average is None or mark is None:
        return None
    return sign * (average - mark) * BPS / mark
