"""Weighted pools: equal to the executed contract, rounding against the trader, within bounds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amm.balancer_weighted import Weighted
from domain.amm.pool import Fill, Reverts, quote_in, quote_out, swapped
from domain.amm.uniswap_v2 import UniswapV2
from tests.kit.pools import golden, weighted_pools

WAD = 10**18
HALVES = Weighted((10**24, 10**24), (WAD // 2, WAD // 2), (1, 1), 3 * 10**15)
sizes = st.integers(min_value=10**9, max_value=10**23)


def test_every_answer_of_the_executed_contract_is_equal_to_the_unit():
    pools = golden("balancer_weighted")
    assert [pool.differences for pool in pools] == [()] * 6
    assert all(pool.equal == 24 and pool.reverts_ok == 4 for pool in pools)


@given(st.integers(10**20, 10**25), st.integers(10**20, 10**25), st.integers(10**12, 10**19))
def test_halves_pay_what_a_constant_product_pays_and_never_more(first, second, units):
    pool = replace(HALVES, balances=(first, second))
    paid, bound = quote_in(pool, 0, 1, units), quote_in(UniswapV2((first, second)), 0, 1, units)
    assert isinstance(paid, int)
    assert isinstance(bound, int)
    assert 0 <= bound - paid <= second // 10**17 + 2


def paid_exactly(pool: Weighted, units: int) -> Decimal:
    """Compute to eighty digits what an input pays, its fee rounded up as the contract does."""
    taxed = units + -units * pool.fee // WAD
    with localcontext(prec=80):
        kept = Decimal(pool.balances[0]) / (pool.balances[0] + taxed)
        exponent = Decimal(pool.weights[0]) / pool.weights[1]
        return pool.balances[1] * (1 - (kept.ln() * exponent).exp())


@given(weighted_pools(), st.integers(1, 300))
def test_what_is_paid_is_the_exact_power_less_the_contracts_own_margin(pool, share):
    units = pool.balances[0] * share // 1_000 or 1
    paid = quote_in(pool, 0, 1, units)
    assert isinstance(paid, int)
    short = paid_exactly(pool, units) - paid
    assert 0 <= short <= 1 + Decimal("3e-14") * pool.balances[1]


@given(weighted_pools(), sizes, sizes)
def test_asking_for_more_never_costs_less(pool, units, extra):
    less, most = quote_out(pool, 0, 1, units), quote_out(pool, 0, 1, units + extra)
    if isinstance(less, int) and isinstance(most, int):
        assert less <= most


@given(weighted_pools(), sizes)
def test_the_fee_stays_in_the_pool(pool, units):
    done = swapped(pool, 0, 1, units)
    if isinstance(done, Fill):
        assert isinstance(done.after, Weighted)
        assert done.after.balances[0] == pool.balances[0] + units
        assert done.after.balances[1] == pool.balances[1] - done.out_units


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (quote_in(HALVES, 0, 1, 4 * 10**23), "MAX_IN_RATIO"),
        (quote_out(HALVES, 0, 1, 4 * 10**23), "MAX_OUT_RATIO"),
        (quote_in(HALVES, 0, 0, 5), "for another"),
        (quote_in(HALVES, 0, 1, 1 << 250), "256-bit"),
        (quote_in(replace(HALVES, balances=(0, 5)), 0, 1, 0), "divide by zero"),
    ],
)
def test_what_the_contract_refuses_is_a_revert_by_name(answer, code):
    assert isinstance(answer, Reverts)
    assert code in answer.reason
