"""The short way is taken by plain books alone, keeps the order of the facts, and can be given up.

That it finds what the engine finds is held beside the engine.
"""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.lots.lanes import is_plain, run_lanes
from domain.lots.order import in_order
from domain.lots.types import FeePolicy, Kind, Method, Scope
from tests.kit.lots import BOOKS, PLAIN


@given(BOOKS)
def test_only_fifo_with_fees_as_basis_and_no_shorts_is_plain(book):
    stated = book.method, book.fees, book.shorts
    assert is_plain(book) == (stated == (Method.FIFO, FeePolicy.BASIS, False))


@given(PLAIN, st.sampled_from(Scope))
def test_each_lot_is_used_by_facts_of_its_place_alone(facts, scope):
    report = run_lanes(in_order(facts), scope, is_ordered=True)
    assert report is not None
    for lot, fact, *_ in report.rows:
        assert lot.asset == fact.asset
        assert scope is Scope.UNIVERSAL or lot.wallet == fact.wallet
    for one in report.remaining:
        assert (one.asset, one.wallet or one.lot.wallet) == (one.lot.asset, one.lot.wallet)


@given(PLAIN, st.sampled_from(Scope))
def test_rows_and_gaps_are_in_the_order_of_the_facts(facts, scope):
    ordered = in_order(facts)
    place = {id(fact): number for number, fact in enumerate(ordered)}
    report = run_lanes(ordered, scope, is_ordered=True)
    assert report is not None
    for found in ([row[1] for row in report.rows], [gap.fact for gap in report.missing]):
        assert [place[id(fact)] for fact in found] == sorted(place[id(fact)] for fact in found)


@given(PLAIN, st.sampled_from(Scope))
def test_facts_each_later_than_the_one_before_need_no_order(facts, scope):
    rising = [replace(fact, time_ns=at_ns) for at_ns, fact in enumerate(facts)]
    found = run_lanes(rising, scope, is_ordered=False)
    assert found == run_lanes(in_order(rising), scope, is_ordered=True)
    backwards = run_lanes(rising[::-1], scope, is_ordered=False)
    assert (backwards is None) == (len(rising) > 1)


@given(PLAIN, st.sampled_from([Kind.TRANSFER_OUT, Kind.WRAP_IN]), st.randoms(use_true_random=False))
def test_a_history_with_a_move_is_given_up(facts, kind, random):
    ordered = in_order(facts)
    for at in random.sample(range(len(ordered)), min(1, len(ordered))):
        ordered[at] = replace(ordered[at], kind=kind)
        assert run_lanes(ordered, Scope.UNIVERSAL, is_ordered=True) is None
