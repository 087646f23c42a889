"""Every v1 type, both ways, against frames of the deployed encoders and against itself."""

from __future__ import annotations

import contextlib
import string
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import LocalWireError, RemoteWireError
from live.protocol import v1
from tests.live.protocol.v1 import vectors

GOOD = vectors.load("protocol-v1.json")
BAD = vectors.load("protocol-v1-negative.json")

RENAMED = {
    "price": "price_e8",
    "volume": "volume_e8",
    "price_buy": "price_buy_e8",
    "price_sell": "price_sell_e8",
    "estimated_profit": "estimated_profit_usd_e8",
    "profit_percent": "profit_percent_e8",
    "liquidity_buy": "liquidity_buy_usd_e8",
    "liquidity_sell": "liquidity_sell_usd_e8",
    "max_trade_size": "max_trade_size_usd_e8",
    "gas_price_fast": "gas_price_fast_gwei",
    "gas_price_instant": "gas_price_instant_gwei",
    "amount0_in": "amount0_in_e8",
    "amount1_in": "amount1_in_e8",
    "amount0_out": "amount0_out_e8",
    "amount1_out": "amount1_out_e8",
    "fee_tier": "fee_pips",
}


def expected_fields(vector: dict[str, Any]) -> dict[str, Any]:
    fields = {RENAMED.get(name, name): value for name, value in vector["fields"].items()}
    if vector["type"] == 3:
        fields["counter"] = fields.pop("sequence")
    return fields


def decoded_fields(message: v1.Message, vector: dict[str, Any]) -> dict[str, Any]:
    fields = msgspec.to_builtins(message, builtin_types=(bytes,))
    for side in ("bids", "asks"):
        if side in fields:
            fields[side] = [[x["price_e8"], x["volume_e8"]] for x in fields[side]]
    if "updates" in fields:
        fields["updates"] = list(fields["updates"])
    if isinstance(message, v1.PoolUpdate):
        layout = vector["fields"]["data"]["layout"]
        fields["data"] = {"layout": layout, **v1.pull_pool_data(message.data, layout)}
    return fields


def layout_of(vector: dict[str, Any]) -> str:
    return "B" if "layout_b" in vector["name"] else "A"


def renamed_deep(value: Any) -> Any:
    if isinstance(value, dict):
        return {RENAMED.get(k, k): renamed_deep(v) for k, v in value.items()}
    return [renamed_deep(x) for x in value] if isinstance(value, list) else value


def given_three_ways(data: bytes) -> list[v1.Frame]:
    """Feed a frame whole, byte by byte and with a tail; hold that all agree."""
    whole = v1.Decoder(v1.ALL_TYPES).feed(data)
    slow = v1.Decoder(v1.ALL_TYPES)
    dripped = [frame for i in range(len(data)) for frame in slow.feed(data[i : i + 1])]
    tailed_decoder = v1.Decoder(v1.ALL_TYPES)
    tailed = tailed_decoder.feed(data + data[:5])
    assert whole == dripped == tailed
    assert tailed_decoder.feed(data[5:]) == whole
    two = v1.Decoder(v1.ALL_TYPES).feed(data + data)
    assert two == [*whole, *whole]
    return whole


@pytest.mark.skipif(not GOOD, reason=vectors.ABSENT)
@pytest.mark.parametrize("vector", GOOD, ids=lambda v: v["name"])
class TestADeployedFrame:
    def test_decodes_to_its_fields(self, vector):
        [frame] = given_three_ways(bytes.fromhex(vector["hex"]))
        message = v1.decode(frame, arbitrage=layout_of(vector))
        found = decoded_fields(message, vector)
        wanted = renamed_deep(expected_fields(vector))
        if vector["type"] == 4:
            wanted = {"body": b""}
        if layout_of(vector) == "A" and vector["type"] == 9:
            wanted |= {"v3_buy": None, "v3_sell": None}
        assert found == wanted
        assert frame.sequence == vector["sequence"]
        assert len(frame.payload) == vector["payload_len"]

    def test_encodes_to_the_same_bytes(self, vector):
        data = bytes.fromhex(vector["hex"])
        [frame] = v1.Decoder(v1.ALL_TYPES).feed(data)
        layout = layout_of(vector)
        message = v1.decode(frame, arbitrage=layout)
        assert v1.encode(message, vector["sequence"], arbitrage=layout) == data

    def test_still_decodes_with_surplus_bytes_and_flags(self, vector):
        [frame] = v1.Decoder(v1.ALL_TYPES).feed(bytes.fromhex(vector["hex"]))
        if frame.type == 4:
            return
        surplus = v1.push_frame(frame.type, frame.payload + bytes(16), 1, flags=0x80)
        [padded] = v1.Decoder(v1.ALL_TYPES).feed(surplus)
        layout = layout_of(vector)
        assert v1.decode(padded, arbitrage=layout) == v1.decode(frame, arbitrage=layout)
        assert padded.flags == 0x80

    def test_is_refused_when_its_payload_is_cut_short(self, vector):
        [frame] = v1.Decoder(v1.ALL_TYPES).feed(bytes.fromhex(vector["hex"]))
        if frame.type == 4:
            return
        cut = v1.push_frame(frame.type, frame.payload[:-1], 1)
        [short] = v1.Decoder(v1.ALL_TYPES).feed(cut)
        with pytest.raises(RemoteWireError):
            v1.decode(short, arbitrage=layout_of(vector))


