"""One planned leg, from the decision's mark to the fill's, in five terms that telescope.

A leg of signed base n and quote value v (both as received) is worth, without a remainder::

    n·m_fill + v = n·(m_dec − p_top)                       quoted_edge
                 − fee of the pool, as quoted              lp_fee
                 + n·(p_top − p_quote) + fee of the pool   size_impact
                 + n·p_quote + v                           slippage
                 + n·(m_fill − m_dec)                      latency_drift

All are integers of 10^-24 book currency; the one division, the pool's fee inside the quote, rounds
toward zero, and `size_impact` is what the quote leaves beside it, so no rounding escapes.
"""

from __future__ import annotations

import msgspec

from domain.money import PIPS
from domain.pnl.types import LATENCY_DRIFT, LP_FEE, QUOTED_EDGE, SIZE_IMPACT, SLIPPAGE
from domain.settlement.outcome import Leg
from domain.settlement.types import DecidedLeg, Decision

TERMS = (QUOTED_EDGE, LP_FEE, SIZE_IMPACT, SLIPPAGE, LATENCY_DRIFT)
"""Causes, in the order of what `leg_terms` gives."""


def decided_leg(decision: Decision, leg: Leg) -> DecidedLeg | None:
    """Find what the decision quoted for a leg; a hedge or an unwind was not quoted."""
    if leg.purpose != "leg":
        return None
    for quoted in decision.legs:
        if quoted.venue == leg.venue and quoted.base_asset == leg.base_asset:
            return quoted
    return None


Terms = tuple[int, int, int, int | None, int | None]
"""In the order of `TERMS`; slippage or drift is None where its mark is missing."""


class PlannedLegs(msgspec.Struct):
    """Legs of one base and quote, summed: what is linear in each is multiplied out once for all.

    Args:
        scale: What units of the base are multiplied by to count whole coins in 10^-18.
        times_ns: Of their fills, none before the one before it.
        base_units, quote_units: Of each leg, as received (signed).
        decided_e6, top_e6, quoted_e6: Base units times the decision's mark, best and quoted price.
        fee_usd_e24: Of pools, as quoted.
    """

    scale: int
    times_ns: list[int] = []
    base_units: list[int] = []
    quote_units: list[int] = []
    decided_e6: int = 0
    top_e6: int = 0
    quoted_e6: int = 0
    fee_usd_e24: int = 0

    def add(self, at_ns: int, leg: Leg, plan: DecidedLeg, decision_mark_e6: int) -> None:
        """Add a leg with what was quoted for it."""
        units = leg.base_units
        self.times_ns.append(at_ns)
        self.base_units.append(units)
        self.quote_units.append(leg.quote_units)
        self.decided_e6 += units * decision_mark_e6
        self.top_e6 += units * plan.top_price_e6
        self.quoted_e6 += units * plan.quote_price_e6
        if plan.fee_pips:
            self.fee_usd_e24 += _pool_fee_usd_e24(units * self.scale, plan)

    def terms(self, base_usd_e24: int | None, quote_usd_e24: int | None) -> Terms:
        """Give the sum of what :func:`leg_terms` gives of each leg.

        Args:
            base_usd_e24: Value of all bases, each at the mark of its fill; None without one.
            quote_usd_e24: Value of all quotes, likewise.
        """
        sums_e6 = self.decided_e6, self.top_e6, self.quoted_e6
        decided, top, quoted = (one * self.scale for one in sums_e6)
        return (
            decided - top,
            -self.fee_usd_e24,
            top - quoted + self.fee_usd_e24,
            None if quote_usd_e24 is None else quoted + quote_usd_e24,
            None if base_usd_e24 is None else base_usd_e24 - decided,
        )


def leg_terms(
    base_e18: int,
    quote_usd_e24: int | None,
    fill_mark_e6: int | None,
    decision_mark_e6: int,
    plan: DecidedLeg,
) -> Terms:
    """Part a leg as filled into the five terms; their sum is its value at the marks of its fill.

    Args:
        base_e18: Whole coins received (signed) in 10^-18.
        quote_usd_e24: Value of the quote received (signed); None without a mark.
        fill_mark_e6: Mark of the base's underlying at the fill; None without one.
        decision_mark_e6: The same when it was decided.
        plan: What was quoted.
    """
    top_e6, quote_e6 = plan.top_price_e6, plan.quote_price_e6
    fee = _pool_fee_usd_e24(base_e18, plan)
    return (
        base_e18 * (decision_mark_e6 - top_e6),
        -fee,
        base_e18 * (top_e6 - quote_e6) + fee,
        None if quote_usd_e24 is None else base_e18 * quote_e6 + quote_usd_e24,
        None if fill_mark_e6 is None else base_e18 * (fill_mark_e6 - decision_mark_e6),
    )


def _pool_fee_usd_e24(base_e18: int, plan: DecidedLeg) -> int:
    """Give the fee inside a quote: a pool takes it of what is paid in."""
    paid_in = base_e18 * plan.quote_price_e6 if base_e18 > 0 else -base_e18 * plan.top_price_e6
    return paid_in * plan.fee_pips // PIPS
