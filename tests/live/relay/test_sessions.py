"""What a v1 producer's bytes mean, without a socket in sight."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RemoteWireError
from live.protocol import v1
from live.relay.chunks import Run
from live.relay.market_memory import MarketMemory
from live.relay.sessions import MarketSession
from tests.kit.clock import NOON_NS, noon_clock
from tests.live.relay.makers import a_book, wire

BEAT = v1.encode(v1.Heartbeat(1, 1), 1)
TRADE = v1.encode(v1.Trade(1, 2, 3, 4, 5, 1), 2)
u64 = st.integers(0, 2**64 - 1)
trades = st.builds(v1.Trade, u64, u64, u64, u64, u64, st.integers(0, 2), u64, u64)


def a_market(**told) -> tuple[MarketSession, list[Run]]:
    out: list[Run] = []
    return MarketSession(noon_clock(), MarketMemory(), out.append, **told), out


def joined(out: list[Run]) -> bytes:
    return b"".join(run.raw for run in out)


def test_frames_pass_byte_for_byte_but_for_the_stamp():
    session, out = a_market(origin="paper.sock")
    session.take(BEAT + TRADE)
    stamped = v1.encode(v1.Trade(1, 2, 3, 4, 5, 1, relay_ns=NOON_NS), 2)
    assert out == [Run(BEAT + stamped, 2, "paper.sock")]


def test_frames_another_relay_stamped_pass_as_they_are():
    session, out = a_market(is_stamping=False)
    session.take(TRADE)
    assert joined(out) == TRADE


@given(trades)
def test_a_stamp_changes_relay_ns_alone_and_is_never_before_ingestion(trade):
    session, out = a_market()
    session.take(v1.encode(trade, 7))
    told = v1.Trade(
        trade.timestamp_ns, trade.ingestion_ns, trade.price_e8, trade.volume_e8,
        trade.symbol_hash, trade.side, max(NOON_NS, trade.ingestion_ns), trade.bridge_ns,
    )  # fmt: skip
    assert joined(out) == v1.encode(told, 7)


@given(st.data())
def test_however_the_bytes_are_cut_the_same_frames_come_out(data):
    messages = [v1.Heartbeat(1, 1), v1.Trade(1, 2, 3, 4, 5, 1), v1.mapping("paper:ETH-USDC")]
    sent = [v1.encode(data.draw(st.sampled_from(messages)), n) for n in range(8)]
    stream = b"".join(sent)
    whole, whole_out = a_market()
    whole.take(stream)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=9)))
    pieces, pieces_out = a_market()
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        pieces.take(stream[start:end])
    assert joined(pieces_out) == joined(whole_out)
    assert sum(run.frames for run in pieces_out) == len(sent)


@pytest.mark.parametrize("number", [0, 11, 12, 13, 14, 32, 128, 254])
def test_no_type_outside_the_first_generation_gets_past(number):
    session, out = a_market()
    bad = bytes((0xFE, number, 0, 0, 0, 0, 0, 0))
    with pytest.raises(RemoteWireError):
        session.take(BEAT + bad + BEAT)
    assert joined(out) == BEAT
    with pytest.raises(RemoteWireError):
        session.take(BEAT)
    assert joined(out) == BEAT


def test_v2_on_the_v1_channel_is_refused():
    session, out = a_market()
    with pytest.raises(RemoteWireError):
        session.take(wire(a_book()))
    assert out == []


def test_a_trade_that_is_too_short_is_refused():
    session, out = a_market()
    with pytest.raises(RemoteWireError):
        session.take(BEAT + v1.push_frame(1, bytes(40), 0))
    assert joined(out) == BEAT
