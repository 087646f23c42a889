"""A hop of a round as the leg that facts carry: in the venue's own assets and units. Pure."""

from __future__ import annotations

from domain.cycles.search import Found
from domain.desk import DeskCard
from domain.market.price import BUY, SELL, average_price_e6, price_e6
from journal.records import QuotedLeg
from live.detection.market import Market
from live.detection.venues import Venue


def leg_of(market: Market, venue: Venue, found: Found, at: int, evidence: str) -> QuotedLeg:
    """Write hop `at` of a round, whose exchange fee is inside; amounts round against us.

    What a sale leaves beyond the book's lots is kept, so the leg sells less than the round passes.
    """
    card, hop = market.card, found.hops[at]
    base = _base_coin(card, venue)
    side = SELL if hop.sold == base else BUY
    given, got = found.sized.amounts[at], found.sized.amounts[at + 1]
    moved = (given, got) if side == SELL else (got, given)
    assets = _own_assets(card, venue)
    own = (assets[base], assets[1 - base])
    base_units = _own_units(card, venue.coins[base], own[0], _in_lots(venue, moved[0]))
    quote_units = _own_units(card, venue.coins[1 - base], own[1], moved[1])
    digits = (card.asset(own[0]).decimals, card.asset(own[1]).decimals)
    return QuotedLeg(
        venue=venue.name,
        side=side,
        base_asset=own[0],
        quote_asset=own[1],
        base_units=base_units,
        quote_units=quote_units,
        top_price_e6=_top_price_e6(market, venue, side, base),
        quote_price_e6=average_price_e6(side, base_units, digits[0], quote_units, digits[1]),
        fee_pips=venue.shape.fee_pips if venue.shape else card.pool(venue.name).fee_pips,
        evidence=evidence,
    )


def _base_coin(card: DeskCard, venue: Venue) -> int:
    """Say which coin is the base: a book's first, else the one that is not the desk's money."""
    if venue.shape is not None:
        return 0
    for money in (card.chain.quote_token, card.chain.base_token):
        if money in venue.coins:
            return 1 - venue.coins.index(money)
    return 0


def _own_assets(card: DeskCard, venue: Venue) -> tuple[str, str]:
    for exchange in (card.exchange, *card.watched):
        if exchange.venue == venue.name:
            return exchange.base_asset, exchange.quote_asset
    return venue.coins


def _in_lots(venue: Venue, units: int) -> int:
    lot = venue.shape.lot_units if venue.shape else 1
    return units // lot * lot


def _own_units(card: DeskCard, asset: str, own: str, units: int) -> int:
    there, here = card.asset(own).decimals, card.asset(asset).decimals
    return units * 10**there // 10**here


def _top_price_e6(market: Market, venue: Venue, side: str, base: int) -> int:
    """Give the price before size: of the best level, or the pool's without its fee."""
    if venue.shape is None:
        ratio = market.pools[venue.name].pool.curve.spot_ratio()
        numerator, denominator = ratio if base == 0 else ratio[::-1]
        digits = [market.card.asset(coin).decimals for coin in venue.coins]
        return price_e6(
            side,
            numerator,
            denominator,
            base_decimals=digits[base],
            quote_decimals=digits[1 - base],
        )
    is_ours = venue.name == market.card.exchange.venue
    book = market.book if is_ours else market.books[venue.name].book
    levels = () if book is None else book.asks if side == BUY else book.bids
    return int(levels[0].price * 10**6) if levels else 0
