"""Shares sum to what they are shares of, and a rate turns lots without losing basis."""

from hypothesis import given
from hypothesis import strategies as st

from domain.lots.netting import at_rate, carve, use_picked, use_up
from domain.lots.shelves import Named, Queue
from domain.lots.types import Fact, Kind, Lot, Pick

_LOTS = st.lists(st.tuples(st.integers(1, 30), st.integers(-5, 99)), max_size=6)
_MONEY = st.integers(-50, 500)


def _shelf(pairs, shelf):
    for number, (quantity, basis) in enumerate(pairs):
        fact = Fact(number, Kind.BUY, "BTC", quantity, basis, id=f"b{number}")
        shelf.put(Lot(7, number, 0, quantity, basis, fact))
    return shelf


def _sums(lots):
    return sum(lot.quantity_units for lot in lots), sum(lot.basis_units for lot in lots)


def _sale(quantity, picks=()):
    return Fact(99, Kind.SELL, "BTC", quantity, picks=picks)


@given(_LOTS, st.integers(1, 90), _MONEY)
def test_what_is_used_and_what_is_left_is_what_there_was(pairs, quantity, value):
    shelf, rows = _shelf(pairs, Queue()), []
    held, basis = _sums(shelf)
    left, value_left = use_up(shelf, _sale(quantity), quantity, value, rows)
    used = [sum(row[column] for row in rows) for column in (2, 3, 4)]
    assert used[0] + left == quantity
    assert used[1] == value * used[0] // quantity
    assert used[1] + value_left == value
    assert _sums(shelf) == (held - used[0], basis - used[2])
    assert not left or not shelf


@given(_LOTS, st.integers(1, 90), _MONEY)
def test_carved_lots_take_their_basis_and_their_charge_along(pairs, quantity, charge):
    shelf = _shelf(pairs, Queue())
    held, basis = _sums(shelf)
    lots, left, charge_left = carve(shelf, quantity, charge)
    moved, carried = _sums(lots)
    assert moved + left == quantity
    assert _sums(shelf) == (held - moved, basis - (carried - (charge - charge_left)))
    assert all(lot.rank == 7 for lot in lots)


@given(_LOTS.filter(bool), st.integers(1, 60), st.integers(0, 40))
def test_a_rate_keeps_basis_and_turns_the_whole_into_the_whole(pairs, into, more):
    lots = list(_shelf(pairs, Queue()))
    quantity, basis = _sums(lots)
    turned = at_rate(lots, quantity + more, into)
    whole = -(-quantity * into // (quantity + more))
    assert _sums(turned) == (whole, basis)
    assert all(lot.quantity_units > 0 for lot in turned)


@given(_LOTS.filter(bool), _MONEY, st.data())
def test_picks_take_what_they_name_and_leave_the_rest_open(pairs, value, data):
    shelf, rows = _shelf(pairs, Named()), []
    held, basis = _sums(shelf)
    number = data.draw(st.integers(0, len(pairs) - 1))
    wanted = data.draw(st.integers(1, pairs[number][0]))
    picks = (Pick(f"b{number}", wanted, 0),)
    done = use_picked(shelf, _sale(wanted + 5, picks), value, rows)
    [(lot, _, used, share, cost)] = rows
    assert (lot.id, used, done) == (f"b{number}", wanted, wanted)
    assert share == value * wanted // (wanted + 5)
    assert _sums(shelf) == (held - used, basis - cost)
