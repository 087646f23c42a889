"""Decoding by its definition: closed at one account, handed on, gaining, whatever the log order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.arbitrage.decode import DecodedSwap, arbitrages
from domain.errors import InputRefused

BOT = "bot"


def a_swap(index: int, sold: str, bought: str, taken: int, paid: int, **changes) -> DecodedSwap:
    """Build a swap that the bot makes with a pool of its own number."""
    whole = DecodedSwap(
        transaction="tx",
        log_index=index,
        venues=frozenset({f"pool {index}"}),
        sender=BOT,
        recipient=BOT,
        sold=sold,
        sold_units=taken,
        bought=bought,
        bought_units=paid,
    )
    return replace(whole, **changes)


def earned(*swaps: DecodedSwap, gas: dict[str, int] | None = None):
    return [
        (found.asset, found.profit_units, [swap.log_index for swap in found.swaps])
        for found in arbitrages(swaps, gas)
    ]


THERE, BACK = a_swap(1, "ETH", "DAI", 100, 5_000), a_swap(2, "DAI", "ETH", 5_000, 103)


def test_buying_cheap_and_selling_dear_is_one():
    assert earned(THERE, BACK) == [("ETH", 3, [1, 2])]


@pytest.mark.parametrize(
    "swaps",
    [
        [THERE],
        [THERE, replace(BACK, bought_units=100)],
        [THERE, replace(BACK, bought_units=99)],
        [THERE, replace(BACK, recipient="somebody else")],
        [THERE, replace(BACK, transaction="another")],
        [THERE, replace(BACK, sender="somebody else")],
        [THERE, replace(BACK, sold="USDC")],
        [THERE, replace(BACK, bought="USDC")],
        [THERE, replace(BACK, sold_units=4_900)],
        [THERE, a_swap(3, "ETH", "DAI", 100, 5_001), a_swap(4, "ETH", "DAI", 7, 340)],
    ],
)
def test_without_closing_handing_on_or_gaining_there_is_none(swaps):
    assert earned(*swaps) == []


def test_swaps_may_be_handed_on_from_pool_to_pool_but_a_pool_earns_nothing():
    first = replace(THERE, recipient="pool 2")
    last = replace(BACK, sender="pool 1")
    assert earned(first, last) == [("ETH", 3, [1, 2])]
    pool_to_pool = replace(THERE, sender="pool 2", recipient="pool 2")
    assert earned(pool_to_pool, replace(BACK, sender="pool 1", recipient="pool 2")) == []


def test_a_route_opens_where_it_gains_whatever_was_logged_first():
    first, second = (replace(swap, log_index=3 - swap.log_index) for swap in (THERE, BACK))
    assert earned(second, first) == [("ETH", 3, [2, 1])]


def test_a_gain_beside_a_smaller_one_is_the_routes():
    dust = replace(BACK, sold_units=4_999)  # a unit of DAI stays behind, three of ETH are gained
    assert earned(dust, THERE) == [("ETH", 3, [1, 2])]
    (found,) = arbitrages([THERE, dust])
    assert found.leftovers() == {"DAI": 1}


def test_a_doll_within_a_doll_is_one_when_its_inside_never_came_home():
    doll = [
        a_swap(44, "FRAX", "POOL", 8_570, 1_482, recipient="pool 47"),
        a_swap(46, "USDC", "FRAX", 8_571, 8_570, recipient="pool 44"),
        a_swap(47, "POOL", "FRAX", 1_482, 8_673, recipient="pool 48"),
        a_swap(48, "FRAX", "USDC", 8_673, 8_667),
    ]
    assert earned(*doll) == [("USDC", 96, [46, 44, 47, 48])]


def test_two_in_one_transaction_are_told_apart_and_share_its_gas():
    more = [a_swap(7, "ETH", "UNI", 50, 900), a_swap(9, "UNI", "ETH", 900, 51)]
    assert earned(THERE, BACK, *more) == [("ETH", 3, [1, 2]), ("ETH", 1, [7, 9])]
    assert [found.gas_wei for found in arbitrages([THERE, BACK, *more], {"tx": 7})] == [4, 3]


def test_gas_that_is_not_known_is_not_nothing():
    (found,) = arbitrages([THERE, BACK], {"another": 7})
    assert found.gas_wei is None


def test_the_same_event_twice_is_one_event_and_two_claims_to_it_are_refused():
    assert earned(THERE, BACK, THERE) == [("ETH", 3, [1, 2])]
    with pytest.raises(InputRefused, match="claim one event"):
        arbitrages([THERE, replace(THERE, sold_units=7)])


@given(st.permutations([1, 2, 3, 4, 5, 6]), st.integers(2, 6), st.integers(1, 10**20))
def test_the_order_in_which_swaps_are_given_does_not_matter(order, length, gain):
    amounts = [10**22 + 7 * place for place in range(length)]
    ring = [
        a_swap(place, f"T{place}", f"T{(place + 1) % length}", amounts[place], amounts[place + 1])
        for place in range(length - 1)
    ]
    ring.append(a_swap(length - 1, f"T{length - 1}", "T0", amounts[-1], amounts[0] + gain))
    shuffled = sorted(ring, key=lambda swap: order[swap.log_index])
    assert earned(*shuffled) == earned(*ring) == [("T0", gain, list(range(length)))]


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC"), st.integers(90, 110))))
def test_what_is_found_always_fits_the_definition(trades):
    swaps = [a_swap(i, sold, bought, 100, paid) for i, (sold, bought, paid) in enumerate(trades)]
    found = arbitrages(swaps)
    used = [swap.log_index for route in found for swap in route.swaps]
    assert len(used) == len(set(used))
    for route in found:
        assert route.profit_units > 0
        assert route.swaps[-1].bought == route.asset
        assert route.swaps[-1].recipient == route.beneficiary