@pytest.mark.skipif(not BAD, reason=vectors.ABSENT)
@pytest.mark.parametrize("vector", BAD, ids=lambda v: v["name"])
def test_a_bad_frame_waits_passes_or_is_a_remote_error_as_deployed_readers_have_it(vector):
    data = bytes.fromhex(vector["hex"])
    verdict = vector["header_G1"]
    if verdict == "short":
        assert v1.Decoder().feed(data) == []
    elif verdict.startswith("Invalid"):
        with pytest.raises(RemoteWireError):
            v1.Decoder().feed(data)
    elif "BufferTooSmall" in vector["payload_decode"] or vector["payload_decode"] == "short":
        [frame] = v1.Decoder().feed(data)
        with pytest.raises(RemoteWireError):
            v1.decode(frame, arbitrage="A")
    else:
        assert v1.Decoder().feed(data + bytes(8))[0].flags == 0xFF


u64 = st.integers(0, 2**64 - 1)
u32 = st.integers(0, 2**32 - 1)
levels = st.lists(st.builds(v1.Level, u64, u64), max_size=8).map(tuple)
texts = st.text(max_size=40)
v3_states = st.builds(
    v1.V3State,
    st.integers(-(2**31), 2**31 - 1),
    st.integers(0, 2**128 - 1),
    st.integers(0, 2**128 - 1),
    st.integers(0, 2**32 - 1),
)
updates = st.builds(v1.L2Update, st.integers(0, 1), u64, u64, st.integers(0, 2))
messages = st.one_of(
    st.builds(v1.Trade, u64, u64, u64, u64, u64, st.integers(0, 2), u64, u64),
    st.builds(v1.OrderBook, u64, u64, levels, levels),
    st.builds(v1.Heartbeat, u64, st.integers(0, 2**32 - 1)),
    st.builds(v1.Metrics, st.binary(max_size=100)),
    st.builds(v1.L2Snapshot, u64, u64, u64, levels, levels),
    st.builds(v1.L2Delta, u64, u64, u64, st.lists(updates, max_size=8).map(tuple)),
    st.builds(v1.L2Reset, u64, st.integers(0, 65535)),
    st.builds(v1.SymbolMapping, u64, texts),
    st.builds(
        v1.ArbitrageOpportunity,
        *[u64] * 8,
        st.integers(0, 2**32 - 1),
        *[texts] * 7,
        st.none() | v3_states,
        st.none() | v3_states,
    ),
    st.builds(v1.StatusUpdate, u64, *[u32] * 4, u64),
    st.builds(
        v1.PoolUpdate,
        u64,
        u64,
        st.integers(0, 255),
        st.integers(0, 255),
        st.binary(min_size=256, max_size=256),
    ),
    st.builds(v1.MessageTrace, u64, u64, texts, texts, texts),
    st.builds(v1.SwapEvent, *[u64] * 8, v3_states, st.integers(0, 255)),
    st.builds(
        v1.TokenInfo,
        u64,
        st.binary(min_size=20, max_size=20).map(lambda b: f"0x{b.hex()}"),
        st.integers(0, 255),
        st.text(string.ascii_letters, max_size=16),
        st.text(string.ascii_letters, max_size=32),
        st.integers(0, 2**32 - 1),
    ),
)


@given(messages, st.integers(0, 2**24 - 1))
def test_what_is_encoded_decodes_to_itself(message, sequence):
    [frame] = given_three_ways(v1.encode(message, sequence, arbitrage="B"))
    assert v1.decode(frame, arbitrage="B") == message
    assert frame.sequence == sequence


