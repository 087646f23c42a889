"""Where the recorded answers of the contracts are, and pools built from their descriptions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domain.amm.concentrated import Concentrated, liquidity_at, net_table, with_liquidity
from domain.amm.tick_math import tick_at_sqrt_ratio

SHARED = Path(__file__).parents[4] / "shared" / "data"


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
