"""Logs are decoded by their layout, and what has another layout is listed, not guessed."""

import msgspec
import pytest
from eth_hash.auto import keccak

from domain.chain import events
from domain.chain.events import (
    TRANSFER_TOPIC,
    V2_SWAP_TOPIC,
    V3_SWAP_TOPIC,
    decode_transfers,
    pull_swap,
    undecoded_transfers,
)
from tests.kit.logs import a_log, hexed, in_sequence, transfer, v2_swap, v3_swap

TOKEN, ALICE, BOB, POOL = 0x70, 0xA1, 0xB0, 0x900


@pytest.mark.parametrize(
    ("topic", "signature"),
    [
        (TRANSFER_TOPIC, "Transfer(address,address,uint256)"),
        (V2_SWAP_TOPIC, "Swap(address,uint256,uint256,uint256,uint256,address)"),
        (V3_SWAP_TOPIC, "Swap(address,address,int256,int256,uint160,uint128,int24)"),
    ],
)
def test_a_topic_is_the_hash_of_its_signature(topic, signature):
    assert topic == "0x" + keccak(signature.encode()).hex()


def test_an_erc20_transfer_has_its_amount_in_data():
    (move,) = decode_transfers([transfer(TOKEN, ALICE, BOB, 2**256 - 1)])
    assert (move.standard, move.units, move.token_id) == ("erc20", 2**256 - 1, None)
    assert (move.token, move.sender, move.recipient) == (hexed(TOKEN), hexed(ALICE), hexed(BOB))


def test_an_erc721_transfer_has_its_id_in_the_fourth_topic():
    (move,) = decode_transfers([a_log(TOKEN, (TRANSFER_TOPIC, 0, BOB, 894))])
    assert (move.standard, move.units, move.token_id) == ("erc721", 1, 894)


def test_a_transfer_from_before_indexed_topics_is_read_from_data():
    (move,) = decode_transfers([a_log(TOKEN, (TRANSFER_TOPIC,), (ALICE, BOB, 5))])
    assert (move.standard, move.sender, move.recipient, move.units) == (
        "unindexed",
        hexed(ALICE),
        hexed(BOB),
        5,
    )


@pytest.mark.parametrize(
    "log",
    [
        a_log(TOKEN, (TRANSFER_TOPIC, ALICE, BOB), "0x05"),
        a_log(TOKEN, (TRANSFER_TOPIC, ALICE, BOB), "0x"),
        a_log(TOKEN, (TRANSFER_TOPIC, ALICE, BOB), (5, 6)),
        a_log(TOKEN, (TRANSFER_TOPIC, ALICE, BOB, 7), (5,)),
        a_log(TOKEN, (TRANSFER_TOPIC, ALICE), (BOB, 5)),
        a_log(TOKEN, (TRANSFER_TOPIC,)),
    ],
    ids=["short data", "no data", "too much data", "id and amount", "half indexed", "bare"],
)
def test_a_transfer_with_another_layout_is_listed_and_not_decoded(log):
    assert decode_transfers([log]) == []
    assert undecoded_transfers([log]) == [log]


def test_an_anonymous_log_is_nothing():
    anonymous = a_log(TOKEN, (), (ALICE, BOB, 5))
    assert decode_transfers([anonymous]) == []
    assert undecoded_transfers([anonymous]) == []
    assert pull_swap(anonymous) is None


def test_a_removed_log_did_not_happen():
    log = msgspec.structs.replace(transfer(TOKEN, ALICE, BOB, 5), removed=True)
    assert decode_transfers([log]) == []


def test_logs_out_of_order_are_decoded_in_the_order_of_the_block():
    logs = in_sequence(*(transfer(TOKEN, ALICE, BOB, units) for units in (1, 2, 3)))
    assert [move.units for move in decode_transfers(reversed(logs))] == [1, 2, 3]


def test_a_v2_swap_has_four_unsigned_amounts():
    swap = pull_swap(v2_swap(POOL, BOB, (0, 7, 2**112, 0)))
    assert swap is not None
    assert (swap.kind, swap.amount1_in, swap.amount0_out) == ("v2", 7, 2**112)
    assert (swap.amount0, swap.amount1) == (-(2**112), 7)
    assert swap.recipient == hexed(BOB)
    assert swap.tick is None


def test_a_v3_swap_is_split_by_sign():
    swap = pull_swap(v3_swap(POOL, BOB, -903, 600))
    assert swap is not None
    assert (swap.amount0_in, swap.amount0_out) == (0, 903)
    assert (swap.amount1_in, swap.amount1_out) == (600, 0)
    assert (swap.amount0, swap.amount1) == (-903, 600)
    assert (swap.sqrt_price_x96, swap.liquidity, swap.tick) == (2**96, 10**18, -5)


@pytest.mark.parametrize(
    "log",
    [
        a_log(POOL, (V2_SWAP_TOPIC, 1), (1, 2, 3, 4)),
        a_log(POOL, (V2_SWAP_TOPIC, 1, 2), (1, 2, 3)),
        a_log(POOL, (V3_SWAP_TOPIC, 1, 2), (1, 2, 3, 4)),
        a_log(POOL, (V3_SWAP_TOPIC, 1, 2), "0x12"),
        a_log(POOL, (TRANSFER_TOPIC, 1, 2), (1, 2, 3, 4)),
    ],
)
def test_a_swap_with_another_layout_is_no_swap(log):
    assert pull_swap(log) is None


def test_every_known_layout_has_four_numbers_in_all():
    assert {topics + words for topics, words in events._STANDARD_BY_LAYOUT} == {4}
