"""Stableswap pools: recorded answers, the view against the exchange, and the invariant itself."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amm.curve_stableswap import Form, StableSwap, ramped
from domain.amm.pool import Fill, Reverts, quote_in, quote_out, swapped
from ops.market.pool_report import check_file
from tests.kit.amm import SHARED, recorded
from tests.kit.pools import stableswap_pools

POOL = StableSwap((10**25, 10**13), (10**18, 10**30), 200_000, 4_000_000, 5 * 10**9)
sizes = st.integers(min_value=1, max_value=10**13)


def test_a_live_pool_is_equal_to_the_unit():
    recorded("amm_onchain/amm_onchain.json")
    (pool,) = (
        pool for pool in check_file(SHARED / "amm_onchain/amm_onchain.json") if pool.kind == "curve"
    )
    assert (pool.checked, pool.equal, pool.differences) == (18, 18, ())


@given(stableswap_pools(), sizes)
def test_the_view_and_the_exchange_differ_by_a_unit_at_most(pool, units):
    for sold, bought in ((0, 1), (1, 0)):
        view, paid = pool.get_dy(sold, bought, units), pool.out_units(sold, bought, units)
        assert abs(view - paid) <= (1 if pool.form.converts_first else 0)


def scaled_balances(pool):
    held = zip(pool.balances, pool.rates, strict=True)
    return tuple(balance * rate // 10**18 for balance, rate in held)


def invariant(pool):
    return pool.invariant(scaled_balances(pool))


@given(stableswap_pools())
def test_the_invariant_solves_its_equation_to_a_few_units(pool):
    scaled = scaled_balances(pool)
    count, slope = len(scaled), Fraction(pool.amp * len(scaled), pool.form.a_precision)

    def excess(invariant: int) -> Fraction:
        product = Fraction(invariant)
        for x in scaled:
            product *= Fraction(invariant, x * count)
        return slope * invariant + product - slope * sum(scaled) - invariant

    solved = pool.invariant(scaled)
    slack = 10 * count + solved // 10**20  # a product rounded by a unit weighs more out of balance
    assert excess(solved - slack) < 0 < excess(solved + slack)


def left_exactly(pool: StableSwap, scaled: list[int], bought: int, invariant: int) -> int:
    """Find by halving the least balance of `bought`, at 18 decimals, that keeps the invariant."""
    count, slope = len(scaled), Fraction(pool.amp * len(scaled), pool.form.a_precision)
    others = [x for coin, x in enumerate(scaled) if coin != bought]
    product = Fraction(invariant)
    for x in others:
        product *= Fraction(invariant, x * count)
    low, high = 1, invariant << 20
    while low < high:
        y = (low + high) // 2
        is_enough = slope * (sum(others) + y - invariant) + invariant >= product * Fraction(
            invariant, y * count
        )
        low, high = (low, y) if is_enough else (y + 1, high)
    return low


@given(stableswap_pools(), sizes)
def test_what_leaves_a_pool_is_what_the_equation_says_to_a_few_units(pool, units):
    free = replace(pool, fee=0)
    for sold, bought in ((0, 1), (1, 0)):
        scaled = list(scaled_balances(free))
        invariant = free.invariant(tuple(scaled))
        before = scaled[bought]
        scaled[sold] += units * free.rates[sold] // 10**18
        exact = before - left_exactly(free, scaled, bought, invariant)
        slack = 10 * len(scaled) + before // 10**17
        quoted = quote_in(free, sold, bought, units)
        if isinstance(quoted, Reverts):
            assert exact <= slack  # so little that rounding leaves less than nothing
            continue
        paid = quoted * free.rates[bought] // 10**18
        assert -slack <= exact - paid <= slack + free.rates[bought] // 10**18


@given(stableswap_pools(), sizes)
def test_an_exchange_never_lowers_the_invariant_by_more_than_roundings(pool, units):
    for sold, bought in ((0, 1), (1, 0)):
        done = swapped(pool, sold, bought, units)
        assert isinstance(done, Fill)
        assert isinstance(done.after, StableSwap)
        assert invariant(done.after) >= invariant(pool) - 20


def test_the_admins_part_of_the_fee_leaves_the_pool():
    kept, shared = (swapped(replace(POOL, admin_fee=part), 0, 1, 10**23) for part in (0, 10**10))
    assert isinstance(kept, Fill)
    assert isinstance(shared, Fill)
    assert kept.out_units == shared.out_units
    assert isinstance(shared.after, StableSwap)
    gone = POOL.balances[1] - shared.out_units - shared.after.balances[1]
    assert abs(gone - shared.out_units * 4 // 9_996) <= 1


def test_a_coefficient_on_its_way_is_rounded_toward_where_it_began():
    assert ramped(100, 200, 1_000, 2_000, 1_333) == 133
    assert ramped(200, 100, 1_000, 2_000, 1_333) == 167
    assert ramped(100, 200, 1_000, 2_000, 2_000) == 200
    assert ramped(7, 9, 0, 0, 5) == 9


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (quote_in(POOL, 0, 0, 5), "for another"),
        (quote_in(POOL, 0, 2, 5), "for another"),
        (quote_in(replace(POOL, balances=(0, 10**13)), 0, 1, 5), "divide by zero"),
        (quote_in(POOL, 0, 1, 1 << 250), "256-bit"),
        (quote_out(POOL, 0, 1, 5), "no exact output"),
    ],
)
def test_what_the_contract_refuses_is_a_revert_by_name(answer, code):
    assert isinstance(answer, Reverts)
    assert code in answer.reason


def test_the_first_pools_pay_the_last_unit_too():
    first = replace(
        POOL, form=Form(keeps_one=False), rates=(10**18, 10**18), balances=(10**25,) * 2
    )
    later = replace(first, form=Form())
    assert first.get_dy(0, 1, 10**20) - later.get_dy(0, 1, 10**20) == 1
