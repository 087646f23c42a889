"""The routing block: the few things a message may be chosen by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import LocalWireError, RemoteWireError
from live.protocol.v2.blocks import (
    CHANNELS,
    Routing,
    channel_of,
    clamped_profit,
    correlation_of,
    pull_block,
    pull_head,
    push_block,
)
from tests.live.protocol.v2.strategies import routings

DATA_CHANNELS = sorted(set(CHANNELS) - {"control"})
FULL = Routing("s", ("a", "b"), ("p",), -5, 10**6, 7, bytes(range(16)))


@given(routings, st.sampled_from(DATA_CHANNELS), st.binary(max_size=5))
def test_a_block_comes_back_with_the_offset_behind_it(routing, channel, rest):
    block = push_block(routing, channel)
    assert pull_block(b"??" + block + rest, 2) == (routing, 2 + len(block))
    assert channel_of(pull_head(block, 0)) == channel


def test_everything_is_where_the_table_says():
    block = push_block(FULL, "signals")
    assert block == (
        len(block).to_bytes(2, "little") + b"\5\0" + (10**6).to_bytes(4, "little")
        + (-5).to_bytes(8, "little", signed=True) + (7).to_bytes(8, "little") + bytes(range(16))
        + b"\1\1s" + b"\2\1a\1b" + b"\1\1p"
    )  # fmt: skip


def test_what_is_unknown_is_absent_and_never_nought():
    block = push_block(Routing(), "pools")
    assert block[4:8] == b"\xff" * 4
    assert block[8:16] == (-(2**63)).to_bytes(8, "little", signed=True)
    assert pull_block(block, 0)[0] == Routing()


def test_what_a_newer_writer_adds_behind_the_texts_is_passed_over():
    block = push_block(FULL, "signals")
    longer = (len(block) + 3).to_bytes(2, "little") + block[2:] + b"new"
    assert pull_block(longer + b"payload", 0) == (FULL, len(longer))


def test_a_channel_that_is_newer_goes_by_its_number():
    block = bytearray(push_block(FULL, "signals"))
    block[2] = 77
    assert channel_of(pull_head(bytes(block), 0)) == "channel-77"


@given(routings, st.data())
def test_a_block_cut_anywhere_is_theirs(routing, data):
    block = push_block(routing, "pools")
    with pytest.raises(RemoteWireError):
        pull_block(block[: data.draw(st.integers(0, len(block) - 1))], 0)


@given(routings, st.integers(0, 10**6), st.integers(0, 255))
def test_a_damaged_block_is_read_or_theirs(routing, at, byte):
    block = bytearray(push_block(routing, "pools"))
    block[at % len(block)] = byte
    try:
        read, _ = pull_block(bytes(block), 0)
    except RemoteWireError:
        return
    assert isinstance(read, Routing)


def damaged(at: int, *new: int) -> bytes:
    block = bytearray(push_block(FULL, "pools"))
    block[at : at + len(new)] = bytes(new)
    return bytes(block)


@pytest.mark.parametrize(
    "block",
    [
        damaged(2, 0),  # control has no block
        damaged(4, 0x41, 0x42, 0x0F, 0),  # a confidence of 1 000 001
        damaged(0, 39, 0),  # shorter than its numbers
        damaged(40, 2),  # two strategies
        damaged(42, 0xFF),  # no UTF-8
        damaged(41, 200),  # a text longer than the block
    ],
)
def test_a_block_nobody_of_ours_would_write_is_theirs(block):
    with pytest.raises(RemoteWireError):
        pull_block(block, 0)


@pytest.mark.parametrize(
    ("routing", "channel"),
    [
        (FULL, "control"),
        (FULL, "nowhere"),
        (Routing(confidence_ppm=10**6 + 1), "pools"),
        (Routing(confidence_ppm=-1), "pools"),
        (Routing(profit_usd_e6=2**63), "pools"),
        (Routing(profit_usd_e6=-(2**63)), "pools"),
        (Routing(expires_ns=-1), "pools"),
        (Routing(correlation=b"short"), "pools"),
        (Routing(strategy="x" * 256), "pools"),
        (Routing(venues=("x",) * 256), "pools"),
        (Routing(venues=("\ud800",)), "pools"),
        (Routing(venues=("x" * 255,) * 255, pairs=("x" * 255,) * 9), "pools"),
    ],
    ids=lambda x: ascii(x)[:60],
)
def test_what_a_block_cannot_say_is_our_bug(routing, channel):
    with pytest.raises(LocalWireError):
        push_block(routing, channel)


def test_a_journal_id_is_its_own_correlation_and_others_are_hashed():
    assert correlation_of("0123456789abcdef" * 2).hex() == "0123456789abcdef" * 2
    assert len(correlation_of("opp-1")) == 16
    assert correlation_of("opp-1") != correlation_of("opp-2")


@pytest.mark.parametrize(("usd_e6", "fits"), [(5, 5), (10**30, 2**63 - 1), (-(10**30), 1 - 2**63)])
def test_a_profit_beyond_its_field_is_at_least_that_much(usd_e6, fits):
    assert clamped_profit(usd_e6) == fits
