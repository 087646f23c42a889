"""A pool restated is not a pool touched."""

from __future__ import annotations

from typing import Any

from live.execution.surroundings import Surroundings
from live.protocol import v2
from tests.kit.clock import NOON_NS
from tests.kit.wire import a_chain_head, a_pool_state


def state(**changes: Any) -> v2.PoolState:
    return a_pool_state(**{"block": 42, "reserve0": 1, "reserve1": 2, **changes})


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
    heard.hear_head(a_chain_head(42), NOON_NS)
    assert (heard.head_block, heard.head_ns) == (42, NOON_NS)
    heard.forget()
    assert (heard.head_block, heard.head_ns, heard.touched_block_by_venue) == (0, 0, {})
