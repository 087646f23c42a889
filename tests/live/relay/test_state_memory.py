"""What late joiners of the v2 channels are told."""

from __future__ import annotations

from live.relay.state_memory import MOST_CHANGES, StateMemory
from tests.kit.wire import a_chain_head
from tests.live.relay.makers import a_book, parcel, pool, signal


def replayed(*parcels) -> list:
    memory = StateMemory()
    for found in parcels:
        memory.keep(found)
    return list(memory.replay())


def test_the_last_state_of_each_thing_in_the_order_its_channel_had():
    head = parcel(a_chain_head(2), 2)
    newest = [pool("b", 2), pool("a", 3)]
    told = replayed(pool("a", 1), parcel(a_chain_head(1), 1), newest[0], signal(1), head, newest[1])
    assert told == [head, *newest]


def test_a_whole_book_and_the_changes_since():
    book = [parcel(a_book(is_full=n == 2), n) for n in range(5)]
    assert replayed(*book) == book[2:]


def test_a_change_of_an_unknown_book_tells_nobody_anything():
    assert replayed(parcel(a_book(is_full=False), 1)) == []


def test_changes_are_remembered_up_to_a_limit():
    change = parcel(a_book(is_full=False), 2)
    told = replayed(parcel(a_book(), 1), *[change] * (MOST_CHANGES + 9))
    assert len(told) == MOST_CHANGES + 1
