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

from domain.pnl.types import LATENCY_DRIFT, LP_FEE, QUOTED_EDGE, SIZE_IMPACT, SLIPPAGE
from domain.settlement.outcome import Leg
from domain.settlement.types import DecidedLeg, Decision

PIPS = 1_000_000
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


def leg_terms(
    base_e18: int,
    quote_usd_e24: int | None,
    fill_mark_e6: int | None,
    decision_mark_e6: int,
    plan: DecidedLeg,
) -> tuple[int, int, int, int | None, int | None]:
    """Part a leg as filled into the five terms; their sum is its value at the marks of its fill.

    Args:
        base_e18: Whole coins received (signed) in 10^-18.
        quote_usd_e24: Value of the quote received (signed); None without a mark.
        fill_mark_e6: Mark of the base's underlying at the fill; None without one.
        decision_mark_e6: The same when it was decided.
        plan: What was quoted.

    Returns:
        In the order of `TERMS`; slippage or drift is None where its mark is missing.
    """
    top_e6, quote_e6 = plan.top_price_e6, plan.quote_price_e6
    paid_in = base_e18 * quote_e6 if base_e18 > 0 else -base_e18 * top_e6
    fee = paid_in * plan.fee_pips // PIPS
    return (
        base_e18 * (decision_mark_e6 - top_e6),
        -fee,
        base_e18 * (top_e6 - quote_e6) + fee,
        None if quote_usd_e24 is None else base_e18 * quote_e6 + quote_usd_e24,
        None if fill_mark_e6 is None else base_e18 * (fill_mark_e6 - decision_mark_e6),
    )
