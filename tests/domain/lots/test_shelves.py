"""A shelf gives lots back in the order of its method, however they came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.lots.shelves import SHELVES, Named
from domain.lots.types import POOLED, Fact, Kind, Lot, Method

_PRICES = st.lists(st.integers(0, 5), min_size=1, max_size=12)


def _lot(sign, number, price):
    fact = Fact(number, Kind.BUY, "BTC", 2, price_units=price, id=f"b{number}")
    return Lot(sign * price, number, 0, 2, 10 * number, fact)


def _drained(shelf):
    numbers = []
    while shelf:
        first = shelf[shelf.first]
        assert shelf.drop() is first
        numbers.append(first.number)
    return numbers


def _expected(method, prices):
    numbers = range(len(prices))
    if method is Method.LIFO:
        return list(reversed(numbers))
    sign = SHELVES[method].sign
    return sorted(numbers, key=lambda number: (sign * prices[number], number))


_ORDERED = [method for method in Method if method is not Method.AVERAGE]


@given(st.sampled_from(_ORDERED), _PRICES)
def test_lots_come_back_in_the_order_of_the_method(method, prices):
    shelf = SHELVES[method]()
    for number, price in enumerate(prices):
        shelf.put(_lot(shelf.sign, number, price))
    assert _drained(shelf) == _expected(method, prices)


@given(st.sampled_from(_ORDERED), _PRICES, st.randoms(use_true_random=False))
def test_lots_of_any_age_find_their_place(method, prices, random):
    shelf = SHELVES[method]()
    lots = [_lot(shelf.sign, number, price) for number, price in enumerate(prices)]
    random.shuffle(lots)
    for lot in lots:
        shelf.take_in(lot)
    assert _drained(shelf) == _expected(method, prices)


@given(_PRICES)
def test_a_pool_is_one_lot_of_all(prices):
    pool = SHELVES[Method.AVERAGE]()
    for number, price in enumerate(prices):
        pool.put(_lot(0, number, price))
    [lot] = pool
    assert (lot.quantity_units, lot.fact.id) == (2 * len(prices), POOLED)
    assert lot.basis_units == sum(10 * number for number in range(len(prices)))


def test_a_named_lot_joins_what_is_left_of_itself_and_no_other():
    shelf = Named()
    shelf.put(_lot(0, 1, 0))
    shelf.take_in(_lot(0, 1, 0))
    [lot] = shelf
    assert (lot.quantity_units, lot.basis_units) == (4, 20)
    other = _lot(0, 2, 0)
    other.fact = lot.fact
    for add in (shelf.put, shelf.take_in):
        with pytest.raises(InputRefused):
            add(other)


def test_a_named_lot_that_is_used_up_is_passed_over():
    shelf = Named()
    for number in range(3):
        shelf.put(_lot(0, number, 0))
    for name in ("b0", "b1"):
        shelf.named(name).quantity_units = 0
    shelf.tidy()
    assert _drained(shelf) == [2]
    assert shelf.named("b1") is None
