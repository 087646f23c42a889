"""What late joiners of the market channel are told."""

from __future__ import annotations

import pytest

from domain.errors import RemoteWireError
from live.protocol import v1
from live.relay.market_memory import MOST_DELTAS, REMEMBERED, MarketMemory, symbol_of

ETH = v1.mapping("paper:ETH-USDC")


def raw(message, sequence: int = 0) -> bytes:
    return v1.encode(message, sequence)


def a_snapshot(sequence: int, symbol: int = ETH.symbol_hash) -> bytes:
    return raw(v1.L2Snapshot(1, symbol, sequence, (v1.Level(1, 1),), ()))


def a_delta(sequence: int, symbol: int = ETH.symbol_hash) -> bytes:
    return raw(v1.L2Delta(1, symbol, sequence, (v1.L2Update(0, 1, 1, 1),)))


def replayed(*frames: bytes) -> list[bytes]:
    memory = MarketMemory()
    for found in frames:
        memory.keep(found[1], found)
    assert memory.replay_run().raw == b"".join(memory.replay())
    assert memory.replay_run().frames == len(memory.replay())
    return memory.replay()


def test_a_late_joiner_gets_mapping_snapshot_and_the_deltas_since():
    mapping, old, gone, snapshot, delta = (
        raw(ETH), a_snapshot(1), a_delta(2), a_snapshot(3), a_delta(4),
    )  # fmt: skip
    told = replayed(old, gone, mapping, snapshot, delta, raw(v1.Heartbeat(1, 1)))
    assert told == [mapping, snapshot, delta]


def test_each_symbol_has_its_own_book():
    first, second, delta = a_snapshot(1), a_snapshot(1, symbol=5), a_delta(2)
    assert replayed(first, second, delta) == [first, delta, second]


def test_a_delta_without_a_snapshot_tells_nobody_anything():
    assert replayed(a_delta(2)) == []


def test_a_reset_forgets_the_book():
    assert replayed(a_snapshot(1), raw(v1.L2Reset(ETH.symbol_hash, 1))) == []


def test_a_mapping_told_twice_is_replayed_once_and_names_its_symbol():
    assert replayed(raw(ETH, 1), raw(ETH, 2)) == [raw(ETH, 2)]
    memory = MarketMemory()
    memory.keep(8, raw(ETH))
    assert memory.text(ETH.symbol_hash) == "paper:ETH-USDC"
    assert memory.text(1) is None


def test_a_hash_with_two_texts_is_refused():
    with pytest.raises(RemoteWireError):
        replayed(raw(ETH), raw(v1.SymbolMapping(ETH.symbol_hash, "other")))


def test_deltas_are_remembered_up_to_a_limit():
    memory = MarketMemory()
    memory.keep(5, a_snapshot(0))
    delta = a_delta(1)
    for _ in range(MOST_DELTAS + 50):
        memory.keep(6, delta)
    assert len(memory.replay()) == MOST_DELTAS + 1


@pytest.mark.parametrize("number", sorted(REMEMBERED))
def test_a_payload_too_short_to_name_its_symbol_is_refused(number):
    with pytest.raises(RemoteWireError):
        MarketMemory().keep(number, v1.push_frame(number, b"1234", 0))


def test_a_trade_is_about_its_symbol_and_a_heartbeat_about_none():
    assert symbol_of(1, raw(v1.Trade(1, 2, 3, 4, 5, 1))) == 5
    assert symbol_of(3, raw(v1.Heartbeat(1, 1))) is None
