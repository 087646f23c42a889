"""A found opportunity as what confidence weighs. Pure; the same for the loop and for training."""

from __future__ import annotations

from domain.confidence.features import Promise
from domain.desk import DeskCard
from domain.money import value_usd_e24
from journal.records import OpportunityFound

_NATIVE_DECIMALS = 18


def promise_of(card: DeskCard, found: OpportunityFound) -> Promise:
    """Write an opportunity as a promise; the native coin is worth the mark of the base."""
    first = found.legs[0]
    decimals = card.asset(first.base_asset).decimals
    return Promise(
        net_usd_e24=found.expected_net_usd_e24,
        gross_usd_e24=found.expected_gross_usd_e24,
        gas_usd_e24=value_usd_e24(found.expected_gas_wei, _NATIVE_DECIMALS, found.mark_e6),
        notional_usd_e24=value_usd_e24(first.base_units, decimals, found.mark_e6),
        hops=len(found.legs),
        exchange_hops=sum(leg.venue == card.exchange.venue for leg in found.legs),
        lifetime_ns=found.expires_ns - found.found_ns,
    )
