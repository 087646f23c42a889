"""The smallest set of causes, against every set there is."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from domain.reconciliation.causes import Cause
from domain.reconciliation.explain import Hypothesis, explain

GAS = Hypothesis(Cause.GAS_UNBOOKED, -21_000, "gas")
FEE = Hypothesis(Cause.FEE_AMOUNT, -300, "fee")
FILL = Hypothesis(Cause.MISSING_INTERNAL, 5_000, "a fill", "t1")
EFFECTS = st.lists(st.integers(-20, 20).filter(bool), min_size=1, max_size=7, unique=True)


def test_one_cause_explains_its_own_effect():
    assert explain(-300, [GAS, FEE, FILL]).parts == (FEE,)


def test_two_causes_explain_their_sum_and_nothing_less_does():
    found = explain(4_700, [GAS, FEE, FILL])
    assert found.holds
    assert set(found.parts) == {FEE, FILL}


def test_a_unit_over_is_no_explanation():
    assert not explain(-301, [GAS, FEE, FILL]).parts


def test_two_explanations_of_one_size_are_refused():
    tax = Hypothesis(Cause.FEE_ON_TRANSFER, -300, "tax")
    found = explain(-300, [FEE, tax])
    assert (found.rivals, found.holds) == (1, False)


@given(EFFECTS, st.integers(-40, 40).filter(bool))
def test_no_smaller_set_explains_and_all_of_its_size_are_counted(effects, amount):
    pool = [Hypothesis(Cause.QTY, effect, str(effect)) for effect in effects]
    sizes = [
        [chosen for chosen in combinations(effects, size) if sum(chosen) == amount]
        for size in range(1, 5)
    ]
    first = next((found for found in sizes if found), [])
    told = explain(amount, pool)
    assert bool(told.parts) == bool(first)
    if first:
        assert len(told.parts) == len(first[0])
        assert told.rivals == len(first) - 1
        assert sum(one.effect_units for one in told.parts) == amount
