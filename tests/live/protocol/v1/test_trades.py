"""Trades in batches: the same bytes and the same messages as one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import LocalWireError, RemoteWireError
from live.protocol import v1

u64 = st.integers(0, 2**64 - 1)
trades = st.builds(v1.Trade, u64, u64, u64, u64, u64, st.integers(0, 2), u64, u64)


@given(st.lists(trades, max_size=20), st.integers(0, 2**26))
def test_a_batch_comes_back_with_its_sequences(batch, sequence):
    stream = v1.encode_trades(batch, sequence)
    frames = v1.Decoder().feed(stream)
    assert v1.decode_trades(stream) == batch == [v1.decode(frame) for frame in frames]
    assert [f.sequence for f in frames] == [(sequence + i) % 2**24 for i in range(len(batch))]
    assert stream == b"".join(v1.encode(t, sequence + i) for i, t in enumerate(batch))


@given(trades)
def test_a_trade_is_laid_out_as_the_table_says(trade):
    numbers = (
        trade.timestamp_ns, trade.ingestion_ns, trade.relay_ns, trade.bridge_ns,
        trade.price_e8, trade.volume_e8, trade.symbol_hash,
    )  # fmt: skip
    payload = b"".join(n.to_bytes(8, "little") for n in numbers) + bytes([trade.side, *bytes(7)])
    assert v1.encode_trades([trade], 5) == v1.push_frame(1, payload, 5)


def test_other_types_are_passed_over():
    trade = v1.Trade(1, 2, 3, 4, 5, v1.SELL)
    stream = v1.encode(v1.Heartbeat(1, 1), 1) + v1.encode_trades([trade], 2)
    assert v1.decode_trades(stream) == [trade]


def test_frames_that_only_look_like_a_row_of_trades_are_read_as_what_they_are():
    trade = v1.Trade(1, 2, 3, 4, 5, v1.SELL)
    carrier = v1.encode(v1.Metrics(bytes(64)), 7)
    assert len(carrier) == len(v1.encode(trade, 0))
    assert v1.decode_trades(v1.encode(trade, 0) + carrier + v1.encode(trade, 1)) == [trade, trade]


@given(st.lists(trades, min_size=1, max_size=4), st.data())
def test_a_cut_or_broken_run_is_theirs(batch, data):
    stream = v1.encode_trades(batch, 0)
    cut = data.draw(st.integers(1, len(stream) - 1).filter(lambda at: at % 72))
    for bad in (stream[:cut], b"\xfd" + stream[1:], stream + b"\xfe\x01"):
        with pytest.raises(RemoteWireError):
            v1.decode_trades(bad)


@given(st.lists(trades, max_size=4), st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_run_says_what_its_frames_say_or_is_theirs(batch, at, byte):
    damaged = bytearray(v1.encode_trades(batch, 0))
    if damaged:
        damaged[at % len(damaged)] = byte
    decoder = v1.Decoder(v1.ALL_TYPES)
    try:
        found = v1.decode_trades(bytes(damaged))
    except RemoteWireError:
        return
    frames = decoder.feed(bytes(damaged))
    assert found == [v1.decode(frame) for frame in frames if frame.type == 1]


@pytest.mark.parametrize("side", [3, 255])
def test_a_side_nobody_knows_reads_as_unknown(side):
    payload = bytes(56) + bytes([side]) + bytes(7)
    [trade] = v1.decode_trades(v1.push_frame(1, payload, 0))
    assert trade.side == v1.UNKNOWN


@pytest.mark.parametrize("size", [0, 56, 57, 63])
def test_a_short_trade_is_theirs(size):
    with pytest.raises(RemoteWireError):
        v1.decode_trades(v1.push_frame(1, bytes(size), 0))


@pytest.mark.parametrize(
    ("trade", "sequence"),
    [
        (v1.Trade(0, 0, -1, 0, 0, 1), 0), (v1.Trade(0, 0, 2**64, 0, 0, 1), 0),
        (v1.Trade(0, 0, 1, 1, 0, 3), 0), (v1.Trade(0, 0, 1, 1, 0, -1), 0),
        (v1.Trade(0, 0, 1, 1, 0, 1), -1), (v1.Trade(0, None, 1, 1, 0, 1), 0),
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_is_our_bug(trade, sequence):
    with pytest.raises(LocalWireError):
        v1.encode_trades([trade], sequence)
