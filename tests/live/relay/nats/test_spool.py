"""What waits for the server: bounded, in order, nothing forgotten that was not acknowledged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.relay.nats.letters import Letter
from live.relay.nats.spool import OVERHEAD_BYTES, Spool

ROOMY = 1_000_000


def letter(number: int, channel: str = "pools", size: int = 10) -> Letter:
    return Letter(f"ap.{channel}._._", str(number), channel, bytes(size))


def ids(taken: list[tuple[int, Letter]]) -> list[int]:
    return [int(found.message_id) for _number, found in taken]


def test_letters_leave_in_order_and_stay_until_acknowledged():
    spool = Spool(ROOMY)
    for n in range(5):
        spool.put(letter(n))
    taken = spool.take(3)
    assert ids(taken) == [0, 1, 2]
    assert (spool.under_way, spool.waiting) == (3, 2)
    spool.acknowledge(taken[0][0])
    assert (spool.under_way, spool.acknowledged) == (2, 1)


def test_after_a_broken_connection_what_was_not_acknowledged_goes_first():
    spool = Spool(ROOMY)
    for n in range(5):
        spool.put(letter(n))
    [first, *_] = spool.take(3)
    spool.acknowledge(first[0])
    spool.take_back()
    assert ids(spool.take(9)) == [1, 2, 3, 4]


def test_an_acknowledgement_of_an_earlier_connection_forgets_nothing_else():
    spool = Spool(ROOMY)
    spool.put(letter(0))
    [(old, _)] = spool.take(1)
    spool.take_back()
    spool.take(1)
    spool.acknowledge(old)
    assert (spool.acknowledged, spool.under_way) == (0, 1)


def test_the_oldest_gives_way_and_it_is_said_how_many_of_which_channel():
    spool = Spool(3 * (10 + OVERHEAD_BYTES))
    for n in range(5):
        spool.put(letter(n, "pools" if n else "signals"))
    assert dict(spool.missing()) == {"signals": 1, "pools": 1}
    assert spool.missing() == []
    assert ids(spool.take(9)) == [2, 3, 4]


def test_what_is_under_way_does_not_give_way():
    spool = Spool(2 * (10 + OVERHEAD_BYTES))
    spool.put(letter(0))
    spool.take(1)
    for n in range(1, 4):
        spool.put(letter(n))
    assert spool.under_way == 1
    spool.take_back()
    assert ids(spool.take(9)) == [0, 3]


def test_what_no_server_takes_is_given_up_and_said():
    spool = Spool(ROOMY)
    spool.put(letter(0, size=500_000))
    [(number, _)] = spool.take(1)
    spool.give_up(number)
    assert (spool.dropped, spool.under_way, list(spool.missing())) == (1, 0, [("pools", 1)])


@given(st.lists(st.sampled_from(["put", "take", "word", "broken"]), max_size=60))
def test_offered_is_acknowledged_dropped_under_way_and_waiting(steps):
    spool, known, count = Spool(4 * (10 + OVERHEAD_BYTES)), [], 0
    for step in steps:
        if step == "put":
            spool.put(letter(count))
            count += 1
        elif step == "take":
            known += [number for number, _ in spool.take(2)]
        elif step == "word" and known:
            spool.acknowledge(known.pop(0))
        elif step == "broken":
            spool.take_back()
        held = spool.under_way + spool.waiting
        assert spool.offered == count == spool.acknowledged + spool.dropped + held
