"""All pools at one block: they move together, and one that is doubtful stops alone and by name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.chain.events import V2_SYNC_TOPIC
from domain.chain.types import Log
from live.collectors.pool_events import BURN_TOPIC, PoolNow
from live.collectors.pool_table import PoolTable, difference, is_linked
from tests.kit.facts import BLOCK_HASH, TX_HASH, a_card

POOLS = a_card().chain.pools
TABLE = PoolTable(
    POOLS,
    {
        "univ2-a": PoolNow(reserve0=1, reserve1=2),
        "univ2-b": PoolNow(reserve0=3, reserve1=4),
        "univ3": PoolNow(sqrt_price_x96=1 << 96, liquidity=5),
    },
)


@dataclass(frozen=True)
class ABlock:
    number: int
    hash: str
    parent_hash: str


def _log(address: str, topic: str, data: str, index: int = 0, **topics: str) -> Log:
    return Log(address, (topic, *topics.values()), data, index, TX_HASH, 0, 7, BLOCK_HASH)


def _sync(address: str, reserve0: int, reserve1: int) -> Log:
    return _log(address, V2_SYNC_TOPIC, f"0x{reserve0:064x}{reserve1:064x}")


def test_each_log_moves_its_own_pool_alone():
    after, stopped = TABLE.after_block([_sync(POOLS[1].address, 30, 40)])
    assert not stopped
    assert after.states["univ2-b"] == PoolNow(reserve0=30, reserve1=40, log_index=0)
    assert after.states["univ2-a"] == TABLE.states["univ2-a"]


def test_every_pool_is_stated_at_the_block_changed_or_not():
    block = ABlock(7, BLOCK_HASH, "0x")
    messages = TABLE.messages(block)
    assert [message.venue for message in messages] == ["univ2-a", "univ2-b", "univ3"]
    assert {message.block_hash for message in messages} == {BLOCK_HASH}


def test_a_log_index_belongs_to_its_own_block():
    moved, _ = TABLE.after_block([replace_index(_sync(POOLS[0].address, 5, 6), 9)])
    assert moved.states["univ2-a"].log_index == 9
    later, _ = moved.after_block([])
    assert later.states["univ2-a"].log_index == -1
    assert later.states["univ2-a"].same_as(moved.states["univ2-a"])


def replace_index(log: Log, index: int) -> Log:
    return _log(log.address, log.topics[0], log.data, index)


def test_a_pool_whose_logs_make_no_sense_is_stopped_and_named():
    burn = _log(
        POOLS[2].address,
        BURN_TOPIC,
        "0x" + "".join(f"{value:064x}" for value in (7, 0, 0)),
        owner="0x" + "0" * 64,
        lower="0x" + "0" * 64,
        upper=f"0x{10:064x}",
    )
    after, stopped = TABLE.after_block([burn, _sync(POOLS[0].address, 5, 6)])
    assert [entry.venue for entry in stopped] == ["univ3"]
    assert set(after.states) == {"univ2-a", "univ2-b"}
    assert after.states["univ2-a"].reserve0 == 5


def test_a_pool_that_differs_from_its_contract_is_stopped_and_named():
    read = {**TABLE.states, "univ2-b": PoolNow(reserve0=3, reserve1=5)}
    after, stopped = TABLE.checked(read)
    assert [entry.venue for entry in stopped] == ["univ2-b"]
    assert stopped[0].reason == "reserve1: logs say 4, the contract 5"
    assert [pool.venue for pool in after.pools] == ["univ2-a", "univ3"]


def test_of_ticks_that_differ_the_first_few_are_told():
    logs = replace(TABLE.states["univ3"], ticks=dict.fromkeys(range(10), (1, 1)))
    told = difference(logs, replace(logs, liquidity=6, ticks={0: (1, 1)}))
    assert told.startswith("liquidity: logs say 5, the contract 6; tick 1: logs say (1, 1)")
    assert told.count("tick ") == 3


def test_where_a_state_was_read_does_not_make_it_differ():
    read = {venue: replace(state, log_index=4) for venue, state in TABLE.states.items()}
    assert TABLE.checked(read) == (TABLE, ())


def test_blocks_link_by_hash_and_height():
    first, second, third = (ABlock(number, f"h{number}", f"h{number - 1}") for number in (1, 2, 3))
    assert is_linked(first, [second, third])
    assert not is_linked(first, [third])
    assert not is_linked(first, [replace(second, parent_hash="other"), third])
    assert not is_linked(first, [second, replace(third, parent_hash="other")])
    assert not is_linked(first, [])
