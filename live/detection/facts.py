"""Writing down what was seen: an edge as `OpportunityFound`, a mid as `MarkObserved`. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from domain.arbitrage.edge import Edge, Leg
from domain.desk import DeskCard
from domain.identity import fact_id
from journal.records import MarkObserved, OpportunityFound, QuotedLeg
from live.detection.market import Market
from live.detection.round import Round
from live.detection.strategies import Look

MARK_POLICY = "cex_mid"
MARK_CHANNEL = "market"


def mark_fact(market: Market, mark_e6: int, now_ns: int) -> MarkObserved:
    """Write the exchange's mid as the mark of the base's underlying."""
    exchange = market.card.exchange
    return MarkObserved(
        underlying=market.card.asset(exchange.base_asset).underlying,
        policy=MARK_POLICY,
        venue=exchange.venue,
        mark_e6=mark_e6,
        observed_ns=now_ns,
        channel=MARK_CHANNEL,
        frame=market.book.sequence if market.book else 0,
    )


def opportunity_fact(
    market: Market,
    look: Look,
    found: Edge | Round,
    mark_e6: int,
    now_ns: int,
    expires_ns: int,
) -> OpportunityFound:
    """Write a find down; its id follows from what was looked at, so a rerun writes nothing new."""
    head = market.head
    expected = found.expectation
    return OpportunityFound(
        opportunity_id=fact_id("opportunity", look.strategy, *look.venues, *look.evidence),
        strategy=look.strategy,
        legs=found.legs if isinstance(found, Round) else _legs(market.card, found, look.evidence),
        mark_e6=mark_e6,
        block_number=head.number if head else 0,
        block_hash=head.hash if head else "",
        expected_gross_usd_e24=expected.gross_usd_e24,
        expected_fee_usd_e24=expected.fee_usd_e24,
        expected_gas_wei=found.gas_wei,
        expected_net_usd_e24=expected.net_usd_e24,
        found_ns=now_ns,
        expires_ns=expires_ns,
    )


def _legs(card: DeskCard, edge: Edge, evidence: Sequence[str]) -> tuple[QuotedLeg, ...]:
    return _quoted(card, edge.buy, evidence[0]), _quoted(card, edge.sell, evidence[1])


def _quoted(card: DeskCard, leg: Leg, evidence: str) -> QuotedLeg:
    is_exchange = leg.venue == card.exchange.venue
    return QuotedLeg(
        venue=leg.venue,
        side=leg.side,
        base_asset=card.exchange.base_asset if is_exchange else card.chain.base_token,
        quote_asset=card.exchange.quote_asset if is_exchange else card.chain.quote_token,
        base_units=leg.base_units,
        quote_units=leg.quote_units,
        top_price_e6=leg.top_price_e6,
        quote_price_e6=leg.quote_price_e6,
        fee_pips=leg.fee_pips,
        evidence=evidence,
    )
