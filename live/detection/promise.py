"""A found opportunity as what confidence weighs. Pure; the same for the loop and for training."""

from __future__ import annotations

from domain.confidence.features import Promise
from domain.desk import BOOK_CURRENCY, DeskCard
from domain.errors import InputRefused
from domain.money import value_usd_e24
from journal.records import OpportunityFound

_NATIVE_DECIMALS = 18
_BOOK_MARK_E6 = 10**6


def promise_of(card: DeskCard, found: OpportunityFound) -> Promise:
    """Write an opportunity as a promise; the native coin is worth the mark of the base."""
    exchanges = {exchange.venue for exchange in (card.exchange, *card.watched)}
    return Promise(
        net_usd_e24=found.expected_net_usd_e24,
        gross_usd_e24=found.expected_gross_usd_e24,
        gas_usd_e24=value_usd_e24(found.expected_gas_wei, _NATIVE_DECIMALS, found.mark_e6),
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
    marks = {base: found.mark_e6, BOOK_CURRENCY: _BOOK_MARK_E6}
    for asset, units in sides:
        known = card.asset(asset)
        if known.underlying in marks:
            return value_usd_e24(units, known.decimals, marks[known.underlying])
    raise InputRefused("begin with an asset that has a mark", asset=first.base_asset)
