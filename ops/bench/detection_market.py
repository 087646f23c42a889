"""A market to measure detection on: every pool family and books, consistent but for rare shocks.

Assets have a true price; venues quote it within a few basis points, which fees cover. Once in so
many words a venue is a percent or two off, which opens an edge, and soon after it is right again,
as if somebody had taken it. Seeded: the same numbers on every machine.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field

from domain.amm.balancer_weighted import Weighted
from domain.amm.concentrated import Concentrated
from domain.amm.curve_stableswap import StableSwap
from domain.amm.pool import Pool
from domain.amm.tick_math import sqrt_ratio_at_tick, tick_at_sqrt_ratio
from domain.amm.uniswap_v2 import UniswapV2
from domain.amm.uniswap_v3 import UniswapV3
from domain.cycles.funding import Funding
from domain.cycles.graph import Graph
from domain.cycles.ladder import Ladder
from domain.cycles.terms import Mark, Terms
from domain.market.book import Rung

UNIT = 10**18
_Q96 = 1 << 96
ANCHORS = 5
"""Assets a gain may be kept in: the ones with a mark and capital."""
FAMILIES = ("v2", "v2", "v2", "v3", "v3", "weighted", "stable", "book")
_SHOCK_EVERY = 30
_SHOCK = 0.015
_NOISE = 0.0003
_LEVELS = 20
_STABLE_AMONG = 320
"""Later venues are no stable pools: all of those trade five pairs."""


@dataclass(slots=True)
class Market:
    """Venues around true prices.

    Args:
        venues: How many.
        assets: How many different assets; the first few are in most pairs.
        seed: Of everything.
    """

    venues: int
    assets: int
    seed: int = 1
    ends: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]], init=False)
    prices: list[float] = field(default_factory=list[float], init=False)
    random: random.Random = field(init=False)
    _off: deque[int] = field(default_factory=deque[int], init=False)
    _shapes: dict[int, Concentrated] = field(default_factory=dict[int, Concentrated], init=False)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 (a market, not a secret)
        self.prices = [self.random.uniform(0.1, 5_000) for _ in range(self.assets)]
        for number in range(self.venues):
            hub = number % ANCHORS if self.random.random() < 0.6 else None  # noqa: PLR2004 (share)
            first = self.random.randrange(self.assets) if hub is None else hub
            second = self.random.randrange(self.assets - 1)
            self.ends.append((first, second + (second >= first)))
        self._pair_stable()

    def graph(self) -> Graph:
        """Take every venue in, each heard once."""
        graph = Graph()
        for asset in range(self.assets):
            graph.asset(f"asset:{asset}")
        for number, ends in enumerate(self.ends):
            coins = [f"asset:{asset}" for asset in ends]
            graph.add(f"venue-{number}", coins, is_on_chain=self.family(number) != "book")
            graph.hear(f"venue-{number}", self.pool(number, 0.0), 0)
        return graph

    def terms(self) -> Terms:
        """Give marks and capital for the anchors, a base fee, and a loan of the first."""
        marks = {at: Mark(18, int(self.prices[at] * 10**6)) for at in range(ANCHORS)}
        own = {at: int(50_000 / self.prices[at] * UNIT) for at in range(ANCHORS)}
        loans = {0: Funding("flash", 20 * own[0], 500, 60_000)}
        return Terms(marks, Mark(18, 3_000 * 10**6), 10**9, 10**24, own, loans)

    def next_word(self) -> tuple[int, Pool]:
        """Give which venue speaks next and what it says."""
        if self._off and self.random.random() < 0.5:  # noqa: PLR2004 (share)
            return (number := self._off.popleft()), self.pool(number, 0.0)
        number = self.random.randrange(self.venues)
        off = self.random.gauss(0, _NOISE)
        if self.random.randrange(_SHOCK_EVERY) == 0:
            self._off.append(number)
            off = self.random.choice((-_SHOCK, _SHOCK))
        return number, self.pool(number, off)

    def family(self, number: int) -> str:
        """Say what kind of venue it is."""
        family = FAMILIES[number % len(FAMILIES)]
        return "v2" if family == "stable" and number >= _STABLE_AMONG else family

    def pool(self, number: int, off: float) -> Pool:
        """Make a venue's state, its price this share off the true one."""
        first, second = self.ends[number]
        rate = self.prices[first] / self.prices[second] * (1 + off)
        depth = 2e5 * (1 + number % 17) / self.prices[first]
        family = self.family(number)
        if family == "v3":
            return self._concentrated(number, rate, depth)
        if family == "book":
            return _book(rate, depth)
        if family == "stable":
            return StableSwap(
                (int(depth * UNIT), int(depth * rate * UNIT)), (UNIT, UNIT), 20_000, 4 * 10**6
            )
        reserves = (int(depth * UNIT), int(depth * rate * UNIT))
        if family == "weighted":
            return Weighted(reserves, (UNIT // 2, UNIT // 2), (1, 1), 3 * 10**15)
        return UniswapV2(reserves)

    def _concentrated(self, number: int, rate: float, depth: float) -> Pool:
        root = int(rate**0.5 * _Q96)
        tick = tick_at_sqrt_ratio(root)
        if number not in self._shapes:
            self._shapes[number] = _positions(tick, int(depth * rate**0.5 * UNIT * 20))
        shape = self._shapes[number]
        active = sum(net for at, net in shape.ticks if at <= tick)
        return UniswapV3(Concentrated(root, tick, active, shape.ticks, 500, 10))

    def _pair_stable(self) -> None:
        """Let stable pools hold assets of one worth: each has a twin of an anchor."""
        twins = {number: ANCHORS + number % ANCHORS for number in range(ANCHORS)}
        for anchor, twin in twins.items():
            self.prices[twin] = self.prices[anchor]
        for number in range(self.venues):
            if self.family(number) == "stable":
                self.ends[number] = (number // 8 % ANCHORS, twins[number // 8 % ANCHORS])


def _positions(tick: int, liquidity: int) -> Concentrated:
    around, nets = tick // 10 * 10, dict[int, int]()
    for width, share in ((200, 1), (3_000, 2), (60_000, 3)):
        for at, sign in ((around - width, 1), (around + width, -1)):
            nets[at] = nets.get(at, 0) + sign * share * liquidity
    return Concentrated(sqrt_ratio_at_tick(tick), tick, 0, tuple(sorted(nets.items())), 500, 10)


def _book(rate: float, depth: float) -> Ladder:
    middle = rate * 10**8
    step, size = max(middle * 0.0002, 1), int(depth / _LEVELS * 10**8)
    bids = tuple(Rung(int(middle - step * (at + 1)), size) for at in range(_LEVELS))
    asks = tuple(Rung(int(middle + step * (at + 1)) + 1, size) for at in range(_LEVELS))
    return Ladder(bids, asks, 18, 18, lot_e8=1, fee_pips=1_000)
