"""One planned leg, from the decision's mark to the fill's, in five terms that telescope.

The terms and why they add up are in `attribute.py`. All are integers of 10^-24 book currency; the
one division, the pool's fee inside the quote, rounds toward zero, and `size_impact` is what the
quote leaves beside it, so no rounding escapes.
"""

from __future__ import annotations

import msgspec

from domain.pnl.types import LATENCY_DRIFT, LP_FEE, QUOTED_EDGE, SIZE_IMPACT, SLIPPAGE
from domain.pnl.values import Valuer
from domain.settlement.outcome import Leg
from domain.settlement.types import DecidedLeg, Decision

PIPS = 1_000_000


class LegTerms(msgspec.Struct, frozen=True, gc=False):
    """A leg as filled, beside what was quoted for it.

    Args:
        base_units: Signed, as received.
        quote_usd_e24: Value of the quote received (signed); None without a mark.
        fill_mark_e6: Mark of the base's underlying at the fill; None without one.
    """

    base_asset: str
    base_units: int
    quote_usd_e24: int | None
    fill_mark_e6: int | None
    decision_mark_e6: int
    plan: DecidedLeg

    def underlying(self, valuer: Valuer) -> str:
        """Name what the leg is exposed to."""
        return valuer.underlying(self.base_asset)

    def by_cause(self, valuer: Valuer) -> list[tuple[str, int | None]]:
        """Give the five terms; their sum is the leg's value at the marks of its fill."""
        top_e6, quote_e6 = self.plan.top_price_e6, self.plan.quote_price_e6
        fee = self._pool_fee(valuer)
        priced, drifted = self.quote_usd_e24, self.fill_mark_e6
        slippage = None if priced is None else self._worth(valuer, quote_e6) + priced
        drift = None if drifted is None else self._worth(valuer, drifted - self.decision_mark_e6)
        return [
            (QUOTED_EDGE, self._worth(valuer, self.decision_mark_e6 - top_e6)),
            (LP_FEE, -fee),
            (SIZE_IMPACT, self._worth(valuer, top_e6 - quote_e6) + fee),
            (SLIPPAGE, slippage),
            (LATENCY_DRIFT, drift),
        ]

    def _worth(self, valuer: Valuer, price_e6: int) -> int:
        return valuer.at_mark(self.base_asset, self.base_units, price_e6)

    def _pool_fee(self, valuer: Valuer) -> int:
        """Value the pool's cut of the input: of quote when buying, of base when selling."""
        is_buy = self.base_units > 0
        price_e6 = self.plan.quote_price_e6 if is_buy else self.plan.top_price_e6
        paid_in = valuer.at_mark(self.base_asset, abs(self.base_units), price_e6)
        return paid_in * self.plan.fee_pips // PIPS


def leg_terms(leg: Leg, plan: DecidedLeg, decision: Decision, valuer: Valuer) -> LegTerms:
    """Set a filled leg beside its quote, at the marks in force when it filled."""
    return LegTerms(
        base_asset=leg.base_asset,
        base_units=leg.base_units,
        quote_usd_e24=valuer.at(leg.quote_asset, leg.quote_units, leg.at_ns),
        fill_mark_e6=valuer.marks.at(valuer.underlying(leg.base_asset), leg.at_ns),
        decision_mark_e6=decision.mark_e6,
        plan=plan,
    )
