"""Venues of a desk: one asset however it is traded, and no book whose coin is in doubt."""

from __future__ import annotations

import msgspec
import pytest

from domain.amm.constant_product import ConstantProduct
from domain.amm.uniswap_v3 import UniswapV3
from domain.cycles.reason import Bad
from domain.errors import InputRefused
from live.detection.venues import asset_of, pool_of, venues_of
from tests.kit.amm import a_v3_pool
from tests.kit.facts import PAPER_ETH, USDC, WETH, a_card
from tests.kit.wide_desk import DAI, OTHER_ETH, a_wide_card


def test_coins_of_exchanges_are_the_tokens_they_are_worth():
    venues, refused = venues_of(a_wide_card())
    coins = {venue.name: venue.coins for venue in venues}
    assert coins["paper"] == coins["other"] == (WETH, USDC)
    assert coins["dai-usdc"] == (USDC, DAI)
    assert not refused


def test_without_a_token_the_first_exchanges_coin_stands_for_all():
    card = a_wide_card()
    bare = msgspec.structs.replace(card, chain=msgspec.structs.replace(card.chain, pools=()))
    assert asset_of(bare, OTHER_ETH) == PAPER_ETH


def test_a_base_with_fewer_digits_than_a_lot_is_refused_with_a_reason():
    coarse = [
        msgspec.structs.replace(asset, decimals=6) if asset.asset == WETH else asset
        for asset in a_card().assets
    ]
    venues, refused = venues_of(a_card(assets=tuple(coarse)))
    assert refused == {Bad.COARSE_BASE: 1}
    assert "paper" not in {venue.name for venue in venues}


def test_curves_quote_the_same_as_pools_of_their_family():
    curve = ConstantProduct(10**21, 3 * 10**12, 2_500)
    for units in (1, 10**9, 10**18):
        assert pool_of(curve).out_units(0, 1, units) == curve.exact_in(
            zero_for_one=True, units=units
        )
    ticks = a_v3_pool(100, 10**22)
    assert pool_of(ticks) == UniswapV3(ticks)


def test_a_family_nobody_knows_is_refused():
    with pytest.raises(InputRefused, match="teach"):
        pool_of(object())
