"""Who is still to be told that something is worth nothing any more."""

from __future__ import annotations

from live.relay.expiry import Expired, ExpiryQueue
from tests.live.relay.makers import signal


def test_each_expiry_is_told_once_the_soonest_first():
    queue: ExpiryQueue[str] = ExpiryQueue(10)
    late, soon, same = (signal(n, expires_ns=at) for n, at in ((1, 30), (2, 10), (3, 10)))
    for found, readers in ((late, ["x"]), (soon, ["x", "y"]), (same, ["y"])):
        queue.delivered(found, readers)
    assert queue.next_ns == 10
    assert queue.due(9) == []
    assert queue.due(10) == [Expired(soon, ["x", "y"]), Expired(same, ["y"])]
    assert queue.due(29) == []
    assert queue.due(99) == [Expired(late, ["x"])]
    assert queue.due(99) == []
    assert queue.next_ns is None


def test_beyond_its_bound_nothing_more_is_remembered():
    queue: ExpiryQueue[str] = ExpiryQueue(2)
    for n in range(5):
        queue.delivered(signal(n, expires_ns=1), ["x"])
    assert len(queue) == 2
