"""Real edges for journeys: pools of a real chain moved apart, and the opportunity that is there."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from domain.amm.constant_product import ConstantProduct
from domain.amm.pair_pool import PairPool
from domain.clock import SECOND_NS
from domain.desk import DeskCard
from domain.market.price import average_price_e6
from domain.money import value_usd_e24
from journal.records import OpportunityFound, QuotedLeg
from live.aio.clock import WallClock
from live.execution.tuning import Tuning
from rehearsal.chain.mover import Mover
from tests.kit.chain import TestChain
from tests.kit.exchange import PaperExchange
from tests.kit.facts import PAPER_ETH, PAPER_USDC, a_card
from tests.kit.trading import an_atomic, at_paper

MARK_E6 = 3_000_000_000
GAS_WEI = 260_000 * 2 * 10**9


def card_on(chain: TestChain, paper: PaperExchange | None = None) -> DeskCard:
    """Give a desk on a real chain, and at a real exchange when there is one."""
    off_chain = tuple(a for a in a_card().assets if a.asset in {PAPER_ETH, PAPER_USDC})
    card = a_card(chain=chain.card, assets=(*chain.assets, *off_chain))
    return card if paper is None else at_paper(paper, card)


def set_prices(chain: TestChain, **usdc_by_venue: int) -> None:
    """Let the market makers move pools to whole-USDC prices; names use ``_`` for ``-``."""
    targets = {name.replace("_", "-"): price * 10**6 for name, price in usdc_by_venue.items()}

    async def move() -> None:
        async with chain.client() as client:
            await Mover(chain.card).move_pools(client, targets, 10**10)

    asyncio.run(move())
    chain.mine()  # a node may answer a send before it has mined it, and the quotes come next


def pair_at(chain: TestChain, venue: str) -> PairPool:
    """Read a V2 pool's state."""
    pool = next(pool for pool in chain.card.pools if pool.venue == venue)
    reserve0, reserve1, _ = chain.view(pool.address, "getReserves()", "uint112,uint112,uint32")
    curve = ConstantProduct(reserve0, reserve1, pool.fee_pips)
    return PairPool(venue, pool.token0 == chain.card.base_token, 18, 6, curve)


def atomic_edge(chain: TestChain, buy: str, sell: str, base_units: int) -> OpportunityFound:
    """Quote an atomic arbitrage at the head as the detector does."""
    card = card_on(chain)
    cost = pair_at(chain, buy).cost_units(base_units)
    proceeds = pair_at(chain, sell).proceeds_units(base_units)
    assert cost is not None
    assert proceeds is not None
    legs = (
        _chain_leg(card, buy, "buy", base_units, cost),
        _chain_leg(card, sell, "sell", base_units, proceeds),
    )
    return _found(chain, "dex_dex", legs, value_usd_e24(proceeds - cost, 6, 10**6))


def two_leg_edge(
    chain: TestChain, venue: str, side: str, lots: int, exchange_price_e6: int
) -> OpportunityFound:
    """Quote a trade of a pool against the exchange; `side` is the pool's."""
    card, base_units = card_on(chain), lots * 10**10
    pair = pair_at(chain, venue)
    quote = pair.cost_units(base_units) if side == "buy" else pair.proceeds_units(base_units)
    assert quote is not None
    at_exchange = lots * exchange_price_e6 // 10**6
    order_leg = QuotedLeg(
        venue="paper",
        side="sell" if side == "buy" else "buy",
        base_asset=PAPER_ETH,
        quote_asset=PAPER_USDC,
        base_units=lots * 100,
        quote_units=at_exchange,
        top_price_e6=exchange_price_e6,
        quote_price_e6=exchange_price_e6,
        fee_pips=0,
        evidence="book:1",
    )
    chain_leg = _chain_leg(card, venue, side, base_units, quote)
    legs = (chain_leg, order_leg) if side == "buy" else (order_leg, chain_leg)
    gross_e24 = value_usd_e24(at_exchange, 8, 10**6) - value_usd_e24(quote, 6, 10**6)
    return _found(chain, "cex_dex", legs, gross_e24 if side == "buy" else -gross_e24)


def _chain_leg(
    card: DeskCard, venue: str, side: str, base_units: int, quote_units: int
) -> QuotedLeg:
    price = average_price_e6(side, base_units, 18, quote_units, 6)
    return QuotedLeg(
        venue=venue,
        side=side,
        base_asset=card.chain.base_token,
        quote_asset=card.chain.quote_token,
        base_units=base_units,
        quote_units=quote_units,
        top_price_e6=price,
        quote_price_e6=price,
        fee_pips=card.pool(venue).fee_pips,
        evidence="block:head",
    )


def _found(
    chain: TestChain, strategy: str, legs: tuple[QuotedLeg, ...], gross_e24: int
) -> OpportunityFound:
    head: dict[str, Any] = chain.rpc("eth_getBlockByNumber", "latest", False)
    now_ns = WallClock().now_ns()
    return msgspec.structs.replace(
        an_atomic(),
        opportunity_id=f"{strategy}-{now_ns}",
        strategy=strategy,
        legs=legs,
        mark_e6=MARK_E6,
        block_number=int(head["number"], 16),
        block_hash=head["hash"],
        expected_gross_usd_e24=gross_e24,
        expected_gas_wei=GAS_WEI,
        expected_net_usd_e24=gross_e24 - value_usd_e24(GAS_WEI, 18, MARK_E6),
        found_ns=now_ns,
        expires_ns=now_ns + 600 * SECOND_NS,
    )


PATIENT = Tuning(receipt_s=2.0, poll_s=0.01, ask_s=0.02, retire_after_s=1.0, absent_after_s=0.1)
"""Answers on a test chain come at once; what is lost shall be given up quickly."""
