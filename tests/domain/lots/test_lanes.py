"""The short way is taken by plain books alone, and keeps the order of the facts.

That it finds what the engine finds is held beside the engine.
"""

from hypothesis import given
from hypothesis import strategies as st

from domain.lots.lanes import is_plain, run_lanes, split
from domain.lots.order import in_order
from domain.lots.types import FeePolicy, Method, Scope
from tests.kit.lots import BOOKS, PLAIN


@given(BOOKS)
def test_only_fifo_with_fees_as_basis_and_no_shorts_is_plain(book):
    stated = book.method, book.fees, book.shorts
    assert is_plain(book) == (stated == (Method.FIFO, FeePolicy.BASIS, False))


@given(PLAIN, st.sampled_from(Scope))
def test_each_fact_is_in_the_one_lane_of_its_place(facts, scope):
    lanes = split(in_order(facts), scope)
    assert sum(map(len, lanes.values())) == len(facts)
    for (asset, wallet), lane in lanes.items():
        assert {fact.asset for fact in lane} == {asset}
        assert scope is Scope.UNIVERSAL or {fact.wallet for fact in lane} == {wallet}


@given(PLAIN, st.sampled_from(Scope))
def test_rows_and_gaps_are_in_the_order_of_the_facts(facts, scope):
    ordered = in_order(facts)
    place = {id(fact): number for number, fact in enumerate(ordered)}
    report = run_lanes(ordered, scope)
    for found in ([row[1] for row in report.rows], [gap.fact for gap in report.missing]):
        assert [place[id(fact)] for fact in found] == sorted(place[id(fact)] for fact in found)
