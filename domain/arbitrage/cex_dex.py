"""A pool against an order book: buy on one, sell the same amount on the other.

Sizes are whole lots of the exchange, so both legs move exactly the same base in two different
units. The exchange's fee is charged in quote on either side and is a flow of its own; the pool's
fee is inside its quote. Cost at the exchange is rounded once against us; the venue rounds each
fill, so what it charges may differ by a unit a fill.

Whether we hold the inventory for either leg is for risk to say, not for this module.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.amm.pair_pool import PairPool
from domain.arbitrage.best_size import best_size
from domain.arbitrage.dex_dex import leg_of
from domain.arbitrage.edge import (
    NO_EDGE,
    NO_LIQUIDITY,
    USD_MARK_E6,
    Edge,
    Leg,
    NoOpportunity,
    Terms,
    expectation_of,
    judged,
)
from domain.market.book import Rung, depth_e8, fill
from domain.market.price import BUY, SELL
from domain.money import PIPS, value_usd_e24

STRATEGY = "cex_dex"
_LADDER_DECIMALS = 8


@dataclass(frozen=True, slots=True)
class ExchangeSide:
    """One side of a book as a counterparty.

    Args:
        venue: The exchange.
        ladder: Asks if we buy, bids if we sell; best first.
        base_decimals: Digits the exchange keeps of the base; at least 8.
        quote_decimals: Digits it keeps of the quote; at most 16.
        lot_e8: Smallest step of the base in 10^-8.
        fee_pips: Taker fee in millionths of the cost.
    """

    venue: str
    ladder: tuple[Rung, ...]
    base_decimals: int
    quote_decimals: int
    lot_e8: int
    fee_pips: int

    def quote_units(self, side: str, size_e8: int) -> int | None:
        """Walk the ladder for a size, in the exchange's quote units, rounded against us."""
        walked = fill(self.ladder, size_e8)
        if walked is None:
            return None
        divisor = 10 ** (2 * _LADDER_DECIMALS - self.quote_decimals)
        return -(-walked.cost_e16 // divisor) if side == BUY else walked.cost_e16 // divisor

    def fee_units(self, quote_units: int) -> int:
        """Compute the taker fee on a cost, rounded up."""
        return -(-quote_units * self.fee_pips // PIPS)


def best_edge(
    pool: PairPool, exchange: ExchangeSide, pool_side: str, terms: Terms
) -> Edge | NoOpportunity:
    """Find the most profitable size for one direction between a pool and a book.

    Args:
        pool: Its state at one block.
        exchange: The book side that the other leg meets: bids when `pool_side` is ``buy``.
        pool_side: What we do at the pool.
        terms: Mark, gas and limits.

    Raises:
        EmptyPool: The pool has no price.
    """
    if not exchange.ladder:
        return NO_LIQUIDITY
    if not has_crossed(pool, exchange, pool_side):
        return NO_EDGE
    lots = best_size(
        lambda lots: profit_usd_e24(pool, exchange, pool_side, lots),
        _max_lots(pool, exchange, terms),
    )
    if lots is None:
        return NO_LIQUIDITY
    return judged(edge_at(pool, exchange, pool_side, lots, terms), terms)


def has_crossed(pool: PairPool, exchange: ExchangeSide, pool_side: str) -> bool:
    """Ask whether the first unit would gain after both fees; exact, by cross-multiplication.

    Raises:
        EmptyPool: The pool has no price.
    """
    quote, base = pool.spot_ratio()
    best = exchange.ladder[0].price_e8 * 10**pool.quote_decimals
    spot_scaled = quote * 10 ** (pool.base_decimals + _LADDER_DECIMALS)
    pool_keeps = PIPS - pool.curve.fee_pips
    if pool_side == BUY:
        bid = best * base * (PIPS - exchange.fee_pips) * pool_keeps
        return bid > spot_scaled * PIPS * PIPS
    ask = best * base * (PIPS + exchange.fee_pips)
    return spot_scaled * pool_keeps > ask


def profit_usd_e24(pool: PairPool, exchange: ExchangeSide, pool_side: str, lots: int) -> int | None:
    """Compute what both legs leave after fees, before gas; ``None`` if a leg cannot fill."""
    size_e8 = lots * exchange.lot_e8
    chain = pool.quote_units(pool_side, _chain_units(pool, size_e8))
    venue = exchange.quote_units(_opposite(pool_side), size_e8)
    if chain is None or venue is None:
        return None
    fee = _usd_e24(exchange.fee_units(venue), exchange.quote_decimals)
    gain = _usd_e24(venue, exchange.quote_decimals) - _usd_e24(chain, pool.quote_decimals)
    return (gain if pool_side == BUY else -gain) - fee


def edge_at(
    pool: PairPool, exchange: ExchangeSide, pool_side: str, lots: int, terms: Terms
) -> Edge:
    """Describe the edge at a size both venues can fill."""
    size_e8 = lots * exchange.lot_e8
    at_pool = leg_of(pool, pool_side, _chain_units(pool, size_e8))
    at_exchange = _exchange_leg(exchange, _opposite(pool_side), size_e8)
    buy, sell = (at_pool, at_exchange) if pool_side == BUY else (at_exchange, at_pool)
    fee = _usd_e24(exchange.fee_units(at_exchange.quote_units), exchange.quote_decimals)
    return Edge(
        strategy=STRATEGY,
        buy=buy,
        sell=sell,
        gas_wei=terms.gas_wei,
        expectation=expectation_of(
            (buy, sell), fee_usd_e24=fee, gas_wei=terms.gas_wei, mark_e6=terms.mark_e6
        ),
    )


def _exchange_leg(exchange: ExchangeSide, side: str, size_e8: int) -> Leg:
    return Leg(
        venue=exchange.venue,
        side=side,
        base_units=size_e8 * 10 ** (exchange.base_decimals - _LADDER_DECIMALS),
        base_decimals=exchange.base_decimals,
        quote_units=exchange.quote_units(side, size_e8) or 0,
        quote_decimals=exchange.quote_decimals,
        top_price_e6=exchange.ladder[0].price_e8 // 100,
        fee_pips=0,
    )


def _max_lots(pool: PairPool, exchange: ExchangeSide, terms: Terms) -> int:
    by_notional_e8 = terms.max_base_units(pool.base_decimals) // _chain_units(pool, 1)
    return min(by_notional_e8, depth_e8(exchange.ladder)) // exchange.lot_e8


def _chain_units(pool: PairPool, size_e8: int) -> int:
    return size_e8 * 10 ** (pool.base_decimals - _LADDER_DECIMALS)


def _opposite(side: str) -> str:
    return SELL if side == BUY else BUY


def _usd_e24(units: int, decimals: int) -> int:
    return value_usd_e24(units, decimals, USD_MARK_E6)
