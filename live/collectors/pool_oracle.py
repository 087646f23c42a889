"""Asking every pool's contract at one block: what each says, and which cannot be read.

A contract that answers as its kind does not is a finding about that pool alone: it is named, and
the others are read. A node that does not answer, or a block that is not the chain's any more, is no
finding at all: nothing was learnt, ask again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.desk import Pool
from domain.errors import Permanent, RpcUnavailable
from live.collectors.pool_events import PoolNow
from live.collectors.pool_table import Block, Stopped


class Blocks(Protocol):
    """What is needed of a chain client."""

    async def block(self, which: int | str) -> Block | None:
        """Read a block by height."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What the contracts said at one block.

    Args:
        states: Venue -> state, of those that could be read.
        unreadable: Those that could not, and why.
    """

    states: dict[str, PoolNow]
    unreadable: tuple[Stopped, ...]


async def ask_contracts(
    chain: Blocks, block: Block, pools: Sequence[Pool], read: Callable[[Pool], Awaitable[PoolNow]]
) -> Asked:
    """Read pools at a block, and make sure afterwards that its height still stands for it.

    Args:
        chain: The node.
        block: Where.
        pools: Which.
        read: Reads one at that block.

    Raises:
        RpcUnavailable: The node does not answer, or the block is not in the chain any more.
    """
    answers = await asyncio.gather(*(_answer(read, pool) for pool in pools))
    now = await chain.block(block.number)
    if now is None or now.hash != block.hash:
        raise RpcUnavailable(
            "the block was taken back while it was read; looking again", block=block.number
        )
    told = list(zip(pools, answers, strict=True))
    return Asked(
        {pool.venue: answer for pool, answer in told if isinstance(answer, PoolNow)},
        tuple(Stopped(pool.venue, str(answer)) for pool, answer in told if not _is_state(answer)),
    )


async def _answer(read: Callable[[Pool], Awaitable[PoolNow]], pool: Pool) -> PoolNow | Permanent:
    try:
        return await read(pool)
    except Permanent as error:
        return error


def _is_state(answer: PoolNow | Permanent) -> bool:
    return isinstance(answer, PoolNow)
