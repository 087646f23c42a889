"""Better price first, then earlier order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.exchange.book import Book, BookSide
from rehearsal.exchange.commands import Order


def order(number, price, lots=10, side="sell"):
    return Order(number, "a", side, "limit", lots, price, "GTC", False, "", 0, 0)


def numbered(prices, side):
    return [order(number, price, side=side) for number, price in enumerate(prices, start=1)]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 5), max_size=12), st.sampled_from(["buy", "sell"]))
def test_orders_come_by_price_then_by_arrival(prices, side):
    orders, own = numbered(prices, side), Book().own(side)
    for each in orders:
        own.add(each)
    sign = -1 if side == "buy" else 1
    assert list(own) == sorted(orders, key=lambda o: (sign * o.price_ticks, o.number))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=12), st.data())
def test_removing_orders_leaves_the_others_in_order(prices, data):
    orders, side = numbered(prices, "sell"), BookSide(1)
    for each in orders:
        side.add(each)
    gone = data.draw(st.lists(st.sampled_from(orders), unique_by=lambda o: o.number))
    for each in gone:
        side.remove(each)
    left = [each for each in orders if each not in gone]
    assert list(side) == sorted(left, key=lambda o: (o.price_ticks, o.number))
    assert sum(lots for _, lots in side.levels(99)) == 10 * len(left)


def test_a_level_sums_what_is_open_at_its_price():
    side = BookSide(-1)
    for each in (order(1, 7), order(2, 7), order(3, 5)):
        side.add(each)
    assert side.levels(1) == ((7, 20),)
    assert side.levels(5) == ((7, 20), (5, 10))


def test_a_side_accepts_limits_that_reach_its_best_price():
    asks, bids = BookSide(1), BookSide(-1)
    asks.add(order(1, 10))
    bids.add(order(2, 8))
    assert [asks.accepts(limit) for limit in (9, 10, 11, 0)] == [False, True, True, True]
    assert [bids.accepts(limit) for limit in (7, 8, 9, 0)] == [True, True, False, True]
    assert not BookSide(1).accepts(0)
    assert BookSide(1).best() is None
