"""A pool restated is not a pool touched."""

from __future__ import annotations

from typing import Any

import msgspec

from live.execution.surroundings import Surroundings
from live.protocol import v2
from tests.kit.facts import BLOCK_HASH


def state(**changes: Any) -> v2.PoolState:
    first = v2.PoolState(
        venue="univ2-a",
        kind="v2",
        block_number=42,
        block_hash=BLOCK_HASH,
        log_index=0,
        reserve0=1,
        reserve1=2,
        sqrt_price_x96=0,
        tick=0,
        liquidity=0,
        ticks=(),
    )
    return msgspec.structs.replace(first, **changes)


def test_only_a_state_with_other_numbers_touches_a_pool():
    heard = Surroundings()
    heard.hear_pool(state())
    heard.hear_pool(state(block_number=43))
    assert heard.touched_block_by_venue == {"univ2-a": 42}
    heard.hear_pool(state(block_number=44, reserve0=9))
    assert heard.touched_block_by_venue == {"univ2-a": 44}


def test_a_lost_connection_forgets_everything():
    heard = Surroundings()
    heard.hear_pool(state())
    heard.hear_head(v2.ChainHead(42, BLOCK_HASH, BLOCK_HASH, 1, 1))
    assert heard.head_block == 42
    heard.forget()
    assert (heard.head_block, heard.touched_block_by_venue) == (0, {})
