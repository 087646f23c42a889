"""Types 2 to 8 at the byte offsets the protocol's document gives."""

from __future__ import annotations

import struct

import pytest

from domain.errors import RemoteWireError
from live.protocol.v1 import layouts_market as layouts
from live.protocol.v1 import messages as m
from live.protocol.v1.fields import Reader

LEVELS = (m.Level(11, 12), m.Level(13, 14))


def u64(payload: bytes, at: int) -> int:
    return struct.unpack_from("<Q", payload, at)[0]


def test_books_have_counts_before_levels_and_bids_before_asks():
    book = layouts.push_order_book(m.OrderBook(1, 2, LEVELS[:1], LEVELS[1:]))
    assert struct.unpack_from("<HH", book, 16) == (1, 1)
    assert [u64(book, at) for at in range(20, 52, 8)] == [11, 12, 13, 14]
    snapshot = layouts.push_snapshot(m.L2Snapshot(1, 2, 9, LEVELS, ()))
    assert u64(snapshot, 16) == 9
    assert struct.unpack_from("<HH", snapshot, 24) == (2, 0)
    assert len(snapshot) == 28 + 16 * 2


def test_a_delta_has_entries_of_eighteen_bytes():
    delta = layouts.push_delta(m.L2Delta(1, 2, 3, (m.L2Update(m.ASK, 4, 5, m.INSERT),)))
    assert struct.unpack_from("<H", delta, 24) == (1,)
    assert (delta[26], u64(delta, 27), u64(delta, 35), delta[43]) == (1, 4, 5, 2)
    assert len(delta) == 44


def test_an_unheard_action_reads_as_update_and_an_unheard_side_is_refused():
    delta = layouts.push_delta(m.L2Delta(1, 2, 3, (m.L2Update(m.ASK, 4, 5, m.INSERT),)))
    odd = delta[:43] + b"\x09"
    assert layouts.pull_delta(Reader(odd)).updates[0].action == m.UPDATE
    with pytest.raises(RemoteWireError):
        layouts.pull_delta(Reader(delta[:26] + b"\x05" + delta[27:]))


def test_a_heartbeat_keeps_the_whole_counter():
    payload = layouts.push_heartbeat(m.Heartbeat(1, 2**32 - 1))
    assert (u64(payload, 0), payload[8:12], len(payload)) == (1, b"\xff" * 4, 16)


def test_a_mapping_and_a_reset_begin_with_the_hash():
    assert (
        layouts.push_mapping(m.SymbolMapping(5, "a:B-C")) == bytes((5,)) + bytes(7) + b"\5\0a:B-C"
    )
    assert layouts.push_reset(m.L2Reset(5, 2)) == bytes((5,)) + bytes(7) + b"\2\0"


def test_a_metrics_body_is_opaque():
    assert layouts.pull_metrics(Reader(b"any")) == m.Metrics(b"any")
    assert layouts.push_metrics(m.Metrics(b"any")) == b"any"
