"""What a reader wants, against the plainest reading of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RemoteWireError
from live.protocol import v2
from live.relay.filters import MOST_CONDITIONS, Want, compiled, want_of

channels = st.sampled_from(sorted(v2.CHANNELS))
names = st.sampled_from(["a", "b", "c"])
numbers = st.one_of(st.none(), st.integers(-3, 3))
routes = st.builds(
    v2.Route,
    channel=channels,
    schema=st.sampled_from([258, 259, 261]),
    source=st.just(1),
    sequence=st.just(1),
    strategy=st.sampled_from(["", "a", "b"]),
    venues=st.lists(names, max_size=3).map(tuple),
    pairs=st.lists(names, max_size=3).map(tuple),
    profit_usd_e6=numbers,
    confidence_ppm=numbers,
    expires_ns=st.just(0),
    correlation=st.just(bytes(16)),
)
few = st.lists(names, max_size=2).map(tuple)
subscriptions = st.builds(
    v2.Subscribe,
    request=st.just(1),
    channels=st.lists(channels, max_size=3).map(tuple),
    schemas=st.lists(st.sampled_from([258, 259, 261]), max_size=2).map(tuple),
    venues=few,
    pairs=few,
    strategies=few,
    min_profit_usd_e6=numbers,
    min_confidence_ppm=numbers,
)


def is_wanted(asked: v2.Subscribe, route: v2.Route) -> bool:
    """Read the rule as a person would."""
    one_of = (
        (asked.channels, {route.channel}),
        (asked.schemas, {route.schema}),
        (asked.strategies, {route.strategy}),
        (asked.venues, set(route.venues)),
        (asked.pairs, set(route.pairs)),
    )
    at_least = (
        (asked.min_profit_usd_e6, route.profit_usd_e6),
        (asked.min_confidence_ppm, route.confidence_ppm),
    )
    return route.channel == "control" or (
        all(not names or set(names) & said for names, said in one_of)
        and all(least is None or (n is not None and n >= least) for least, n in at_least)
    )


@given(subscriptions, routes)
def test_a_compiled_filter_says_what_the_plain_rule_says(asked, route):
    passes = compiled(want_of(asked))
    assert (passes is None or passes(route)) == is_wanted(asked, route)


def test_asking_for_nothing_in_particular_needs_no_evaluation():
    assert compiled(want_of(v2.Subscribe(1))) is None


def test_the_same_wish_in_another_order_is_one_wish():
    first = want_of(v2.Subscribe(1, channels=("pools", "risk"), venues=("a", "b", "a")))
    second = want_of(v2.Subscribe(2, channels=("risk", "pools"), venues=("b", "a")))
    assert first == second
    assert hash(first) == hash(second)


def test_a_channel_that_does_not_exist_is_refused_in_words():
    with pytest.raises(RemoteWireError, match="there is no such channel; there are control"):
        want_of(v2.Subscribe(1, channels=("pool",)))


def test_a_wish_without_measure_is_refused():
    with pytest.raises(RemoteWireError, match="ask for less"):
        want_of(v2.Subscribe(1, venues=tuple(map(str, range(MOST_CONDITIONS + 1)))))


def test_a_want_knows_which_channels_it_can_take():
    assert Want().takes_channel("market")
    assert not Want(channels=frozenset({"risk"})).takes_channel("market")
