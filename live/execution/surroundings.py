"""What the trader has heard of the market: the newest head, and when each pool last changed.

Pure folding of DeFi frames' messages. A pool is restated at every head; it counts as touched only
when its numbers differ from the ones before.
"""

from __future__ import annotations

from live.protocol import v2


class Surroundings:
    """Head and pools, as heard so far."""

    def __init__(self) -> None:
        self.head_block = 0
        self.head_ns = 0
        self.base_fee_wei = 0
        self.touched_block_by_venue: dict[str, int] = {}
        self._numbers: dict[str, tuple[object, ...]] = {}

    def forget(self) -> None:
        """Start over: the connection was lost, and what happened meanwhile is unknown."""
        self.head_block = 0
        self.head_ns = 0
        self.base_fee_wei = 0
        self.touched_block_by_venue.clear()
        self._numbers.clear()

    def hear_head(self, head: v2.ChainHead, heard_ns: int) -> None:
        """Take a new head; after a reorg it may be lower, and the newest word counts."""
        self.head_block = head.number
        self.head_ns = heard_ns
        self.base_fee_wei = head.base_fee_wei

    def hear_pool(self, pool: v2.PoolState) -> None:
        """Take a pool's state; the first one heard counts as a change in its block."""
        numbers = (
            pool.reserve0,
            pool.reserve1,
            pool.sqrt_price_x96,
            pool.tick,
            pool.liquidity,
            pool.ticks,
        )
        if self._numbers.get(pool.venue) != numbers:
            self._numbers[pool.venue] = numbers
            self.touched_block_by_venue[pool.venue] = pool.block_number
