"""Lines: above what every family pays at every size, and no line for what makes no sense."""

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
from domain.cycles.line import Line, line_of
from domain.cycles.reason import Bad
from tests.kit.amm import a_v3_pool
from tests.kit.markets import UNIT, ladders, pools

sizes = st.integers(min_value=1, max_value=10**25)
_ITERATED_UNITS = 2
_ROUNDED_UNITS = 2
"""Solidly takes its fee in whole units, rounded for the trader."""
STABLE = StableSwap((10**24, 9 * 10**23), (10**18, 10**18), 20_000, 4_000_000)


def _above(pool, sold: int, units: int, spare: int = 0) -> bool:
    line = line_of(pool, sold, 1 - sold)
    assert isinstance(line, Line)
    paid = quote_in(pool, sold, 1 - sold, units)
    most = min(line.rate * units / (1 + line.bend * units), line.cap)
    return isinstance(paid, Reverts) or paid <= most * (1 + 1e-12) + spare


@settings(deadline=None)
@given(pools, st.sampled_from([0, 1]), sizes)
def test_no_pool_pays_more_than_its_line(pool, sold, units):
    assert _above(pool, sold, units, _ROUNDED_UNITS if isinstance(pool, Solidly) else 0)


@settings(deadline=None)
@given(ladders(), st.sampled_from([0, 1]), sizes)
def test_no_book_pays_more_than_its_line(ladder, sold, units):
    scaled = units if sold == 0 else units // 10**12
    assert _above(ladder, sold, max(scaled, 1))


@settings(deadline=None)
@given(st.sampled_from([0, 1]), st.integers(10**6, 10**24))
def test_a_stable_pool_pays_at_most_an_iterations_units_above_its_line(sold, units):
    assert _above(STABLE, sold, units, _ITERATED_UNITS)
    stable = Solidly((10**24, 8 * 10**23), 5, (UNIT, UNIT), is_stable=True)
    assert _above(stable, sold, units, _ITERATED_UNITS)


def test_a_constant_product_pays_exactly_its_line():
    pool = UniswapV2((1000 * UNIT, 2000 * UNIT), 3)
    line = line_of(pool, 0, 1)
    assert isinstance(line, Line)
    units = 100 * UNIT
    expected = line.rate * units / (1 + line.bend * units)
    assert pool.out_units(0, 1, units) == pytest.approx(expected, rel=1e-12)


def test_more_liquidity_ahead_keeps_the_line_of_a_concentrated_pool_high():
    curve = a_v3_pool(0)
    near = line_of(UniswapV3(curve), 0, 1)
    far = line_of(UniswapV3(replace(curve, ticks=(*curve.ticks, (200_000, 0)))), 0, 1)
    assert isinstance(near, Line)
    assert isinstance(far, Line)
    assert near.bend == far.bend > 0


@pytest.mark.parametrize(
    ("pool", "reason"),
    [
        (UniswapV2((0, 10**18)), Bad.EMPTY_POOL),
        (UniswapV2((10**18, 0)), Bad.EMPTY_POOL),
        (UniswapV2((-1, 10**18)), Bad.NEGATIVE),
        (UniswapV2((1 << 112, 10**18)), Bad.OVERFLOW),
        (UniswapV2((1, 1 << 100)), Bad.ABSURD_RATE),
        (replace(STABLE, balances=(0, 10**18)), Bad.EMPTY_POOL),
        (replace(STABLE, balances=(1 << 256, 10**18)), Bad.OVERFLOW),
        (UniswapV3(replace(a_v3_pool(0), sqrt_price_x96=0)), Bad.EMPTY_POOL),
    ],
)
def test_what_makes_no_sense_has_no_line_but_a_reason(pool, reason):
    assert line_of(pool, 0, 1) is reason
