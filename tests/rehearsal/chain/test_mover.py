"""The makers bring every pool to its price, one transaction a pool, without waiting."""

from __future__ import annotations

import asyncio

import pytest

from rehearsal.chain.deploy import is_base_first
from rehearsal.chain.mover import Mover
from tests.kit.chain import GWEI, TestChain

pytestmark = pytest.mark.chain

BASE_FEE_WEI = 10 * GWEI


def prices_e6(chain: TestChain) -> dict[str, int]:
    """Read every pool's spot price, to the nearest millionth."""
    shown = {}
    for pool in chain.card.pools:
        if pool.kind == "v2":
            first, second = chain.view(pool.address, "getReserves()", "uint112,uint112")
        else:
            root = chain.view(pool.address, "slot0()", "uint160")[0]
            first, second = 1 << 192, root * root
        base, quote = (first, second) if is_base_first() else (second, first)
        shown[pool.venue] = (quote * 10**18 + base // 2) // base
    return shown


def tick(chain: TestChain, targets: dict[str, int]) -> None:
    async def once():
        async with chain.client() as client:
            await Mover(chain.card).move_pools(client, targets, BASE_FEE_WEI)

    asyncio.run(once())


@pytest.mark.parametrize("factor", [90, 99, 101, 112])
def test_every_pool_shows_its_own_target_within_a_millionth(chain, factor):
    targets = {
        "univ2-a": 30_000_000 * factor,
        "univ2-b": 30_000_000 * factor + 1_500_000,
        "univ3": 30_000_000 * factor - 1_500_000,
    }
    tick(chain, targets)
    chain.mine()  # a block takes what the node had not mined when the tick returned
    for venue, price in prices_e6(chain).items():
        assert abs(price - targets[venue]) * 10**6 <= targets[venue], venue


def test_pools_without_a_target_and_pools_near_theirs_are_left_alone(chain):
    before = int(chain.rpc("eth_blockNumber"), 16)
    tick(chain, {"univ2-a": 3_000_100_000})
    assert int(chain.rpc("eth_blockNumber"), 16) == before


def test_a_maker_whose_move_is_not_mined_yet_sits_the_tick_out(chain):
    chain.rpc("evm_setAutomine", False)
    tick(chain, {"univ3": 3_030_000_000})
    tick(chain, {"univ3": 3_060_000_000})
    waiting = chain.rpc("txpool_status")["pending"]
    assert int(waiting, 16) == 1
    chain.mine()
    assert abs(prices_e6(chain)["univ3"] - 3_030_000_000) < 3_030
