"""The newest head anybody heard of, and a bell for those who wait for the next.

Whoever hears of a head says so here: a node's subscription, the relay's frames. Nothing is asked.
"""

from __future__ import annotations

import asyncio

from live.chain.decoding import BlockHead


class Heads:
    """What was heard of the chain's end, on one event loop."""

    def __init__(self) -> None:
        self.heard = 0
        """How many different heads were heard, one after the other."""
        self._newest: tuple[BlockHead, float] | None = None
        self._bell = asyncio.Event()

    def hear(self, head: BlockHead) -> None:
        """Take a head; after a reorg it may be lower, and the newest word counts."""
        before = None if self._newest is None else self._newest[0]
        is_known = before is not None and _is_same(before, head)
        if before is not None and is_known and not head.gas_limit:
            head = before  # less is said of it this time
        self._newest = (head, _now_s())
        if not is_known:
            self.heard += 1
            self._bell.set()
            self._bell = asyncio.Event()

    def newest(self, within_s: float) -> BlockHead | None:
        """Give the newest head if it was heard of so recently."""
        if self._newest is None or _now_s() - self._newest[1] >= within_s:
            return None
        return self._newest[0]

    async def next(self, within_s: float) -> None:
        """Wait for the next head, at most so long."""
        try:
            async with asyncio.timeout(within_s):
                await self._bell.wait()
        except TimeoutError:
            return


def _is_same(one: BlockHead, other: BlockHead) -> bool:
    """Say whether two words are of one block; where one has no hash, its height has to do."""
    is_other_fork = one.hash and other.hash and one.hash != other.hash
    return one.number == other.number and not is_other_fork


def _now_s() -> float:
    return asyncio.get_running_loop().time()
