"""What readers were offered, counted once for all of them."""

from __future__ import annotations

from live.relay.ledger import Ledger
from live.relay.offers import Offers, Passed, by_channel
from tests.live.relay.makers import an_alert, parcel, pool, signal


def test_a_reader_is_settled_from_where_it_came_in():
    offers, passed = Offers(), Passed()
    offers.count({"pools": 5})
    passed.count({"pools": 2}, {})
    accounts: dict[str, Ledger] = {}
    since = offers.stand(passed)
    offers.count({"pools": 10, "risk": 3})
    passed.count({"pools": 4}, {"pools": 1})
    for _ in range(2):
        since = offers.settle(accounts, since, passed)
    pools, risk = accounts["pools"], accounts["risk"]
    assert (pools.offered, pools.filtered, pools.expired) == (10, 6, 1)
    assert (risk.offered, risk.filtered, risk.expired) == (3, 3, 0)


def test_who_wants_nothing_yet_has_everything_filtered():
    offers, accounts = Offers(), {}
    since = offers.stand(None)
    offers.count({"pools": 5})
    offers.settle(accounts, since, None)
    assert (accounts["pools"].offered, accounts["pools"].filtered) == (5, 5)


def test_frames_are_counted_by_channel():
    found = [pool("a", 1), signal(1), pool("b", 2), parcel(an_alert())]
    assert by_channel(found) == {"pools": 2, "signals": 1, "risk": 1}
