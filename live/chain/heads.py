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
        before = self._newest
        if before is not None and before[0].number == head.number and not head.gas_limit:
            head = before[0]  # the same block with less said of it
        self._newest = (head, _now_s())
        if before is None or before[0].number != head.number:
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


def _now_s() -> float:
    return asyncio.get_running_loop().time()
