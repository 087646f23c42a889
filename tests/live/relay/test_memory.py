"""What late joiners are told, and the relay's stamp."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RemoteWireError
from live.protocol import v1, v2
from live.relay.memory import MOST_DELTAS, DefiMemory, MarketMemory, stamp_relay_ns

ETH = v1.mapping("paper:ETH-USDC")
HASH = "0x" + "ab" * 32


def a_frame(message, sequence: int = 0) -> v1.Frame:
    [frame] = v1.Decoder().feed(v1.encode(message, sequence))
    return frame


def a_snapshot(sequence: int, symbol: int = ETH.symbol_hash) -> v1.Frame:
    return a_frame(v1.L2Snapshot(1, symbol, sequence, (v1.Level(1, 1),), ()))


def a_delta(sequence: int, symbol: int = ETH.symbol_hash) -> v1.Frame:
    return a_frame(v1.L2Delta(1, symbol, sequence, (v1.L2Update(0, 1, 1, 1),)))


def replayed(*frames: v1.Frame) -> list[bytes]:
    memory = MarketMemory()
    for frame in frames:
        memory.keep(frame)
    return memory.replay()


def test_a_late_joiner_gets_mapping_snapshot_and_the_deltas_since():
    mapping, old, gone, snapshot, delta = (
        a_frame(ETH), a_snapshot(1), a_delta(2), a_snapshot(3), a_delta(4),
    )  # fmt: skip
    told = replayed(old, gone, mapping, snapshot, delta, a_frame(v1.Heartbeat(1, 1)))
    assert told == [mapping.raw, snapshot.raw, delta.raw]


def test_each_symbol_has_its_own_book():
    first, second, delta = a_snapshot(1), a_snapshot(1, symbol=5), a_delta(2)
    assert replayed(first, second, delta) == [first.raw, delta.raw, second.raw]


def test_a_delta_without_a_snapshot_tells_nobody_anything():
    assert replayed(a_delta(2)) == []


def test_a_reset_forgets_the_book():
    assert replayed(a_snapshot(1), a_frame(v1.L2Reset(ETH.symbol_hash, 1))) == []


def test_a_mapping_told_twice_is_replayed_once():
    assert replayed(a_frame(ETH, 1), a_frame(ETH, 2)) == [a_frame(ETH, 2).raw]


def test_a_hash_with_two_texts_is_refused():
    with pytest.raises(RemoteWireError):
        replayed(a_frame(ETH), a_frame(v1.SymbolMapping(ETH.symbol_hash, "other")))


def test_deltas_are_remembered_up_to_a_limit():
    memory = MarketMemory()
    memory.keep(a_snapshot(0))
    delta = a_delta(1)
    for _ in range(MOST_DELTAS + 50):
        memory.keep(delta)
    assert len(memory.replay()) == MOST_DELTAS + 1


@pytest.mark.parametrize("number", [2, 5, 6, 7, 8])
def test_a_payload_too_short_to_name_its_symbol_is_refused(number):
    [frame] = v1.Decoder().feed(v1.push_frame(number, b"1234", 0))
    with pytest.raises(RemoteWireError):
        MarketMemory().keep(frame)


def a_v2_frame(message) -> v2.Frame:
    [frame] = v2.Decoder().feed(v2.encode(message, source=1, sequence=0, sent_ns=1))
    return frame


def a_pool(venue: str, block: int) -> v2.PoolState:
    return v2.PoolState(venue, "v2", block, HASH, 0, 1, 1, 0, 0, 0, ())


def test_a_late_joiner_of_the_defi_channel_gets_the_head_and_each_pool_once():
    memory = DefiMemory()
    assert memory.replay() == []
    for message in (
        a_pool("a", 1), v2.ChainHead(1, HASH, HASH, 1, 1), a_pool("b", 1), a_pool("a", 2),
        v2.ChainHead(2, HASH, HASH, 1, 1), v2.Heartbeat(), v2.GapNotice("x", 1, 2),
    ):  # fmt: skip
        memory.keep(a_v2_frame(message))
    told = [frame.message for frame in v2.Decoder().feed(b"".join(memory.replay()))]
    assert told == [v2.ChainHead(2, HASH, HASH, 1, 1), a_pool("a", 2), a_pool("b", 1)]


u64 = st.integers(0, 2**64 - 1)


@given(st.builds(v1.Trade, u64, u64, u64, u64, u64, st.integers(0, 2), u64, u64), u64)
def test_a_stamp_changes_relay_ns_alone_and_is_never_before_ingestion(trade, now_ns):
    frame = a_frame(trade, 7)
    stamped = stamp_relay_ns(frame, now_ns)
    found = v1.decode(stamped)
    assert isinstance(found, v1.Trade)
    assert found.relay_ns == max(now_ns, trade.ingestion_ns)
    again = v1.Trade(
        trade.timestamp_ns, trade.ingestion_ns, trade.price_e8, trade.volume_e8,
        trade.symbol_hash, trade.side, found.relay_ns, trade.bridge_ns,
    )  # fmt: skip
    assert stamped.raw == v1.encode(again, 7)


def test_what_is_no_trade_passes_as_it_is():
    beat = a_frame(v1.Heartbeat(1, 1))
    assert stamp_relay_ns(beat, 9) is beat


def test_a_trade_that_is_too_short_is_refused():
    [frame] = v1.Decoder().feed(v1.push_frame(1, bytes(40), 0))
    with pytest.raises(RemoteWireError):
        stamp_relay_ns(frame, 9)
