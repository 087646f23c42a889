"""Smooth curves: what every family pays, up to roundings, with the slope there, and level ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.amm.curve_stableswap import StableSwap
from domain.amm.pool import Reverts, quote_in
from domain.amm.solidly import Solidly
from domain.amm.uniswap_v2 import UniswapV2
from domain.amm.uniswap_v3 import UniswapV3
from domain.amm.uniswap_v4 import UniswapV4
from domain.cycles.hop import Hop
from domain.cycles.smooth import curve_of
from tests.kit.amm import a_v3_pool
from tests.kit.markets import UNIT, ladders, pools

sizes = st.integers(min_value=10**12, max_value=10**24)
STABLES = [
    StableSwap((10**24, 9 * 10**23), (10**18, 10**18), 20_000, 4_000_000),
    StableSwap((10**24, 9 * 10**11, 10**12), (10**18, 10**30, 10**30), 200_000, 10**6),
    Solidly((10**24, 8 * 10**23), 5, (UNIT, UNIT), is_stable=True),
]


def _agrees(pool, sold: int, bought: int, units: int, spare: float = 100) -> bool:
    """Say whether a curve is within a millionth, and some units, of what a pool pays."""
    curve, paid = curve_of(Hop(pool, sold, bought)), quote_in(pool, sold, bought, units)
    assert curve is not None
    if isinstance(paid, Reverts):
        return True
    return curve(float(units))[0] == pytest.approx(paid, rel=1e-6, abs=spare)


@settings(deadline=None)
@given(pools, st.sampled_from([0, 1]), sizes)
def test_a_curve_pays_what_its_pool_pays_but_for_roundings(pool, sold, units):
    assert _agrees(pool, sold, 1 - sold, units, 10**6)


@settings(deadline=None)
@given(ladders(), st.sampled_from([0, 1]), sizes)
def test_a_book_is_walked_level_by_level(book, sold, units):
    scaled = units if sold == 0 else max(units // 10**12, 1)
    lot_units = book.lot_units if sold else book.lot_units // 10**12
    assert _agrees(book, sold, 1 - sold, scaled, lot_units + 4 * 10**12 * sold + 4)


@settings(deadline=None)
@given(st.sampled_from(STABLES), st.sampled_from([0, 1]), st.integers(10**6, 10**10))
def test_a_stable_pool_is_solved_where_its_contract_iterates(pool, sold, shillings):
    decimals = 18 if isinstance(pool, Solidly) or pool.rates[sold] == 10**18 else 6
    assert _agrees(pool, sold, 1 - sold, shillings * 10 ** (decimals - 6))


@settings(deadline=None)
@given(pools, st.sampled_from([0, 1]), st.integers(10**17, 10**22))
def test_a_slope_is_what_the_next_units_are_paid(pool, sold, units):
    curve = curve_of(Hop(pool, sold, 1 - sold))
    assert curve is not None
    step = units * 1e-6
    (less, before), (more, after) = curve(units - step), curve(units + step)
    if after:  # the end is a corner
        assert after * (1 - 1e-6) <= (more - less) / (2 * step) <= before * (1 + 1e-6)


def test_a_fourth_version_pays_as_the_third_with_its_own_fee():
    curve = a_v3_pool(0)
    third, fourth = (curve_of(Hop(pool(curve), 0, 1)) for pool in (UniswapV3, UniswapV4))
    dearer = curve_of(Hop(UniswapV4(curve, (1_000, 0)), 0, 1))
    assert third is not None
    assert fourth is not None
    assert dearer is not None
    assert third(1e18) == fourth(1e18) > dearer(1e18)


def test_past_its_last_tick_a_pool_takes_nothing_more():
    curve = curve_of(Hop(UniswapV3(a_v3_pool(0)), 1, 0))
    assert curve is not None
    assert curve(1e40) == (curve(1e41)[0], 0.0)


def test_what_has_no_price_has_no_curve():
    assert curve_of(Hop(UniswapV2((0, 10)), 0, 1)) is None
    assert curve_of(Hop(replace(STABLES[0], balances=(0, 10)), 0, 1)) is None
    assert curve_of(Hop(UniswapV3(replace(a_v3_pool(0), sqrt_price_x96=0)), 0, 1)) is None
