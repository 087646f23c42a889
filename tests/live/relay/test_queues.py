"""What waits for a slow v2 reader, and what gives way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.protocol import v2
from live.relay.ledger import Drop, Ledger
from live.relay.policies import DEFAULT_POLICIES, Policy
from live.relay.queues import Queue
from tests.kit.clock import NOON_NS
from tests.live.relay.makers import a_book, an_alert, parcel, pool, signal


def a_queue(limit_bytes: int = 1_000_000, **policies) -> tuple[Queue, dict[str, Ledger]]:
    accounts: dict[str, Ledger] = {}

    def account(channel: str) -> Ledger:
        return accounts.setdefault(channel, Ledger())

    return Queue(limit_bytes, {**DEFAULT_POLICIES, **policies}, account), accounts


def test_frames_of_several_channels_leave_in_the_order_they_came():
    queue, _ = a_queue()
    sent = [signal(1), pool("a", 1), signal(2), parcel(an_alert()), pool("b", 2)]
    queue.put(sent[:2])
    queue.put(sent[2:])
    assert queue.waiting_bytes == sum(len(found.raw) for found in sent)
    assert queue.take(NOON_NS) == ([], sent)
    assert queue.waiting_bytes == 0
    assert queue.take(NOON_NS) == ([], [])


def test_a_pools_newer_state_takes_the_place_of_the_older():
    queue, accounts = a_queue()
    newest = [pool("b", 4), pool("a", 5)]
    queue.put([pool("a", 1), pool("b", 2), pool("a", 3), *newest])
    assert queue.take(NOON_NS) == ([], newest)
    assert accounts["pools"].dropped[Drop.SUPERSEDED] == 3


def test_a_whole_book_replaces_the_changes_before_it_and_a_change_replaces_nothing():
    queue, accounts = a_queue()
    changes = [parcel(a_book(is_full=False), n) for n in (2, 3)]
    queue.put([parcel(a_book(), 1), *changes])
    queue.put(whole := [parcel(a_book(), 4)])
    queue.put(later := [parcel(a_book(is_full=False), 5)])
    assert queue.take(NOON_NS) == ([], whole + later)
    assert accounts["books"].dropped[Drop.SUPERSEDED] == 3


def test_the_oldest_goes_and_the_reader_is_told_what_of_which_source():
    size = len(signal(1).raw)
    queue, accounts = a_queue(2 * size)
    queue.put([signal(n) for n in range(1, 7)])
    notices, left = queue.take(NOON_NS)
    assert left == [signal(5), signal(6)]
    assert notices == [v2.GapNotice("9", 1, 5, "signals", 4)]
    assert accounts["signals"].dropped[Drop.OVERFLOWED] == 4
    assert queue.take(NOON_NS) == ([], [])


def test_a_flood_on_one_channel_costs_that_channel():
    queue, accounts = a_queue(5_000)
    queue.put([parcel(an_alert())])
    queue.put([signal(n) for n in range(1, 100)])
    queue.put([pool("a", 1)])
    assert not queue.is_beyond_help
    notices, left = queue.take(NOON_NS)
    assert [notice.channel for notice in notices] == ["signals"]
    assert {found.route.channel for found in left} == {"risk", "signals", "pools"}
    assert set(accounts["risk"].dropped.values()) == {0}


def test_a_reader_too_slow_for_what_may_not_be_lost_is_beyond_help():
    queue, accounts = a_queue(1_000)
    queue.put([parcel(an_alert(str(n)), n) for n in range(20)])
    assert queue.is_beyond_help
    assert accounts["risk"].waiting == 20


def test_what_expired_while_it_waited_is_not_given():
    queue, accounts = a_queue()
    late, good = signal(1, expires_ns=NOON_NS), signal(2, expires_ns=NOON_NS + 1)
    queue.put([late, good])
    assert queue.take(NOON_NS) == ([], [good])
    assert accounts["signals"].expired == 1


steps = st.lists(
    st.one_of(
        st.tuples(st.just("pool"), st.sampled_from("abc")),
        st.tuples(st.just("signal"), st.integers(NOON_NS - 1, NOON_NS + 1)),
        st.tuples(st.just("alert"), st.just("x")),
        st.tuples(st.just("take"), st.just("")),
    ),
    max_size=60,
)


@given(steps, st.integers(0, 4_000), st.sampled_from(list(Policy)))
def test_every_frame_is_accounted_for_and_none_leaves_out_of_order(script, limit_bytes, policy):
    queue, accounts = a_queue(limit_bytes, pools=policy)
    for n, (kind, value) in enumerate(script):
        if kind == "take":
            notices, given = queue.take(NOON_NS)
            positions = [found.position for found in given]
            assert positions == sorted(positions)
            for found in given:
                accounts[found.route.channel].delivered += 1
            told = sum(notice.missing_frames for notice in notices)
            assert told <= sum(a.dropped[Drop.OVERFLOWED] for a in accounts.values())
            continue
        made = {
            "pool": lambda n=n, value=value: pool(value, n),
            "signal": lambda n=n, value=value: signal(n, expires_ns=value),
            "alert": lambda n=n, value=value: parcel(an_alert(value), n),
        }[kind]()
        accounts.setdefault(made.route.channel, Ledger()).offered += 1
        queue.put([made])
        assert queue.waiting_bytes <= limit_bytes or queue.is_beyond_help
    assert {channel: found.unaccounted for channel, found in accounts.items()} == dict.fromkeys(
        accounts, 0
    )
