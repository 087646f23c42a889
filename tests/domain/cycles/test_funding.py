"""Funding: a loan's fee is rounded against us and comes out of what is left."""

from hypothesis import given
from hypothesis import strategies as st

from domain.cycles.funding import UNBOUNDED, Funding, Sized
from domain.money import PIPS

units = st.integers(min_value=1, max_value=10**30)


@given(units, st.integers(min_value=0, max_value=PIPS))
def test_a_fee_is_the_least_whole_number_that_pays_the_lender(lent, fee_pips):
    fee = Funding("flash", lent, fee_pips).fee_units(lent)
    assert fee * PIPS >= lent * fee_pips > (fee - 1) * PIPS or fee == fee_pips == 0


@given(units, units)
def test_our_own_costs_nothing(put_in, paid):
    assert UNBOUNDED.left_units((put_in, paid)) == paid - put_in


def test_what_is_left_is_what_a_sized_cycle_says():
    sized = Sized(Funding("flash", 10**6, 10_000), (1_000, 5, 1_100), is_proven=True)
    assert (sized.fee_units, sized.gain_units) == (10, 90)
