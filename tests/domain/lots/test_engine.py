"""What the engine does with shorts, moves, wraps and picks, one happening at a time.

What holds for every history is in `test_identities.py`.
"""

from __future__ import annotations

import pytest

from domain.errors import InputRefused
from domain.lots.engine import match
from domain.lots.types import IN_TRANSIT, Book, Fact, Kind, Method, Pick, Scope

BUY, SELL, FEE = Kind.BUY, Kind.SELL, Kind.FEE
OUT, IN = Kind.TRANSFER_OUT, Kind.TRANSFER_IN


def _buy(time_ns, quantity, value, **more):
    return Fact(time_ns, BUY, "BTC", quantity, value, id=f"b{time_ns}", **more)


def _sell(time_ns, quantity, value, **more):
    return Fact(time_ns, SELL, "BTC", quantity, value, id=f"s{time_ns}", **more)


def _rows(report):
    return [
        (x.lot.id, x.fact.id, x.quantity_units, x.proceeds_units, x.basis_units)
        for x in report.disposals()
    ]


def test_a_sale_that_crosses_zero_closes_the_long_and_opens_a_short():
    report = match([_buy(1, 10, 100), _sell(2, 15, 300), _buy(3, 20, 100)], Book(shorts=True))
    assert _rows(report) == [("b1", "s2", 10, 200, 100), ("s2", "b3", 5, 100, 25)]
    [long] = report.remaining
    assert (long.lot.id, long.quantity_units, long.basis_units) == ("b3", 15, 75)


def test_an_open_short_remains_with_what_it_brought():
    [short] = match([_sell(1, 4, 40, fee_units=1)], Book(shorts=True)).remaining
    assert (short.quantity_units, short.basis_units) == (-4, -39)


def test_a_sale_without_acquisition_is_missing_and_has_no_gain():
    report = match([_buy(1, 10, 100), _sell(2, 15, 300)], Book())
    assert _rows(report) == [("b1", "s2", 10, 200, 100)]
    [gap] = report.missing
    assert (gap.fact.id, gap.quantity_units, gap.found_units, gap.value_units) == ("s2", 5, 10, 100)


def _transfer(out, into, left=2, came=3, value=0):
    return [
        Fact(left, OUT, "BTC", out, value, wallet="cold", id="t"),
        Fact(came, IN, "BTC", into, wallet="hot", id="t"),
    ]


def test_a_transfer_carries_basis_and_age_and_its_loss_is_a_disposal():
    facts = [_buy(1, 10, 100, wallet="cold"), *_transfer(6, 5, value=120)]
    report = match([*facts, _sell(4, 5, 90, wallet="hot")], Book(scope=Scope.WALLET))
    assert _rows(report) == [("b1", "t", 1, 20, 10), ("b1", "s4", 5, 90, 50)]
    assert [one.wallet for one in report.remaining] == ["cold"]


def test_lots_that_arrive_take_the_place_of_their_age():
    facts = [_buy(1, 5, 50, wallet="cold"), _buy(2, 5, 500, wallet="hot"), *_transfer(5, 5)]
    for method, first in ((Method.FIFO, "b1"), (Method.LIFO, "b2")):
        report = match([*facts, _sell(4, 5, 90, wallet="hot")], Book(method, Scope.WALLET))
        assert [row[0] for row in _rows(report)] == [first]


def test_what_left_and_never_arrived_is_in_transit():
    facts = [_buy(1, 10, 100, wallet="cold"), _transfer(6, 6)[0]]
    report = match(facts, Book(scope=Scope.WALLET))
    assert [(x.wallet, x.quantity_units) for x in report.remaining] == [
        ("cold", 4),
        (IN_TRANSIT, 6),
    ]
    assert [x.quantity_units for x in match(facts, Book()).remaining] == [10]


@pytest.mark.parametrize("scope", Scope)
def test_what_arrives_from_nowhere_is_missing_unless_it_states_its_basis(scope):
    arrival = Fact(1, IN, "BTC", 5, wallet="hot", id="t")
    report = match([arrival], Book(scope=scope))
    assert [gap.quantity_units for gap in report.missing] == [5]
    assert not report.remaining
    [lot] = match([Fact(1, IN, "BTC", 5, 60, id="t")], Book(scope=scope)).remaining
    assert (lot.quantity_units, lot.basis_units) == (5, 60)


def test_more_than_left_is_missing_on_arrival():
    report = match([_buy(1, 10, 100, wallet="cold"), *_transfer(4, 5)], Book(scope=Scope.WALLET))
    assert [(gap.fact.kind, gap.quantity_units) for gap in report.missing] == [(IN, 1)]


def test_the_fee_of_a_transfer_joins_the_basis_it_carries():
    out, into = _transfer(5, 5)
    charged = Fact(2, OUT, "BTC", 5, fee_units=7, wallet="cold", id="t")
    for scope in Scope:
        report = match([_buy(1, 5, 50, wallet="cold"), charged, into], Book(scope=scope))
        assert [one.basis_units for one in report.remaining] == [57]
    assert out.fee_units == 0


def test_arriving_lots_close_a_short():
    facts = [_buy(1, 5, 50, wallet="cold"), _sell(2, 3, 90, wallet="hot"), *_transfer(5, 5)]
    report = match(facts, Book(scope=Scope.WALLET, shorts=True))
    assert _rows(report) == [("s2", "t", 3, 90, 30)]
    assert [(x.lot.id, x.quantity_units) for x in report.remaining] == [("b1", 2)]


def test_a_wrap_keeps_the_total_and_turns_quantity_and_price():
    facts = [
        Fact(1, BUY, "ETH", 10, 100, price_units=10, id="b1"),
        Fact(2, Kind.WRAP_OUT, "ETH", 10, id="w"),
        Fact(2, Kind.WRAP_IN, "wstETH", 8, id="w"),
        Fact(3, BUY, "wstETH", 8, 96, price_units=12, id="b3"),
        Fact(4, SELL, "wstETH", 8, 120, id="s4"),
    ]
    assert _rows(match(facts, Book(Method.HIFO))) == [("b1", "s4", 8, 120, 100)]
    assert _rows(match(facts, Book(Method.LOFO))) == [("b3", "s4", 8, 120, 96)]


def test_a_pick_decides_and_the_rest_is_taken_from_the_oldest():
    picks = (Pick("b2", 3, 5),)
    facts = [_buy(1, 5, 50), _buy(2, 5, 100), _sell(5, 4, 80, picks=picks)]
    report = match(facts, Book(Method.SPECIFIC))
    assert _rows(report) == [("b2", "s5", 3, 60, 60), ("b1", "s5", 1, 20, 10)]
    assert _rows(match(facts, Book())) == [("b1", "s5", 4, 80, 40)]


@pytest.mark.parametrize(
    "pick", [Pick("b1", 6, 1), Pick("b1", 0, 1), Pick("b9", 1, 1), Pick("b1", 1, 9)]
)
def test_a_pick_that_cannot_be_followed_is_refused(pick):
    with pytest.raises(InputRefused):
        match([_buy(1, 5, 50), _sell(5, 8, 80, picks=(pick,))], Book(Method.SPECIFIC))


def test_a_sale_and_its_fee_in_the_same_asset_may_both_be_short():
    facts = [_sell(1, 4, 40), Fact(1, FEE, "BTC", 1, 10, id="s1")]
    report = match(facts, Book(Method.SPECIFIC, shorts=True))
    assert [(one.lot.kind, one.quantity_units) for one in report.remaining] == [
        (SELL, -4),
        (FEE, -1),
    ]
