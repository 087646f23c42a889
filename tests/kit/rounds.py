"""Small markets of constant products, small enough to try every size by force."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.amm.uniswap_v2 import UniswapV2
from domain.arbitrage.cycle import Cycle, Hop, ListedPool, plain
from domain.cycles.funding import UNBOUNDED, Funding
from domain.cycles.hop import Hops, paid_along

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
    return forced(plain(cycle), UNBOUNDED, most_units)


def forced(hops: Hops, funding: Funding, most_units: int = 4_000) -> int:
    """Try every size a funding allows; gives the most that is left, or a loss of everything."""
    found = (paid_along(hops, units) for units in range(1, min(most_units, funding.most_units + 1)))
    return max((funding.left_units(one) for one in found if one is not None), default=-most_units)


fundings = st.builds(
    Funding,
    st.just("flash"),
    st.sampled_from([1, 17, 400, 3_999, 10**9]),
    st.sampled_from([0, 0, 500, 9_000, 60_000]),
)
