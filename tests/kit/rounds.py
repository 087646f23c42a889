"""Small markets of constant products, small enough to try every size by force."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.amm.uniswap_v2 import UniswapV2
from domain.arbitrage.cycle import Cycle, Hop, ListedPool, profit_units

reserves = st.integers(min_value=50, max_value=3_000)


def pair(name: str, coins: tuple[str, str], first: int, second: int) -> ListedPool:
    """List a pair with Uniswap's fee."""
    return ListedPool(name, coins, UniswapV2((first, second)))


def round_trip(a: tuple[int, int], b: tuple[int, int]) -> Cycle:
    """Build the cycle that sells WETH to one pair and buys it back from another."""
    there, back = pair("there", ("WETH", "USDC"), *a), pair("back", ("WETH", "USDC"), *b)
    return (Hop(there, 0, 1), Hop(back, 1, 0))


cycles = st.builds(round_trip, st.tuples(reserves, reserves), st.tuples(reserves, reserves))


def best_by_force(cycle: Cycle, most_units: int = 4_000) -> int:
    """Try every size; gives the most profit, or less than nothing where none can be sent."""
    found = (profit_units(cycle, units) for units in range(1, most_units))
    return max((profit for profit in found if profit is not None), default=-most_units)
