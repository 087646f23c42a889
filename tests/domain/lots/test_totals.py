"""Totals are the report's own sums, and equal across methods where a method cannot matter."""

from hypothesis import given
from hypothesis import strategies as st

from domain.lots.engine import match
from domain.lots.totals import totals_by_asset
from domain.lots.types import Book, Method, Scope
from tests.kit.lots import ANY, BOOKS, PLAIN


@given(ANY, BOOKS)
def test_totals_are_the_sums_of_the_report(facts, book):
    report = match(facts, book)
    totals = totals_by_asset(report).values()
    disposals = list(report.disposals())
    assert sum(one.gain_units for one in totals) == sum(one.gain_units for one in disposals)
    assert sum(one.disposed_units for one in totals) == sum(x.quantity_units for x in disposals)
    assert sum(one.missing_units for one in totals) == sum(
        gap.quantity_units for gap in report.missing
    )
    assert sum(one.remaining_basis_units for one in totals) == sum(
        one.basis_units for one in report.remaining
    )


@given(PLAIN, st.sampled_from(Scope), st.booleans())
def test_methods_agree_on_quantities_and_on_gain_less_remaining_basis(facts, scope, shorts):
    told = {
        tuple(
            (asset, one.disposed_units, one.remaining_units, one.missing_units, one.settled_units)
            for asset, one in totals_by_asset(
                match(facts, Book(method, scope, shorts=shorts))
            ).items()
        )
        for method in Method
    }
    assert len(told) == 1
