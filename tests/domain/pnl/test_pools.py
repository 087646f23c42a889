"""A pool's price is what its state says, exactly, whichever of its tokens is the book currency."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.pnl.pools import Q192, PoolShown, quote_of
from tests.kit.facts import a_card

CARD = a_card()
V2 = next(pool for pool in CARD.chain.pools if pool.kind == "v2")
V3 = next(pool for pool in CARD.chain.pools if pool.kind == "v3")
RESERVES = st.integers(1, 2**112 - 1)


def turned(pool):
    """Give the card with one pool's tokens the other way round."""
    other = msgspec.structs.replace(pool, token0=pool.token1, token1=pool.token0)
    return msgspec.structs.replace(CARD, chain=msgspec.structs.replace(CARD.chain, pools=(other,)))


@given(RESERVES, RESERVES)
def test_reserves_say_quote_a_base_rounded_down_whichever_comes_first(first: int, second: int):
    shown = PoolShown(V2.venue, 7, first, second)
    told = quote_of(CARD, shown)
    is_base_first = CARD.asset(V2.token0).decimals == 18
    base, quote = (first, second) if is_base_first else (second, first)
    assert told == (7, "ETH", quote * 10**18 // base)  # 18 decimals over 6, in millionths
    swapped = PoolShown(V2.venue, 7, second, first)
    assert quote_of(turned(V2), swapped) == told


@given(st.integers(2**40, 2**150))
def test_the_root_of_a_price_says_the_same_as_reserves_of_it(root: int):
    token0 = CARD.asset(V3.token0)
    told = quote_of(CARD, PoolShown(V3.venue, 7, sqrt_price_x96=root))
    assert told is not None
    numerator, denominator = (root**2, Q192) if token0.decimals == 18 else (Q192, root**2)
    assert told[2] == numerator * 10**18 // denominator


def test_a_pool_without_a_price_says_none():
    assert quote_of(CARD, PoolShown(V2.venue, 7, 0, 5)) is None
    assert quote_of(CARD, PoolShown(V3.venue, 7)) is None


def test_a_pool_of_two_coins_that_are_no_book_currency_says_nothing():
    pool = msgspec.structs.replace(
        V2, token0=CARD.exchange.base_asset, token1=CARD.exchange.base_asset
    )
    card = msgspec.structs.replace(CARD, chain=msgspec.structs.replace(CARD.chain, pools=(pool,)))
    assert quote_of(card, PoolShown(V2.venue, 7, 5, 5)) is None
