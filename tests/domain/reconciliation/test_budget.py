"""What was tolerated, added up: a sum over budget and a lean are breaks of their own."""

from math import comb

from hypothesis import given
from hypothesis import strategies as st

from domain.reconciliation.budget import is_biased
from domain.reconciliation.reconcile import reconcile
from domain.reconciliation.rules import Rules
from tests.kit.reconciling import causes, changed, desk


def shifted(shifts):
    left, right = desk(len(shifts))
    right = [
        changed(one, asset="BTC", amount_units=one.amount_units + shift)
        for one, shift in zip(right, shifts, strict=True)
    ]
    return [changed(one, asset="BTC") for one in left], right


def test_differences_that_cancel_are_accepted():
    found = reconcile(*shifted([2, -2] * 10), Rules(tolerance_units={"*": 2}))
    assert not found.breaks
    assert len(found.matched) == 20


def test_a_leak_of_small_differences_breaks_though_each_is_tolerated():
    found = reconcile(*shifted([1] * 20), Rules(tolerance_units={"*": 2}))
    assert causes(found) == ["UNEXPLAINED"]
    assert found.breaks[0].amount_units == 20


def test_a_sum_over_its_budget_breaks():
    shifts = [2, -1, 2, -1, 2, -1]
    rules = Rules(tolerance_units={"*": 2}, budget_units={"BTC": 2})
    assert causes(reconcile(*shifted(shifts), rules)) == ["UNEXPLAINED"]


@given(st.integers(0, 40), st.integers(0, 40))
def test_bias_is_the_exact_tail_of_a_fair_coin(heads, tails):
    tosses, far = heads + tails, max(heads, tails)
    tail = sum(comb(tosses, n) for n in range(tosses + 1) if max(n, tosses - n) >= far)
    is_rare = tail * 1_000 < 2**tosses
    if heads != tails:
        assert is_biased(heads, tosses, 1_000) == is_rare
    else:
        assert not is_biased(heads, tosses, 1_000)
