"""How much a maker swaps: enough, and no more."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.amm.constant_product import amount_out_units
from rehearsal.chain.moves import PATIENCE_PIPS, constant_product_move, is_near

bases = st.integers(10**18, 10**23)
prices = st.integers(100 * 10**6, 100_000 * 10**6)
fees = st.sampled_from([500, 3000, 10_000])


def reserves_after(base: int, quote: int, target: Fraction, fee_pips: int) -> tuple[int, int]:
    move = constant_product_move(base, quote, target, fee_pips)
    assert move is not None
    paid = move.amount_in_units
    if move.sells_base:
        return base + paid, quote - amount_out_units(paid, base, quote, fee_pips)
    return base - amount_out_units(paid, quote, base, fee_pips), quote + paid


@given(bases, prices, prices, fees)
def test_one_swap_brings_a_pool_to_its_target(base, price_e6, target_e6, fee_pips):
    quote, target = base * price_e6 // 10**18, Fraction(target_e6, 10**18)
    assume(not is_near(Fraction(quote, base), target))
    base_after, quote_after = reserves_after(base, quote, target, fee_pips)
    assert abs(Fraction(quote_after, base_after) / target - 1) < Fraction(1, 10**6)


@given(bases, prices)
def test_a_pool_that_is_near_is_left_alone(base, price_e6):
    quote = base * price_e6 // 10**18
    near = Fraction(quote, base) * (1 + Fraction(PATIENCE_PIPS, 10**6))
    assert constant_product_move(base, quote, near, 3000) is None


def test_a_higher_target_buys_the_base_and_a_lower_one_sells_it():
    up = constant_product_move(10**18, 10**9, Fraction(2 * 10**9, 10**18), 3000)
    down = constant_product_move(10**18, 10**9, Fraction(10**9, 2 * 10**18), 3000)
    assert up is not None
    assert down is not None
    assert (up.sells_base, down.sells_base) == (False, True)
