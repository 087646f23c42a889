"""Products are rounded as stated, and a hold covers everything its order can owe."""

from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.exchange import terms

prices = st.integers(1, 10_000_000)
quantities = st.integers(1, 10**12)


def test_one_ether_at_3000_costs_3000_and_a_tenth_per_cent():
    cost = terms.cost_units(300_000, 10**8)
    assert cost == 3_000 * 10**8
    assert terms.fee_units(cost, terms.TAKER_FEE_PIPS) == 3 * 10**8
    assert terms.hold_quote_units(300_000, 10**8) == 3_003 * 10**8
    assert terms.base_units(10**8) == 10**10


@settings(max_examples=50, deadline=None)
@given(prices, quantities)
def test_a_cost_is_rounded_down_by_less_than_one_unit(price, lots):
    assert 0 <= price * lots - 100 * terms.cost_units(price, lots) < 100


@settings(max_examples=50, deadline=None)
@given(prices, quantities, st.data())
def test_a_hold_still_covers_the_rest_after_any_fill_at_or_below_the_limit(limit, lots, data):
    filled = data.draw(st.integers(1, lots))
    price = data.draw(st.integers(1, limit))
    cost = terms.cost_units(price, filled)
    paid = cost + terms.fee_units(cost, terms.TAKER_FEE_PIPS)
    rest = terms.hold_quote_units(limit, lots - filled)
    assert terms.hold_quote_units(limit, lots) - paid >= rest
