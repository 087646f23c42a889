"""A fee in a third asset costs the trade what it was worth, and the asset is disposed of."""

import pytest

from domain.errors import InputRefused
from domain.lots.engine import match
from domain.lots.fees import paid_in
from domain.lots.types import Book, Fact, FeePolicy, Kind

BNB = Fact(1, Kind.BUY, "BNB", 10, 1000, id="b1")
TRADE = Fact(2, Kind.BUY, "BTC", 1, 500, id="b2")


def test_the_worth_joins_the_basis_and_is_the_proceeds_of_the_asset():
    report = match([BNB, *paid_in(TRADE, "BNB", 2, 260)], Book())
    [spent] = report.disposals()
    assert (spent.lot.id, spent.fact.id) == ("b1", "b2")
    assert (spent.quantity_units, spent.proceeds_units, spent.basis_units) == (2, 260, 200)
    assert {one.asset: one.basis_units for one in report.remaining} == {"BNB": 800, "BTC": 760}


def test_in_a_book_of_lines_the_worth_is_a_line_and_still_proceeds():
    report = match([BNB, *paid_in(TRADE, "BNB", 2, 260)], Book(fees=FeePolicy.LINES))
    assert [line.fee_units for line in report.fee_lines] == [260]
    assert {one.asset: one.basis_units for one in report.remaining} == {"BNB": 800, "BTC": 500}
    assert [one.gain_units for one in report.disposals()] == [60]


def test_it_adds_to_a_fee_in_the_book_currency():
    trade, spent = paid_in(Fact(2, Kind.SELL, "BTC", 1, 500, 3, id="s"), "BNB", 1, 100)
    assert (trade.fee_units, spent.kind, spent.value_units) == (103, Kind.FEE, 100)


def test_a_rebate_is_refused():
    with pytest.raises(InputRefused):
        paid_in(TRADE, "BNB", -1, 100)
