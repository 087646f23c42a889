"""Logs to states: each event does to a pool what its contract did before it emitted it."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from eth_hash.auto import keccak

from domain.chain.events import V2_SYNC_TOPIC, V3_SWAP_TOPIC
from domain.chain.types import Log
from domain.desk import Pool
from domain.errors import InputRefused, SchemaDrift
from live.collectors import pool_reader
from live.collectors.pool_events import (
    BURN_TOPIC,
    MINT_TOPIC,
    PoolNow,
    after_logs,
    signed,
    state_message,
    words_of,
)
from live.protocol import v2
from tests.kit.facts import BLOCK_HASH, TX_HASH, USDC, WETH

V3 = PoolNow(
    sqrt_price_x96=1 << 96,
    tick=5,
    liquidity=100,
    ticks=MappingProxyType({-10: (100, 100), 10: (-100, 100)}),
)


def _word(number: int) -> str:
    return f"{number % (1 << 256):064x}"


def _log(topic: str, *words: int, topics: tuple[int, ...] = (), index: int = 3) -> Log:
    return Log(
        address="0x" + "c3" * 20,
        topics=(topic, *("0x" + _word(value) for value in topics)),
        data="0x" + "".join(map(_word, words)),
        log_index=index,
        tx_hash=TX_HASH,
        tx_index=0,
        block_number=12,
        block_hash=BLOCK_HASH,
    )


@pytest.mark.parametrize(
    ("topic", "signature"),
    [
        (V2_SYNC_TOPIC, "Sync(uint112,uint112)"),
        (V3_SWAP_TOPIC, "Swap(address,address,int256,int256,uint160,uint128,int24)"),
        (MINT_TOPIC, "Mint(address,address,int24,int24,uint128,uint256,uint256)"),
        (BURN_TOPIC, "Burn(address,int24,int24,uint128,uint256,uint256)"),
    ],
)
def test_topics_are_hashes_of_their_signatures(topic, signature):
    assert topic == "0x" + keccak(signature.encode()).hex()


@pytest.mark.parametrize(
    ("selector", "signature"),
    [
        (pool_reader.GET_RESERVES, "getReserves()"),
        (pool_reader.SLOT0, "slot0()"),
        (pool_reader.LIQUIDITY, "liquidity()"),
        (pool_reader.TICK_BITMAP, "tickBitmap(int16)"),
        (pool_reader.TICKS, "ticks(int24)"),
    ],
)
def test_selectors_are_hashes_of_their_signatures(selector, signature):
    assert selector == keccak(signature.encode())[:4]


def test_a_sync_is_the_whole_state_of_a_pair():
    now = after_logs(PoolNow(1, 2), [_log(V2_SYNC_TOPIC, 10, 20)])
    assert (now.reserve0, now.reserve1, now.log_index) == (10, 20, 3)


def test_the_last_log_of_a_block_wins_whatever_the_order_they_came_in():
    logs = [_log(V2_SYNC_TOPIC, 30, 40, index=9), _log(V2_SYNC_TOPIC, 10, 20, index=4)]
    now = after_logs(PoolNow(), logs)
    assert (now.reserve0, now.log_index) == (30, 9)


def test_a_swap_says_price_liquidity_and_a_signed_tick():
    now = after_logs(V3, [_log(V3_SWAP_TOPIC, -5, 6, 1 << 95, 77, -13_864, topics=(1, 2))])
    assert (now.sqrt_price_x96, now.liquidity, now.tick) == (1 << 95, 77, -13_864)
    assert now.ticks == V3.ticks


def test_liquidity_around_the_price_becomes_active():
    now = after_logs(V3, [_log(MINT_TOPIC, 0, 7, 1, 1, topics=(9, -20, 20))])
    assert now.liquidity == 107
    assert dict(now.ticks) == {-20: (7, 7), -10: (100, 100), 10: (-100, 100), 20: (-7, 7)}


@pytest.mark.parametrize(("lower", "upper"), [(-20, 5), (6, 20)])
def test_liquidity_beside_the_price_stays_inactive(lower, upper):
    now = after_logs(V3, [_log(MINT_TOPIC, 0, 7, 1, 1, topics=(9, lower, upper))])
    assert now.liquidity == 100


def test_burning_what_was_minted_leaves_the_pool_as_it_was():
    minted = after_logs(V3, [_log(MINT_TOPIC, 0, 7, 1, 1, topics=(9, -20, 20))])
    burned = after_logs(minted, [_log(BURN_TOPIC, 7, 1, 1, topics=(9, -20, 20))])
    assert burned.same_as(V3)


def test_burning_nothing_to_collect_fees_changes_nothing():
    now = after_logs(V3, [_log(BURN_TOPIC, 0, 0, 0, topics=(9, -10, 10))])
    assert now.same_as(V3)


def test_burning_what_is_not_there_means_a_log_was_missed():
    with pytest.raises(InputRefused):
        after_logs(V3, [_log(BURN_TOPIC, 7, 1, 1, topics=(9, -20, 20))])


def test_events_of_no_consequence_are_passed_over():
    assert after_logs(V3, [_log("0x" + "00" * 32, 1, 2)]) == V3


@pytest.mark.parametrize(
    "log",
    [
        _log(V2_SYNC_TOPIC, 1),
        _log(V3_SWAP_TOPIC, 1, 2, 3),
        _log(MINT_TOPIC, 0, 7, 1, 1, topics=(9,)),
    ],
)
def test_an_event_of_another_shape_is_refused(log):
    with pytest.raises(SchemaDrift):
        after_logs(V3, [log])


def test_a_state_is_written_with_its_block_and_its_ticks_in_order():
    pool = Pool("univ3", "v3", "0x" + "c3" * 20, WETH, USDC, 500, 10)
    message = state_message(pool, "ETH-USDC", V3, 12, BLOCK_HASH)
    assert message == v2.PoolState(
        v2.Routing(venues=("univ3",), pairs=("ETH-USDC",)),
        "univ3", "eip155:31337:0x" + "c3" * 20, "v3", WETH, USDC, 500, 12, BLOCK_HASH,
        -1, 0, 0, 1 << 96, 5, 100, ((-10, 100), (10, -100)),
    )  # fmt: skip


def test_words_and_signs_are_read_as_the_abi_pads_them():
    assert words_of("0x" + _word(1) + _word(-1), 2) == [1, (1 << 256) - 1]
    assert signed((1 << 256) - 1) == -1
    assert signed(1) == 1
