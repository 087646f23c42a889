"""What the relay reads of a frame."""

from __future__ import annotations

import pytest

from domain.errors import RemoteWireError
from live.protocol import v2
from live.relay.parcels import own_parcel, state_of
from tests.kit.wire import a_chain_head, a_pool_state, an_opportunity
from tests.live.relay.makers import a_book, frame, wire


def test_a_pools_state_stands_alone_and_is_of_its_venue():
    first, again = (state_of(frame(a_pool_state("a", block))) for block in (1, 2))
    other = state_of(frame(a_pool_state("b")))
    assert first == again
    assert first[1]
    assert first != other


def test_a_books_change_is_of_the_book_but_does_not_stand_alone():
    key, is_whole = state_of(frame(a_book()))
    assert is_whole
    assert state_of(frame(a_book(is_full=False))) == (key, False)
    assert state_of(frame(a_book("BTC/USDC")))[0] != key


def test_each_chains_head_is_a_state_of_its_own():
    first, second = (state_of(frame(a_chain_head(), source=n)) for n in (1, 2))
    assert first[1]
    assert first != second


def test_an_opportunity_is_no_state():
    assert state_of(frame(an_opportunity())) == (b"", False)
    assert state_of(frame(v2.Heartbeat())) == (b"", False)


def test_a_state_that_ends_before_it_says_of_what_is_refused():
    block = frame(a_pool_state()).payload[:60]
    size = int.from_bytes(block[:2], "little")
    cut = v2.push_frame(259, block[:size], source=1, sequence=1, sent_ns=1, is_routed=True)
    [found] = v2.Decoder().feed(cut)
    with pytest.raises(RemoteWireError):
        state_of(found)


def test_the_relays_own_words_are_control_and_have_no_position():
    said = own_parcel(wire(v2.Heartbeat()))
    assert (said.route.channel, said.route.source, said.position) == ("control", 3, 0)
