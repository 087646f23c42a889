"""Two pools of one pair: buy an exact amount on one and sell it on the other, atomically.

The atomic executor takes the base out of the first pool (exact output), sells it to the second
(exact input) and pays the first from the proceeds: no capital, and either both legs happen or
neither. Both states must be of the same block; mixing blocks invents profit, and it is the caller
who knows.
"""

from __future__ import annotations

from domain.amm.pair_pool import PairPool
from domain.arbitrage.best_size import best_size
from domain.arbitrage.edge import (
    NO_EDGE,
    NO_LIQUIDITY,
    Edge,
    Leg,
    NoOpportunity,
    Terms,
    expectation_of,
    judged,
)
from domain.market.price import BUY, SELL
from domain.money import PIPS

STRATEGY = "dex_dex"


def best_edge(buy: PairPool, sell: PairPool, terms: Terms) -> Edge | NoOpportunity:
    """Find the most profitable size for buying on one pool and selling on another.

    Args:
        buy: Where the base is cheap.
        sell: Where it is dear; same base and quote tokens, same block.
        terms: Mark, gas and limits.

    Raises:
        EmptyPool: A pool has no price.
    """
    if not has_crossed(buy, sell):
        return NO_EDGE
    size = best_size(
        lambda units: profit_units(buy, sell, units), terms.max_base_units(buy.base_decimals)
    )
    if size is None:
        return NO_LIQUIDITY
    return judged(edge_at(buy, sell, size, terms), terms)


def has_crossed(buy: PairPool, sell: PairPool) -> bool:
    """Ask whether the first unit would gain: spot of `sell` less its fee above `buy` with its own.

    Raises:
        EmptyPool: A pool has no price.
    """
    ask, ask_base = buy.spot_ratio()
    bid, bid_base = sell.spot_ratio()
    kept = (PIPS - buy.curve.fee_pips) * (PIPS - sell.curve.fee_pips)
    return bid * ask_base * kept > ask * bid_base * PIPS * PIPS


def profit_units(buy: PairPool, sell: PairPool, base_units: int) -> int | None:
    """Compute what the executor would keep, in quote units before gas; ``None`` if it cannot fill.

    This is `last out - first in` of the two contracts, so it is what the minimum profit on chain is
    compared with.
    """
    cost = buy.cost_units(base_units)
    proceeds = sell.proceeds_units(base_units)
    return None if cost is None or proceeds is None else proceeds - cost


def edge_at(buy: PairPool, sell: PairPool, base_units: int, terms: Terms) -> Edge:
    """Describe the edge at a size both pools can fill."""
    legs = (leg_of(buy, BUY, base_units), leg_of(sell, SELL, base_units))
    return Edge(
        strategy=STRATEGY,
        buy=legs[0],
        sell=legs[1],
        gas_wei=terms.gas_wei,
        expectation=expectation_of(
            legs, fee_usd_e24=0, gas_wei=terms.gas_wei, mark_e6=terms.mark_e6
        ),
    )


def leg_of(pool: PairPool, side: str, base_units: int) -> Leg:
    """Describe one side at a size the pool can fill."""
    return Leg(
        venue=pool.venue,
        side=side,
        base_units=base_units,
        base_decimals=pool.base_decimals,
        quote_units=pool.quote_units(side, base_units) or 0,
        quote_decimals=pool.quote_decimals,
        top_price_e6=pool.spot_price_e6(side),
        fee_pips=pool.curve.fee_pips,
    )
