"""Reading a pool from its contract: a node that answers as the contracts' ABI says."""

from __future__ import annotations

import asyncio

import pytest

from domain.amm.tick_math import MAX_TICK, MIN_TICK
from domain.desk import Pool
from domain.errors import SchemaDrift
from live.collectors.pool_events import PoolNow
from live.collectors.pool_reader import SHARES, read_pool, reread_pool
from tests.kit.facts import USDC, WETH

V2 = Pool("univ2-a", "v2", "0x" + "a1" * 20, WETH, USDC, 3000)
V3 = Pool("univ3", "v3", "0x" + "c3" * 20, WETH, USDC, 500, 10)
TICKS = {-887_270: (5, 5), -2_570: (9, 9), 0: (0, 14), 2_560: (-9, 9), 887_270: (-5, 5)}


class ContractNode:
    """Answers eth_call for one V2 pair and one V3 pool, and counts what it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def call(self, to: str, data: bytes, block: int | str = "latest") -> bytes:
        self.asked += 1
        assert block == 77
        selector, argument = data[:4].hex(), int.from_bytes(data[4:], "big", signed=True)
        if to == V2.address:
            return _abi(10, 20, 99)
        return {
            "3850c7bd": lambda: _abi(1 << 96, -3, 0, 1, 1, 0, 1),
            "1a686502": lambda: _abi(14),
            "5339c296": lambda: _abi(self._word(argument)),
            "f30dba93": lambda: _abi(TICKS[argument][1], TICKS[argument][0], 0, 0, 0, 0, 0, 1),
        }[selector]()

    def _word(self, index: int) -> int:
        assert MIN_TICK // 10 // 256 <= index <= MAX_TICK // 10 // 256
        compressed = [tick // 10 for tick in TICKS]
        return sum(1 << at % 256 for at in compressed if at // 256 == index)


def _abi(*words: int) -> bytes:
    return b"".join((word % (1 << 256)).to_bytes(32, "big") for word in words)


def test_a_pair_is_its_reserves():
    assert asyncio.run(read_pool(ContractNode(), V2, 77)) == PoolNow(reserve0=10, reserve1=20)


def test_every_initialised_tick_is_found_even_at_the_ends_of_the_curve():
    now = asyncio.run(read_pool(ContractNode(), V3, 77))
    assert (now.sqrt_price_x96, now.tick, now.liquidity) == (1 << 96, -3, 14)
    assert dict(now.ticks) == TICKS


def test_reading_again_asks_only_for_words_that_hold_ticks():
    node = ContractNode()
    first = asyncio.run(read_pool(node, V3, 77))
    once = node.asked
    again = asyncio.run(reread_pool(node, V3, first, 77))
    assert again.same_as(first)
    assert node.asked - once < 20 < once


@pytest.mark.parametrize(("spacing", "apart"), [(1, 10), (10, 10), (60, 7), (200, 1)])
def test_readings_any_number_of_blocks_apart_come_round_to_the_whole_bitmap(spacing, apart):
    class EmptyPool:
        def __init__(self) -> None:
            self.words: set[int] = set()

        async def call(self, to: str, data: bytes, block: int | str = "latest") -> bytes:
            if data[:4].hex() == "5339c296":
                self.words.add(int.from_bytes(data[4:], "big", signed=True))
            return _abi(0) if len(data) > 4 or data.hex() == "1a686502" else _abi(*(0,) * 7)

    pool, node = Pool("univ3", "v3", V3.address, WETH, USDC, 500, spacing), EmptyPool()

    async def script() -> None:
        for reading in range(SHARES):
            await reread_pool(node, pool, PoolNow(), 77 + apart * reading)

    asyncio.run(script())
    edge = MAX_TICK // spacing // 256
    assert node.words == set(range(MIN_TICK // spacing // 256, edge + 1))


def test_an_address_without_a_contract_is_refused():
    class EmptyNode(ContractNode):
        async def call(self, to: str, data: bytes, block: int | str = "latest") -> bytes:
            return b""

    with pytest.raises(SchemaDrift):
        asyncio.run(read_pool(EmptyNode(), V2, 77))
