"""Where the recorded answers of the contracts are, and pools built from their descriptions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domain.amm.concentrated import Concentrated, liquidity_at, net_table, with_liquidity
from domain.amm.constant_product import ConstantProduct
from domain.amm.pair_pool import PairPool
from domain.amm.tick_math import sqrt_ratio_at_tick, tick_at_sqrt_ratio

SHARED = Path(__file__).parents[3] / "shared" / "data"


def recorded(name: str) -> Any:
    """Read recorded answers, or skip the test where they are absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the recorded answers {name} are not on this machine")
    return json.loads(path.read_text())


def pool_of(description: dict[str, Any]) -> Concentrated:
    """Build the pool a swap vector describes by its positions."""
    table: dict[int, tuple[int, int]] = {}
    for position in description["positions"]:
        table = with_liquidity(
            table, position["tick_lower"], position["tick_upper"], int(position["liquidity"])
        )
    price = int(description["sqrt_price_x96"])
    tick = tick_at_sqrt_ratio(price)
    ticks = net_table(table)
    return Concentrated(
        sqrt_price_x96=price,
        tick=tick,
        liquidity=liquidity_at(ticks, tick),
        ticks=ticks,
        fee_pips=description["fee"],
        tick_spacing=description["tick_spacing"],
    )


def a_pair(reserve_base: int, reserve_quote: int, fee_pips: int = 3000, **changes: Any) -> PairPool:
    """Build a V2 pool of ETH (18) against USDC (6), base as token0 unless said."""
    is_base_token0 = changes.get("is_base_token0", True)
    reserves = (reserve_base, reserve_quote) if is_base_token0 else (reserve_quote, reserve_base)
    return PairPool(
        venue=changes.get("venue", "univ2-a"),
        is_base_token0=is_base_token0,
        base_decimals=18,
        quote_decimals=6,
        curve=ConstantProduct(*reserves, fee_pips),
    )


def a_v3_pool(
    tick: int = -196_250, liquidity: int = 10**17, spacing: int = 10, **changes: Any
) -> Concentrated:
    """Build a V3 pool (ETH token0, USDC token1) whose liquidity lies in three nested positions."""
    table: dict[int, tuple[int, int]] = {}
    around = tick // spacing * spacing
    for width, share in ((20, 1), (300, 2), (6000, 3)):
        table = with_liquidity(
            table, around - width * spacing, around + width * spacing, liquidity * share
        )
    ticks = net_table(table)
    return Concentrated(
        sqrt_price_x96=changes.get("sqrt_price_x96", sqrt_ratio_at_tick(tick)),
        tick=tick,
        liquidity=liquidity_at(ticks, tick),
        ticks=ticks,
        fee_pips=changes.get("fee_pips", 500),
        tick_spacing=spacing,
    )
