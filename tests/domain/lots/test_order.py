"""Facts have one order, whatever order they came in."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.lots.order import in_order, natural
from domain.lots.types import Fact, Kind
from tests.kit.lots import ANY


def _at(time_ns, kind, id_=""):
    return Fact(time_ns, kind, "BTC", 1, id=id_)


@given(ANY, st.randoms(use_true_random=False))
def test_any_shuffle_is_put_in_the_same_order(facts, random: Random):
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert in_order(shuffled) == in_order(facts)


@given(ANY)
def test_nothing_is_added_or_lost_and_time_never_runs_back(facts):
    ordered = in_order(facts)
    times = [fact.time_ns for fact in ordered]
    assert times == sorted(times)
    assert sorted(map(id, ordered)) == sorted(map(id, facts))


def test_what_comes_in_at_an_instant_is_there_for_what_goes_out():
    kinds = [Kind.FEE, Kind.SELL, Kind.TRANSFER_IN, Kind.BUY]
    assert [fact.kind for fact in in_order(_at(1, kind) for kind in kinds)] == kinds[::-1]


def test_numbers_in_ids_are_counted_as_numbers():
    ids = ["t10", "t9", "t9-2", "t09", "", "9", "10"]
    assert sorted(ids, key=natural) == ["", "9", "10", "t09", "t9", "t9-2", "t10"]


@given(st.lists(st.text(max_size=6), unique=True))
def test_no_two_ids_are_the_same_and_all_can_be_compared(ids):
    keys = sorted(map(natural, ids))
    assert len(set(keys)) == len(ids)
