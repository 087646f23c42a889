"""What stands on the chain at its opening, and that its real contracts agree with our maths."""

from __future__ import annotations

from math import isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amm.concentrated import Concentrated
from domain.amm.constant_product import amount_in_units, amount_out_units
from domain.desk import Pool
from rehearsal.chain.deploy import (
    CHAIN_ID,
    DESK_USDC_UNITS,
    DESK_WEI,
    DESK_WETH_UNITS,
    OPENING_PRICE_E6,
    USDC,
    V3_RANGES,
    WETH,
    address_of,
    is_base_first,
    sqrt_price_x96,
)
from tests.kit.chain import TestChain

Q192 = 1 << 192


@given(st.integers(10**6, 10**12))
def test_a_v3_price_is_its_root_floored_whichever_token_comes_first(price_e6):
    assert sqrt_price_x96(price_e6, is_base_first=True) == isqrt(Q192 * price_e6 // 10**18)
    assert sqrt_price_x96(price_e6, is_base_first=False) == isqrt(Q192 * 10**18 // price_e6)


def pool_of(chain: TestChain, kind: str) -> Pool:
    return next(pool for pool in chain.card.pools if pool.kind == kind)


@pytest.mark.chain
def test_the_card_names_what_is_really_there(chain):
    card = chain.card
    assert (card.chain_id, card.engine) == (CHAIN_ID, "anvil")
    assert [pool.venue for pool in card.pools] == ["univ2-a", "univ2-b", "univ3"]
    assert len({pool.address for pool in card.pools}) == 3
    for pool in card.pools:
        first = chain.view(pool.address, "token0()", "address")[0].lower()
        assert pool.token0 == chain.token_asset(first)
    assert chain.view(card.executor, "OWNER()", "address")[0].lower() == card.wallet


@pytest.mark.chain
def test_the_desk_opens_with_exactly_what_the_rehearsal_promises(chain):
    wallet = chain.card.wallet
    assert int(chain.rpc("eth_getBalance", wallet, "latest"), 16) == DESK_WEI
    assert chain.units(chain.weth, wallet) == DESK_WETH_UNITS
    assert chain.units(chain.usdc, wallet) == DESK_USDC_UNITS
    for token in (chain.weth, chain.usdc):
        allowed = chain.view(
            token, "allowance(address,address)", "uint256", wallet, chain.card.executor
        )
        assert allowed == (2**256 - 1,)


@pytest.mark.chain
def test_decimals_are_read_from_the_contracts(chain):
    assert [(asset.symbol, asset.decimals) for asset in chain.assets] == [
        ("ETH", 18), ("WETH", 18), ("USDC", 6),
    ]  # fmt: skip


@pytest.mark.chain
@pytest.mark.parametrize("letter", ["a", "b"])
def test_our_maths_of_a_v2_pool_is_the_routers(chain, letter):
    pool = next(pool for pool in chain.card.pools if pool.venue == f"univ2-{letter}")
    reserves = chain.view(pool.address, "getReserves()", "uint112,uint112")
    base, quote = reserves if is_base_first() else reserves[::-1]
    router, path = address_of(f"router-{letter}"), [chain.weth, chain.usdc]
    for units in (1, 10**9, WETH, 77 * WETH + 13):
        ask = ("getAmountsOut(uint256,address[])", "uint256[]", units, path)
        assert chain.view(router, *ask)[0][1] == amount_out_units(units, base, quote, 3000)
    for units in (1, USDC, 123_456 * USDC + 7):
        ask = ("getAmountsIn(uint256,address[])", "uint256[]", units, path)
        assert chain.view(router, *ask)[0][0] == amount_in_units(units, base, quote, 3000)


@pytest.mark.chain
def test_the_v3_pool_opens_at_the_price_with_a_ladder_of_ticks(chain):
    pool = pool_of(chain, "v3")
    price, tick = chain.view(pool.address, "slot0()", "uint160,int24")
    assert price == sqrt_price_x96(OPENING_PRICE_E6, is_base_first=is_base_first())
    middle = tick // pool.tick_spacing * pool.tick_spacing
    for half_width, _ in V3_RANGES:
        for bound in (middle - half_width, middle + half_width):
            gross = chain.view(pool.address, "ticks(int24)", "uint128", bound)
            assert gross[0] > 0


@pytest.mark.chain
@pytest.mark.parametrize("sells_base", [True, False])
def test_our_maths_of_a_v3_pool_is_the_quoters_across_its_ticks(chain, sells_base):
    """The larger sizes leave the two narrow ranges, so initialised ticks are crossed."""
    pool = pool_of(chain, "v3")
    curve = the_curve(chain, pool)
    path = (chain.weth, chain.usdc) if sells_base else (chain.usdc, chain.weth)
    unit = WETH if sells_base else 3_000 * USDC
    quoter = address_of("v3-quoter")
    ask = "quoteExactInputSingle((address,address,uint256,uint24,uint160))"
    for units in (1_000, unit, 4 * unit + 1, 40 * unit):
        paid = chain.view(quoter, ask, "uint256", (*path, units, pool.fee_pips, 0))[0]
        assert curve.exact_in(zero_for_one=sells_base == is_base_first(), units=units) == paid


def the_curve(chain: TestChain, pool: Pool) -> Concentrated:
    price, tick = chain.view(pool.address, "slot0()", "uint160,int24")
    liquidity = chain.view(pool.address, "liquidity()", "uint128")[0]
    middle = tick // pool.tick_spacing * pool.tick_spacing
    bounds = sorted(middle + sign * half for half, _ in V3_RANGES for sign in (-1, 1))
    ticks = [(t, chain.view(pool.address, "ticks(int24)", "uint128,int128", t)[1]) for t in bounds]
    return Concentrated(price, tick, liquidity, tuple(ticks), pool.fee_pips, pool.tick_spacing)
