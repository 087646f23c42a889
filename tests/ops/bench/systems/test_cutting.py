"""Readers of the bench count what a decoder counts, however the stream is cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.protocol import v1, v2
from ops.bench.relay_sender import trades
from ops.bench.systems.cutting import Cutter, v1_cutter, v2_cutter

TRADES = trades(30)
ODD = v1.encode(v1.mapping("paper:ETH-USDC"), 0)
ALERT = v2.encode(v2.Refused("because"), source=3, sequence=0, sent_ns=0)
BEAT = v2.encode(v2.Heartbeat(), source=3, sequence=0, sent_ns=0)


@pytest.mark.parametrize(
    ("new_cutter", "kinds"), [(v1_cutter, (*TRADES[:2], ODD)), (v2_cutter, (ALERT, BEAT))]
)
@given(data=st.data())
def test_every_frame_is_counted_once_and_in_order(
    new_cutter: Callable[[], Cutter], kinds: tuple[bytes, ...], data: st.DataObject
):
    runs = data.draw(st.lists(st.tuples(st.sampled_from(kinds), st.integers(1, 40)), max_size=6))
    frames = [frame for frame, count in runs for _ in range(count)]
    stream = b"".join(frames)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=8).map(sorted))
    cutter, counted, whole = new_cutter(), 0, b""
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found = cutter.feed(stream[start:end])
        counted += found
        whole += cutter.whole if found else b""
    assert (counted, whole) == (len(frames), stream)


def test_half_a_frame_is_no_frame_until_the_rest_is_there():
    cutter = v1_cutter()
    assert [cutter.feed(TRADES[0][:n]) for n in (5, 0)] == [0, 0]
    assert cutter.feed(TRADES[0][5:]) == 1