@given(st.sampled_from(sorted(v1.ALL_TYPES)), st.binary(max_size=400))
def test_any_payload_decodes_or_is_a_remote_error(number, payload):
    [frame] = v1.Decoder(v1.ALL_TYPES).feed(v1.push_frame(number, payload, 0))
    with contextlib.suppress(RemoteWireError):  # any other exception fails the test by itself
        assert isinstance(v1.decode(frame, arbitrage="A"), v1.Message)


@given(messages, st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=4))
def test_a_damaged_frame_decodes_waits_or_is_a_remote_error(message, damages):
    data = bytearray(v1.encode(message, 1, arbitrage="A" if _is_plain(message) else "B"))
    for at, byte in damages:
        data[at % len(data)] = byte
    for layout in ("A", "B"):
        decoder = v1.Decoder(v1.ALL_TYPES)
        with contextlib.suppress(RemoteWireError):
            for frame in decoder.feed(bytes(data)):
                v1.decode(frame, arbitrage=layout)


def _is_plain(message):
    return not isinstance(message, v1.ArbitrageOpportunity) or message.v3_buy is message.v3_sell


@given(messages)
def test_what_decodes_is_written_again_as_it_was_read(message):
    raw = v1.encode(message, 7, arbitrage="B")
    [frame] = v1.Decoder(v1.ALL_TYPES).feed(raw)
    assert v1.encode(v1.decode(frame, arbitrage="B"), 7, arbitrage="B") == raw


def test_the_layout_of_type_nine_has_to_be_said():
    found = v1.ArbitrageOpportunity(*[7] * 9, *["some text"] * 7)
    with pytest.raises(LocalWireError, match="layout"):
        v1.encode(found, 0)
    [frame] = v1.Decoder().feed(v1.encode(found, 0, arbitrage="A"))
    with pytest.raises(LocalWireError, match="layout"):
        v1.decode(frame)


def test_what_is_no_message_of_v1_is_our_bug():
    with pytest.raises(LocalWireError):
        v1.encode(v1.Level(1, 1), 0)


LEVEL = v1.Level(1, 1)


@pytest.mark.parametrize(
    "message",
    [
        v1.OrderBook(0, 0, (LEVEL,) * 4095, ()),
        v1.L2Snapshot(0, 0, 0, (LEVEL,) * 4095, ()),
        v1.L2Delta(0, 0, 0, (v1.L2Update(0, 1, 1, 1),) * 3640),
        v1.SymbolMapping(0, "x" * 65536),
        v1.Trade(0, 0, -1, 0, 0, 1),
        v1.Trade(0, 0, 2**64, 0, 0, 1),
        v1.Trade(0, 0, 1, 1, 0, 3),
        v1.L2Delta(0, 0, 0, (v1.L2Update(2, 1, 1, 1),)),
        v1.Heartbeat(0, 2**32),
        v1.PoolUpdate(0, 0, 1, 1, b"short"),
        v1.TokenInfo(0, "0x12", 6, "A", "A", 1),
        v1.TokenInfo(0, "no hex at all", 6, "A", "A", 1),
        v1.L2Delta(0, 0, 0, (v1.L2Update(0, 2**64, 1, 1),)),
        v1.OrderBook(0, 0, (v1.Level(-1, 1),), ()),
        v1.SymbolMapping(0, "\ud800"),
        v1.Heartbeat("soon", 1),
    ],
    ids=str,
)
def test_what_v1_would_wrap_silently_is_refused(message):
    with pytest.raises(LocalWireError):
        v1.encode(message, 0)


def test_the_largest_book_that_fits_is_carried():
    book = v1.OrderBook(0, 0, (LEVEL,) * 4094, ())
    [frame] = v1.Decoder().feed(v1.encode(book, 0))
    assert v1.decode(frame) == book


def test_layout_a_refuses_the_state_it_cannot_carry():
    found = v1.ArbitrageOpportunity(*[0] * 9, *[""] * 7, v1.V3State(0, 0, 0, 0), None)
    with pytest.raises(LocalWireError):
        v1.encode(found, 0, arbitrage="A")


def test_the_wrong_layout_of_type_nine_is_not_guessed():
    found = v1.ArbitrageOpportunity(*[7] * 9, *["some text"] * 7)
    [frame] = v1.Decoder().feed(v1.encode(found, 0, arbitrage="A"))
    with pytest.raises(RemoteWireError):
        v1.decode(frame, arbitrage="B")
