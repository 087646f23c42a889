"""Subjects, ids and lanes: where a frame goes, and what it is called there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RemoteWireError
from live.protocol import v1, v2
from live.relay.market_memory import MarketMemory
from live.relay.nats.letters import (
    LANES,
    channel_of,
    hold_one_frame,
    letter_of,
    origin_of,
    subject_of,
)
from live.relay.wrapping import Wrapper
from tests.kit.wire import a_pool_state
from tests.live.relay.makers import beats, parcel, pool, signal, wire


def test_every_channel_goes_by_exactly_one_lane():
    assert sorted(channel for lane in LANES for channel in lane.channels) == sorted(v2.CHANNELS)


def test_a_subject_names_channel_venue_and_pair():
    letter = letter_of(pool("univ2-a"), "alphapulse", "east-1")
    assert letter.subject == "alphapulse.pools.univ2-a.ETH-USDC"
    assert channel_of(letter.subject) == letter.channel == "pools"


def test_a_frame_of_several_venues_goes_by_its_first():
    assert letter_of(signal(), "ap", "r").subject == "ap.signals.univ2-a.ETH-USDC"


@given(st.text(), st.text())
def test_no_text_can_add_a_word_to_a_subject(venue, pair):
    subject = subject_of("ap", "market", (venue,), (pair,))
    assert len(subject.split(".")) == 4
    assert not set(subject) & set(" *>\t\r\n")
    assert all(subject.split("."))


def test_a_v2_frame_is_called_the_same_by_every_relay():
    state = a_pool_state()
    east, west = (
        letter_of(parcel(state, position), "ap", name)
        for position, name in ((5, "east-1"), (5, "west-2"))
    )
    assert east.message_id == west.message_id
    assert east.message_id != letter_of(parcel(state, 6), "ap", "east-1").message_id
    assert east.data == wire(state, 5)


def test_a_restarted_source_that_counts_from_0_again_is_not_taken_for_its_former_self():
    before, after = (
        v2.encode(a_pool_state(), source=1, sequence=0, sent_ns=ns) for ns in (1_000, 2_000)
    )
    ids = {letter_of(_parcel(raw), "ap", "east").message_id for raw in (before, after)}
    assert len(ids) == 2


def _parcel(raw: bytes):
    from live.relay.parcels import Parcel

    [found] = v2.Decoder().feed(raw)
    return Parcel(raw, v2.route_of(found), 1)


def test_a_v1_frame_travels_bare_and_is_called_after_the_relay_that_took_it_in():
    [beat] = beats(7, 1)
    wrapped = Wrapper(MarketMemory()).wrap(beat, 3, 1)
    letter = letter_of(wrapped, "ap", "east-99")
    assert (letter.data, letter.message_id) == (beat, "east-99-3")
    assert letter.subject == "ap.market._._"


def test_only_one_whole_frame_is_a_message():
    [beat] = beats(1, 1)
    state = wire(a_pool_state())
    hold_one_frame(beat, is_v1=True)
    hold_one_frame(state, is_v1=False)
    for data, is_v1 in (
        (beat + beat, True),
        (beat[:-1], True),
        (b"", True),
        (state + b"\0", False),
        (state[:20], False),
        (b"", False),
    ):
        with pytest.raises(RemoteWireError, match="not one frame"):
            hold_one_frame(data, is_v1=is_v1)


def test_a_message_without_headers_comes_from_nobody_in_particular():
    assert origin_of(None) == origin_of({}) == ""
    assert origin_of({"Alphapulse-Relay": "west"}) == "west"
    assert v1.HEADER_BYTES == 8
