"""An opportunity as the wire tells it: its path, its numbers, what to choose it by. Pure.

The message carries the journal's own record, for those who act on it; the rest of it is for those
who do not read our journal.
"""

from __future__ import annotations

from domain.desk import DeskCard
from domain.identity import contract_account
from journal.records import OpportunityFound, QuotedLeg, canonical_payload
from live.detection.promise import weighed
from live.protocol import v2

_USD_E6 = 10**18
"""One millionth of a dollar, in units of 1e-24."""


def opportunity_message(card: DeskCard, found: OpportunityFound) -> v2.ArbitrageOpportunity:
    """Write an opportunity as its message; one that states no confidence gets the prior rule's."""
    return v2.ArbitrageOpportunity(
        routing=v2.Routing(
            strategy=found.strategy,
            venues=tuple(leg.venue for leg in found.legs),
            pairs=(card.pair,),
            profit_usd_e6=v2.clamped_profit(found.expected_net_usd_e24 // _USD_E6),
            confidence_ppm=_confidence_ppm(card, found),
            expires_ns=found.expires_ns,
            correlation=v2.correlation_of(found.opportunity_id),
        ),
        opportunity_id=found.opportunity_id,
        hops=tuple(_hop(card, leg) for leg in found.legs),
        gas_asset=card.chain.native,
        gas_amount=found.expected_gas_wei,
        gross_usd_e24=found.expected_gross_usd_e24,
        fee_usd_e24=found.expected_fee_usd_e24,
        net_usd_e24=found.expected_net_usd_e24,
        mark_e6=found.mark_e6,
        block_number=found.block_number if found.block_hash else None,
        block_hash=found.block_hash or None,
        found_ns=found.found_ns,
        record=canonical_payload(found),
    )


def _confidence_ppm(card: DeskCard, found: OpportunityFound) -> int:
    stated = found.confidence_ppm
    return (weighed(card, found, None).confidence_ppm or 0) if stated is None else stated


def _hop(card: DeskCard, leg: QuotedLeg) -> v2.Hop:
    base, quote = (leg.base_asset, leg.base_units), (leg.quote_asset, leg.quote_units)
    given, got = (quote, base) if leg.side == "buy" else (base, quote)
    return v2.Hop(
        venue=leg.venue,
        place=_place(card, leg.venue),
        asset_in=given[0],
        asset_out=got[0],
        amount_in=given[1],
        amount_out=got[1],
        fee_pips=leg.fee_pips,
        evidence=leg.evidence,
    )


def _place(card: DeskCard, venue: str) -> str:
    for exchange in (card.exchange, *card.watched):
        if venue == exchange.venue:
            return f"{venue}:{exchange.symbol}"
    pool = card.pool(venue)
    return contract_account(pool.token0, pool.address)
