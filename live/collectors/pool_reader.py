"""Reading a pool's whole state from its contract, at one block.

This is the beginning of every pool and the oracle its logs are checked against. Calls name the
block by number, so the caller makes sure that the number still stands for the block it means.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Protocol

from domain.amm.tick_math import MAX_TICK, MIN_TICK
from domain.desk import Pool
from domain.errors import SchemaDrift
from live.collectors.pool_events import PoolNow, signed, words_of

GET_RESERVES = bytes.fromhex("0902f1ac")
SLOT0 = bytes.fromhex("3850c7bd")
LIQUIDITY = bytes.fromhex("1a686502")
TICK_BITMAP = bytes.fromhex("5339c296")
TICKS = bytes.fromhex("f30dba93")

_AT_ONCE = 64
"""Calls in flight; a node answers them in turn anyway, and sockets are not free."""
_WORD = 256
SHARES = 101
"""A bitmap has 700 words at a spacing of 10 and ten times that at 1; a prime, so that readings any
number of blocks apart come round to all of them."""


class Caller(Protocol):
    """What is needed of a chain client."""

    async def call(self, to: str, data: bytes, block: int | str = "latest") -> bytes:
        """Call a contract at a block."""
        ...


async def read_pool(chain: Caller, pool: Pool, block: int) -> PoolNow:
    """Read everything that decides a pool's quotes; scans all tick bitmap words of a V3 pool.

    Raises:
        SchemaDrift: The contract does not answer as its kind does.
        RpcUnavailable: The node does not answer.
    """
    if pool.kind == "v2":
        return await _read_v2(chain, pool, block)
    ticks = await _initialised(chain, pool, block, _all_words(pool))
    return await _read_v3(chain, pool, block, ticks)


async def reread_pool(chain: Caller, pool: Pool, known: PoolNow, block: int) -> PoolNow:
    """Read a pool again, cheaply: of the bitmap, the words that hold known ticks and a few others.

    Which others follows from the block, so that a tick initialised in any of them is found within
    :data:`SHARES` readings; once the price is there, it shows as other liquidity at once.

    Raises:
        SchemaDrift: The contract does not answer as its kind does.
        RpcUnavailable: The node does not answer.
    """
    if pool.kind == "v2":
        return await _read_v2(chain, pool, block)
    known_words = {_word_of(tick, pool) for tick in known.ticks}
    words = sorted(known_words.union(_all_words(pool)[block % SHARES :: SHARES]))
    return await _read_v3(chain, pool, block, await _initialised(chain, pool, block, words))


async def _read_v2(chain: Caller, pool: Pool, block: int) -> PoolNow:
    (answer,) = await _calls(chain, pool, block, [GET_RESERVES])
    reserve0, reserve1, _ = _words(answer, 3)
    return PoolNow(reserve0=reserve0, reserve1=reserve1)


async def _read_v3(chain: Caller, pool: Pool, block: int, ticks: Sequence[int]) -> PoolNow:
    asked = [SLOT0, LIQUIDITY, *(TICKS + _argument(tick) for tick in ticks)]
    slot0, liquidity, *answers = await _calls(chain, pool, block, asked)
    price, tick, *_ = _words(slot0, 7)
    (active,) = _words(liquidity, 1)
    table = {at: _tick(answer) for at, answer in zip(ticks, answers, strict=True)}
    return PoolNow(
        sqrt_price_x96=price,
        tick=signed(tick),
        liquidity=active,
        ticks=MappingProxyType(table),
    )


async def _initialised(chain: Caller, pool: Pool, block: int, words: Iterable[int]) -> list[int]:
    indexes = list(words)
    answers = await _calls(chain, pool, block, [TICK_BITMAP + _argument(i) for i in indexes])
    return [
        (index * _WORD + bit) * pool.tick_spacing
        for index, answer in zip(indexes, answers, strict=True)
        for bit in _bits(_words(answer, 1)[0])
    ]


async def _calls(chain: Caller, pool: Pool, block: int, asked: Sequence[bytes]) -> list[bytes]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def call(data: bytes) -> bytes:
        async with gate:
            return await chain.call(pool.address, data, block)

    return await asyncio.gather(*map(call, asked))


def _words(answer: bytes, count: int) -> list[int]:
    if not answer:
        raise SchemaDrift("there is no such contract; open the desk again", words=count)
    return words_of(answer.hex(), count)


def _tick(answer: bytes) -> tuple[int, int]:
    gross, net, *_ = _words(answer, 8)
    return signed(net), gross


def _bits(word: int) -> list[int]:
    return [bit for bit in range(_WORD) if word >> bit & 1]


def _argument(number: int) -> bytes:
    return (number % (1 << 256)).to_bytes(32, "big")


def _all_words(pool: Pool) -> range:
    return range(_word_of(MIN_TICK, pool), _word_of(MAX_TICK, pool) + 1)


def _word_of(tick: int, pool: Pool) -> int:
    return tick // pool.tick_spacing // _WORD
