"""Ids of breaks, and the order rows are treated in."""

from fractions import Fraction

from domain.reconciliation.causes import Cause
from domain.reconciliation.types import Finding, content, make_break, sort_key
from tests.kit.reconciling import changed, row

QTY = Finding(Cause.QTY, "BTC", 5, "why")


def test_a_rerun_finds_a_break_by_the_same_id_though_its_money_moved():
    one = make_break(QTY, [row("a")], [row("b")])
    other = make_break(QTY._replace(amount_units=6), [row("a", after_ns=5)], [row("b")])
    assert one.id == other.id


def test_another_cause_or_another_side_is_another_break():
    ids = {
        make_break(QTY, [row("a")], [row("b")]).id,
        make_break(QTY, [row("b")], [row("a")]).id,
        make_break(QTY, [row("a"), row("b")]).id,
        make_break(QTY._replace(cause=Cause.SIDE), [row("a")], [row("b")]).id,
    }
    assert len(ids) == 4


def test_rows_with_and_without_a_price_have_an_order():
    rows = [row("a", price=Fraction(1, 3)), row("a"), row("a", after_ns=-1)]
    assert min(rows, key=sort_key).time_ns < rows[0].time_ns


def test_a_fee_of_nothing_is_in_no_asset():
    assert content(row(fee_asset="USD")) == content(row(fee_asset=""))
    assert content(row(fee_asset="USD", fee_units=1)) != content(row(fee_asset="", fee_units=1))


def test_content_does_not_know_id_and_time():
    one = row("a", ref="x")
    assert content(one) == content(changed(one, id="b", later_ns=5, ref="y"))
