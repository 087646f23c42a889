"""What is in flight is what was added and not removed, summed by scope, strategy and asset."""

from collections import Counter

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from live.risk.in_flight import InFlight
from live.risk.situation import scopes_of
from tests.kit.facts import ETH, USDC, WETH
from tests.kit.trading import a_two_leg, an_atomic

trades = st.sampled_from([an_atomic(), a_two_leg("buy"), a_two_leg("sell")])
needs = st.dictionaries(st.sampled_from([ETH, WETH, USDC]), st.integers(0, 10**20))
ids = st.integers(0, 120).map(str)
adds = st.tuples(ids, trades, st.integers(0, 10**30), needs)


@given(st.lists(st.one_of(adds, ids), max_size=250))
def test_the_sums_are_those_of_what_is_there(acts):
    flying, there = InFlight(), {}
    for act in acts:
        if isinstance(act, str):
            flying.remove(act)
            there.pop(act, None)
        else:
            flying.add(*act)
            there[act[0]] = act[1:]
    scopes = Counter(s for trade, _, _ in there.values() for s in dict.fromkeys(scopes_of(trade)))
    assert flying.by_scope == dict(scopes)
    notionals, reserved = Counter(), {}
    for trade, notional, held in there.values():
        notionals[trade.strategy] += notional
        reserved.setdefault(trade.strategy, Counter()).update(held)
    assert flying.notional_by_strategy == {k: v for k, v in notionals.items() if v}
    found = {k: {a: u for a, u in v.items() if u} for k, v in flying.reserved_by_strategy.items()}
    expected = {k: {a: u for a, u in v.items() if u} for k, v in reserved.items()}
    assert {k: v for k, v in found.items() if v} == {k: v for k, v in expected.items() if v}
    assert len(flying) == len(there)


def test_a_venue_named_twice_is_occupied_once():
    trade = an_atomic()
    twice = msgspec.structs.replace(trade, legs=(trade.legs[0], trade.legs[0]))
    flying = InFlight()
    flying.add("a", twice, 1, {})
    assert flying.by_scope[f"venue:{trade.legs[0].venue}"] == 1
