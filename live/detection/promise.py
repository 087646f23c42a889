"""A found opportunity as what confidence weighs, and with what that says of it. Pure.

The same for the loop and for training.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

import msgspec

from domain.confidence.features import Promise
from domain.confidence.model import Model, confidence_ppm
from domain.desk import BOOK_CURRENCY, DeskCard
from domain.errors import InputRefused
from domain.market.price import BUY
from domain.money import BOOK_MARK_E6, BPS, PIPS, WEI_DECIMALS, value_usd_e24
from journal.records import OpportunityFound, QuotedLeg

PRIOR = "prior"
"""What `confidence_model` says where no model file was in force."""


def promise_of(card: DeskCard, found: OpportunityFound) -> Promise:
    """Write an opportunity as a promise; the native coin is worth the mark of the base."""
    exchanges = {exchange.venue for exchange in (card.exchange, *card.watched)}
    return Promise(
        net_usd_e24=found.expected_net_usd_e24,
        gross_usd_e24=found.expected_gross_usd_e24,
        gas_usd_e24=value_usd_e24(found.expected_gas_wei, WEI_DECIMALS, found.mark_e6),
        notional_usd_e24=_notional_usd_e24(card, found),
        hops=len(found.legs),
        exchange_hops=sum(leg.venue in exchanges for leg in found.legs),
        lifetime_ns=found.expires_ns - found.found_ns,
    )


def _notional_usd_e24(card: DeskCard, found: OpportunityFound) -> int:
    """Value what the first leg moves by the side of it that is the desk's own money.

    Raises:
        InputRefused: Neither side is: no round of ours begins so.
    """
    first, base = found.legs[0], card.asset(card.exchange.base_asset).underlying
    sides = ((first.base_asset, first.base_units), (first.quote_asset, first.quote_units))
    marks = {base: found.mark_e6, BOOK_CURRENCY: BOOK_MARK_E6}
    for asset, units in sides:
        known = card.asset(asset)
        if known.underlying in marks:
            return value_usd_e24(units, known.decimals, marks[known.underlying])
    raise InputRefused("begin with an asset that has a mark", asset=first.base_asset)


def weighed(card: DeskCard, found: OpportunityFound, model: Model | None) -> OpportunityFound:
    """Add what is predicted beside the edge: slippage, confidence, and which model stated it."""
    return msgspec.structs.replace(
        found,
        expected_slippage_bps=slippage_bps(found.legs),
        confidence_ppm=confidence_ppm(promise_of(card, found), model),
        confidence_model=model.sha256 if model else PRIOR,
    )


def slippage_bps(legs: Sequence[QuotedLeg]) -> int | None:
    """Sum how much worse than the first unit's price each leg is quoted, fees apart, rounded up.

    Returns:
        Basis points; ``None`` where a leg has no price before size.
    """
    if not all(leg.top_price_e6 for leg in legs):
        return None
    return ceil(sum((_slipped(leg) for leg in legs), Fraction(0)) * BPS)


def _slipped(leg: QuotedLeg) -> Fraction:
    """Give the share of the price that size takes; what rounding alone would add is none."""
    kept = Fraction(PIPS - leg.fee_pips, PIPS)
    if leg.side == BUY:
        worse = leg.quote_price_e6 * kept - leg.top_price_e6
    else:
        worse = leg.top_price_e6 - leg.quote_price_e6 / kept
    return max(worse / leg.top_price_e6, Fraction(0))
