"""A pool against a book: whole lots, both fees, and no free money where prices agree."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.arbitrage.cex_dex import ExchangeSide, best_edge, edge_at, profit_usd_e24
from domain.arbitrage.edge import BELOW_MINIMUM, NO_EDGE, NO_LIQUIDITY, Edge, Terms
from domain.market.book import Level, rungs
from domain.market.price import BUY, SELL
from tests.kit.amm import a_pair

ETH, USDC, USD = 10**18, 10**6, 10**24
FREE = Terms(mark_e6=3000_000000, gas_wei=0, min_net_usd_e24=0, max_notional_usd_e24=10**9 * USD)
POOL = a_pair(300 * ETH, 900_000 * USDC)


def _side(*levels: tuple[str, str], fee_pips: int = 1000, lot_e8: int = 1) -> ExchangeSide:
    ladder = rungs([Level(Decimal(price), Decimal(size)) for price, size in levels])
    return ExchangeSide("paper", ladder, 10, 8, lot_e8, fee_pips)


def test_buying_on_the_pool_and_selling_at_the_exchange_moves_the_same_base():
    bids = _side(("3050.00", "1"), ("3040.00", "50"))
    edge = best_edge(POOL, bids, BUY, FREE)
    assert isinstance(edge, Edge)
    assert (edge.buy.venue, edge.sell.venue) == ("univ2-a", "paper")
    assert edge.buy.base_units == edge.sell.base_units * 10**8
    assert edge.buy.quote_units == POOL.cost_units(edge.buy.base_units)
    assert edge.sell.top_price_e6 == 3050_000000
    assert edge.sell.fee_pips == 0


def test_the_exchanges_fee_is_a_cost_of_its_own():
    edge = edge_at(POOL, _side(("3050.00", "1")), BUY, 10**8, FREE)
    assert edge.sell.quote_units == 3050 * 10**8
    assert edge.expectation.fee_usd_e24 == 3_05 * USD // 100
    gross = 3050 * USD - edge.buy.quote_units * 10**18
    assert edge.expectation.net_usd_e24 == gross - edge.expectation.fee_usd_e24


def test_selling_on_the_pool_needs_the_exchange_to_be_cheaper():
    asks = _side(("2950.00", "5"), ("2960.00", "5"))
    edge = best_edge(POOL, asks, SELL, FREE)
    assert isinstance(edge, Edge)
    assert (edge.buy.venue, edge.sell.venue) == ("paper", "univ2-a")
    assert best_edge(POOL, asks, BUY, FREE) is NO_EDGE


@settings(deadline=None)
@given(
    st.integers(min_value=200_000, max_value=400_000),
    st.integers(min_value=1, max_value=10**10),
    st.sampled_from([1, 100, 10**6]),
)
def test_no_neighbouring_lot_is_better(price_cents, size_e8, lot_e8):
    level = (f"{price_cents / 100:.2f}", f"{Decimal(size_e8 + 10**6).scaleb(-8):f}")
    for side in (BUY, SELL):
        exchange = _side(level, lot_e8=lot_e8)
        edge = best_edge(POOL, exchange, side, FREE)
        if isinstance(edge, Edge):
            at_exchange = edge.sell if side == BUY else edge.buy
            lots, rest = divmod(at_exchange.base_units, 100 * lot_e8)
            best = profit_usd_e24(POOL, exchange, side, lots)
            assert rest == 0
            assert best > 0
            for other in (lots - 1, lots + 1):
                gain = profit_usd_e24(POOL, exchange, side, other) if other else None
                assert gain is None or gain <= best


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=10**10), st.sampled_from([BUY, SELL]))
def test_an_exchange_at_the_pools_own_price_offers_nothing(lots, side):
    exchange = _side(("3000.00", "1000000"))
    assert best_edge(POOL, exchange, side, FREE) is NO_EDGE
    gain = profit_usd_e24(POOL, exchange, side, lots)
    assert gain is None or gain < 0


def test_the_book_bounds_the_size():
    edge = best_edge(POOL, _side(("3100.00", "0.25")), BUY, FREE)
    assert isinstance(edge, Edge)
    assert edge.sell.base_units == 25 * 10**8


def test_an_empty_book_and_a_book_below_a_lot_have_no_liquidity():
    assert best_edge(POOL, _side(), BUY, FREE) is NO_LIQUIDITY
    thin = _side(("3100.00", "0.00000001"), lot_e8=100)
    assert best_edge(POOL, thin, BUY, FREE) is NO_LIQUIDITY


def test_gas_can_eat_an_edge():
    dear = Terms(FREE.mark_e6, ETH, 0, FREE.max_notional_usd_e24)
    assert best_edge(POOL, _side(("3050.00", "1")), BUY, dear) is BELOW_MINIMUM


def test_cost_is_rounded_against_us_once():
    side = _side(("1.01", "0.00000001"))
    assert side.quote_units(BUY, 1) == 2
    assert side.quote_units(SELL, 1) == 1
    assert side.fee_units(1) == 1
