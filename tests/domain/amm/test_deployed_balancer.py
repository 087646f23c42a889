"""Random states of weighted pools, asked of Balancer's own contracts too: equal to the unit."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from domain.amm.balancer_weighted import Weighted
from domain.amm.pool import Reverts, quote_in, quote_out
from live.chain.calldata import decode_words
from tests.kit.balancer import Deployed, Foundry
from tests.kit.chain import TestChain
from tests.kit.chain_states import Asked, answers

pytestmark = pytest.mark.chain
_E16 = 10**16
_SHAPES = (
    ((18, 18), (50, 50), 3 * 10**15),
    ((18, 6), (80, 20), 10**13),
    ((6, 0), (20, 80), 10**17),
    ((18, 8, 6), (33, 33, 34), 25 * 10**14),
    ((18, 18, 6, 2), (1, 9, 40, 50), 10**15),
)
"""Decimals, weights in percent, fee: all three exponents that later pools multiply, and others."""


def _pools(chain: TestChain) -> list[Deployed]:
    foundry = Foundry(chain)
    return [
        foundry.weighted(decimals, [share * _E16 for share in shares], fee, is_first=is_first)
        for decimals, shares, fee in _SHAPES
        for is_first in (True, False)
    ]


def _state(rng: random.Random, deployed: Deployed) -> Weighted:
    """Draw balances of any length, so that dust and floods come as often as the rest."""
    empty = deployed.empty
    balances = tuple(rng.getrandbits(rng.randint(1, 112)) for _ in empty.balances)
    return replace(empty, balances=balances)


def _size(rng: random.Random, balance: int) -> int:
    return 1 + (rng.getrandbits(rng.randint(1, 112)) % (balance // rng.choice((2, 3, 50)) + 2))


def _hold(chain: TestChain, count: int, seed: int) -> None:
    rng, pools = random.Random(seed), _pools(chain)
    calls, ours = list[Asked](), list[int | Reverts]()
    for _ in range(count):
        deployed = rng.choice(pools)
        pool, is_in = _state(rng, deployed), rng.random() < 0.5
        sold, bought = rng.sample(range(len(pool.balances)), 2)
        units = _size(rng, pool.balances[sold if is_in else bought])
        calls.append(deployed.swap(pool, sold, bought, units, is_in=is_in))
        ours.append((quote_in if is_in else quote_out)(pool, sold, bought, units))
    told = answers(chain.rpc_url, calls)
    paid = 0
    for asked, answer, mine in zip(calls, told, ours, strict=True):
        if answer is None:
            assert isinstance(mine, Reverts), (asked, mine)
        else:
            assert (mine,) == decode_words("uint256", answer), (asked, mine)
            paid += 1
    assert paid > count // 4


def test_weighted_pools_pay_what_the_deployed_ones_pay(chain: TestChain):
    _hold(chain, 500, 31)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(32, 36))
def test_weighted_pools_pay_what_the_deployed_ones_pay_in_thousands_of_states(
    chain: TestChain, seed: int
):
    _hold(chain, 2_500, seed)
