"""Pools of every family at random, and the recorded answers that some of them have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from domain.amm.balancer_weighted import Weighted
from domain.amm.concentrated import Concentrated, liquidity_at, net_table, with_liquidity
from domain.amm.curve_stableswap import Form, Product, StableSwap
from domain.amm.pool import Pool
from domain.amm.solidly import Solidly
from domain.amm.tick_math import sqrt_ratio_at_tick
from domain.amm.uniswap_v2 import UniswapV2
from domain.amm.uniswap_v3 import UniswapV3
from domain.amm.uniswap_v4 import UniswapV4
from ops.market.pool_report import Checked, check_file
from tests.kit.amm import a_v3_pool

GOLDEN = Path(__file__).parents[1] / "golden" / "amm" / "pools.json"

_WAD = 10**18
_deep = st.integers(min_value=10**21, max_value=10**26)


def golden(kind: str) -> list[Checked]:
    """Hold a family against what its contracts answered when they were executed."""
    return [pool for pool in check_file(GOLDEN) if pool.kind == kind]


@st.composite
def curves(draw: st.DrawFn) -> Concentrated:
    """Draw a V3 curve of two or three positions, price inside the narrowest."""
    spacing = draw(st.sampled_from([1, 10, 60, 200]))
    centre = draw(st.integers(-2_000, 2_000))
    table: dict[int, tuple[int, int]] = {}
    for width in draw(st.sampled_from([(2, 50), (5, 300, 4_000), (400, 401)])):
        liquidity = draw(st.integers(10**15, 10**24))
        table = with_liquidity(table, -width * spacing, width * spacing, liquidity)
    ticks = net_table(table)
    tick = max(-spacing, min(spacing, centre))
    return Concentrated(
        sqrt_price_x96=sqrt_ratio_at_tick(tick),
        tick=tick,
        liquidity=liquidity_at(ticks, tick),
        ticks=ticks,
        fee_pips=draw(st.sampled_from([0, 100, 500, 3_000, 10_000])),
        tick_spacing=spacing,
    )


def uniswap_v2_pools() -> st.SearchStrategy[UniswapV2]:
    """Draw V2 pairs of several fees."""
    fees = st.sampled_from([(3, 1_000), (25, 10_000), (0, 1_000), (17, 10_000)])
    return st.builds(lambda reserves, fee: UniswapV2(reserves, *fee), st.tuples(_deep, _deep), fees)


def uniswap_v3_pools() -> st.SearchStrategy[UniswapV3]:
    """Draw V3 pools, their protocol fee on or off."""
    shares = st.sampled_from([(0, 0), (4, 10), (6, 6)])
    return st.builds(UniswapV3, curves(), shares)


def uniswap_v4_pools() -> st.SearchStrategy[UniswapV4]:
    """Draw V4 pools, their protocol fee on or off."""
    return st.builds(UniswapV4, curves(), st.sampled_from([(0, 0), (1_000, 50), (0, 1_000)]))


@st.composite
def solidly_pools(draw: st.DrawFn) -> Solidly:
    """Draw pools of both Solidly curves, at most a thousandfold out of balance."""
    decimals = draw(st.sampled_from([(18, 18), (6, 18), (18, 6), (6, 6)]))
    whole = draw(st.integers(10**4, 10**8))
    reserves = tuple(whole * 10**digits * draw(st.integers(1, 1_000)) // 30 for digits in decimals)
    return Solidly(
        (reserves[0], reserves[1]),
        draw(st.sampled_from([1, 5, 30, 100])),
        (10 ** decimals[0], 10 ** decimals[1]),
        draw(st.booleans()),
    )


@st.composite
def stableswap_pools(draw: st.DrawFn) -> StableSwap:
    """Draw stableswap pools of two to four coins in every form."""
    decimals = draw(st.lists(st.sampled_from([6, 8, 18]), min_size=2, max_size=4))
    precision = draw(st.sampled_from([1, 100]))
    form = Form(
        a_precision=precision,
        product=draw(st.sampled_from(Product)),
        keeps_one=draw(st.booleans()),
        converts_first=draw(st.booleans()),
    )
    return StableSwap(
        balances=tuple(draw(st.integers(10**5, 10**8)) * 10**digits for digits in decimals),
        rates=tuple(10 ** (36 - digits) for digits in decimals),
        amp=draw(st.integers(10, 5_000)) * precision,
        fee=draw(st.sampled_from([100_000, 4_000_000, 10_000_000])),
        admin_fee=draw(st.sampled_from([0, 5 * 10**9, 10**10])),
        form=form,
    )


@st.composite
def weighted_pools(draw: st.DrawFn) -> Weighted:
    """Draw weighted pools of two to eight coins, a hundredth of the value the least share."""
    common = st.sampled_from([(50, 50), (80, 20), (33, 67), (40, 40, 20), (99, 1)])
    parts = draw(st.one_of(common, st.integers(2, 8).map(lambda n: (101 - n,) + (1,) * (n - 1))))
    decimals = [draw(st.sampled_from([0, 6, 8, 18])) for _ in parts]
    return Weighted(
        balances=tuple(draw(st.integers(10**3, 10**8)) * 10**digits for digits in decimals),
        weights=tuple(part * _WAD // 100 for part in parts),
        scales=tuple(10 ** (18 - digits) for digits in decimals),
        fee=draw(st.sampled_from([10**12, 3 * 10**15, 10**16])),
        has_exact_powers=draw(st.booleans()),
    )


def uniswap_pools() -> st.SearchStrategy[Pool]:
    """Draw a pool of a Uniswap family."""
    return st.one_of(uniswap_v2_pools(), uniswap_v3_pools(), uniswap_v4_pools())


def pools() -> st.SearchStrategy[Pool]:
    """Draw a pool of any family."""
    return st.one_of(uniswap_pools(), solidly_pools(), stableswap_pools(), weighted_pools())


def a_v3(**changes: Any) -> UniswapV3:
    """Build the kit's V3 curve as a pool."""
    return UniswapV3(a_v3_pool(**changes))
