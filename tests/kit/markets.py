"""Random markets of every pool family and of books, for the cycles that run through them."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.amm.balancer_weighted import Weighted
from domain.amm.pool import Pool
from domain.amm.solidly import Solidly
from domain.amm.uniswap_v2 import UniswapV2
from domain.amm.uniswap_v3 import UniswapV3
from domain.cycles.funding import Funding
from domain.cycles.graph import Graph
from domain.cycles.kinds import KINDS
from domain.cycles.ladder import Ladder
from domain.cycles.paths import Budget
from domain.cycles.roster import Roster
from domain.cycles.table import Table
from domain.cycles.terms import Gas, Mark, Terms
from domain.market.book import Rung
from tests.kit.amm import a_v3_pool

UNIT = 10**18
USD = 10**24
ASSETS = ("token:a", "token:b", "token:c", "token:d")

depths = st.integers(min_value=10 * UNIT, max_value=10**6 * UNIT)
tilts = st.integers(min_value=900_000, max_value=1_100_000)


@st.composite
def product_pools(draw) -> Pool:
    """Pools of constant product around a price of 1, up to a tenth apart."""
    depth = draw(depths)
    reserves = (depth, depth * draw(tilts) // 1_000_000)
    if draw(st.booleans()):
        return UniswapV2(reserves, draw(st.sampled_from([3, 1, 10])))
    return Solidly(reserves, 5, (UNIT, UNIT), is_stable=False)


@st.composite
def weighted_pools(draw) -> Pool:
    """Weighted pools around a price of 1: balances in the proportion of the weights."""
    depth, first = draw(depths), draw(st.sampled_from([20, 40, 50, 80]))
    balances = (depth * first // 100, depth * (100 - first) // 100 * draw(tilts) // 1_000_000)
    weights = (first * UNIT // 100, (100 - first) * UNIT // 100)
    return Weighted(balances, weights, (1, 1), 3 * 10**15)


@st.composite
def concentrated_pools(draw) -> Pool:
    """Three nested positions around a tick near a price of 1."""
    tick = draw(st.integers(min_value=-900, max_value=900))
    return UniswapV3(a_v3_pool(tick, draw(st.integers(10**20, 10**23))))


@st.composite
def ladders(draw) -> Pool:
    """Books around a price of 1 with three levels a side, not crossed."""
    middle = draw(st.integers(min_value=95_000_000, max_value=105_000_000))
    sizes = st.integers(min_value=10**8, max_value=10**12)
    bids = tuple(Rung(middle - 20_000 * (at + 1), draw(sizes)) for at in range(3))
    asks = tuple(Rung(middle + 20_000 * (at + 1), draw(sizes)) for at in range(3))
    return Ladder(bids, asks, 18, 6, lot_e8=10**4, fee_pips=1_000)


pools = st.one_of(product_pools(), weighted_pools(), concentrated_pools())


@st.composite
def pairs(draw) -> tuple[str, str]:
    """Two different assets."""
    first, second = draw(st.permutations(ASSETS))[:2]
    return first, second


markets = st.lists(st.tuples(pairs(), pools), min_size=2, max_size=7)


def a_graph(market: list[tuple[tuple[str, str], Pool]]) -> Graph:
    """Build a graph of venues ``v0``, ``v1``..., each heard once."""
    graph = Graph()
    for asset in ASSETS:
        graph.asset(asset)
    for number, (coins, pool) in enumerate(market):
        graph.add(f"v{number}", coins)
        graph.hear(f"v{number}", pool, 0)
    return graph


def a_roster(graph: Graph, most_hops: int = 4, cycles: int = 10_000) -> Roster:
    """Enumerate everything a small market has."""
    roster = Roster(graph, ASSETS, Budget(cycles=cycles, most_hops=most_hops), KINDS)
    roster.take_in(range(len(graph.places)))
    return roster


def places_through(table: Table, venue: int) -> list[tuple[int, int]]:
    """List (hops, number) of the cycles through a venue."""
    near = table.through(venue)
    return [] if near is None else list(zip(near.hops.tolist(), near.numbers.tolist(), strict=True))


def some_terms(**changes: object) -> Terms:
    """Value every asset at one, with gas that costs nothing unless said."""
    marks = {at: Mark(18, 10**6) for at in range(len(ASSETS))}
    given = {
        "marks": marks,
        "native": Mark(18, 3000 * 10**6),
        "gas_price_wei": 0,
        "least_usd_e24": USD // 100,
        "own_units": dict.fromkeys(range(len(ASSETS)), 10**6 * UNIT),
        "loans": dict[int, Funding](),
        "gas": Gas(),
    }
    return Terms(**{**given, **changes})
