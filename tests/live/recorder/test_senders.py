"""Frames are counted for whom they are of, copies once, and a hole is seen where numbers skip."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.protocol import v1, v2
from live.recorder.senders import senders_of


def beat(number: int, *, source: int = 4, sent_ns: int | None = None) -> bytes:
    at_ns = number if sent_ns is None else sent_ns
    return v2.encode(v2.Heartbeat(), source=source, sequence=number, sent_ns=at_ns)


def v1_beat(number: int) -> bytes:
    return v1.push_frame(5, bytes(16), number)


def notice(source: str, missing: int) -> bytes:
    told = v2.GapNotice(source, 0, missing, "signals", missing)
    return v2.encode(told, source=v2.SOURCE_RELAY, sequence=0, sent_ns=0)


def test_each_sender_is_counted_for_itself():
    four, five = senders_of([beat(3), beat(0, source=5), beat(4), beat(5)])
    assert (four.source, four.first, four.last, four.frames, four.missing) == ("4", 3, 5, 3, 0)
    assert (five.source, five.frames) == ("5", 1)


@given(st.sets(st.integers(0, 60), min_size=1))
def test_numbers_that_were_skipped_are_missing(kept: set[int]):
    (one,) = senders_of([beat(number) for number in sorted(kept)])
    assert one.frames + one.missing == max(kept) - min(kept) + 1


def test_what_is_handed_on_again_counts_once():
    (one,) = senders_of([beat(7), beat(8), beat(7), beat(8), beat(9)])
    assert (one.frames, one.missing) == (3, 0)


def test_a_restarted_sender_lost_what_came_before_it_was_heard():
    (one,) = senders_of([beat(7), beat(2, sent_ns=100)])
    assert (one.frames, one.last, one.missing) == (2, 2, 2)


def test_a_drop_that_the_relay_told_is_noticed_of_its_sender():
    four, nine = senders_of([beat(1), notice("4", 6), notice("9", 1), beat(8)])
    assert (four.missing, four.noticed) == (6, 6)
    assert (nine.source, nine.frames, nine.noticed) == ("9", 0, 1)


def test_v1_frames_are_one_nameless_sender_that_wraps_at_24_bits():
    (one,) = senders_of([v1_beat((1 << 24) - 1), v1_beat(0), v1_beat(2)])
    assert (one.source, one.frames, one.missing, one.is_known) == ("", 3, 1, True)


def test_v1_numbers_that_run_backwards_prove_nothing():
    (one,) = senders_of([v1_beat(5), v1_beat(3)])
    assert not one.is_known


def test_bytes_of_neither_protocol_count_for_nobody():
    assert senders_of([b"", b"x", b"APv2", b"\xfe"]) == ()


def test_a_notice_of_an_unreadable_payload_counts_for_nobody():
    raw = notice("4", 1)
    cut = v2.push_frame(257, raw[v2.HEADER_BYTES : -3], source=3, sequence=0, sent_ns=0)
    assert senders_of([cut]) == ()
