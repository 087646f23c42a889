"""Solidly pools: equal to the executed contract, oddities included, and never poorer for a swap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amm.pool import Fill, Reverts, quote_in, quote_out, swapped
from domain.amm.solidly import ONE, Solidly
from tests.kit.pools import golden, solidly_pools

STABLE = Solidly((10**13, 10**25), 5, (10**6, 10**18), is_stable=True)
sizes = st.integers(min_value=1, max_value=10**25)


@pytest.mark.parametrize(("kind", "count"), [("v2_volatile", 2), ("solidly_stable", 4)])
def test_every_answer_of_the_executed_contract_is_equal_to_the_unit(kind, count):
    pools = golden(kind)
    assert [pool.differences for pool in pools] == [()] * count
    assert all(pool.equal == 16 and pool.reverts_ok == 2 for pool in pools)


@given(solidly_pools(), sizes, st.sampled_from([(0, 1), (1, 0)]))
def test_a_swap_never_lowers_the_invariant_and_its_fee_leaves(pool, units, coins):
    done = swapped(pool, *coins, units)
    if isinstance(done, Fill):
        after = done.after
        assert isinstance(after, Solidly)
        assert after.invariant(after.reserves) >= pool.invariant(pool.reserves)
        assert (
            after.reserves[coins[0]] == pool.reserves[coins[0]] + units - units * pool.fee // 10**4
        )


def test_near_balance_a_stable_pool_pays_nearly_one_for_one():
    paid = quote_in(STABLE, 0, 1, 10**12)
    assert isinstance(paid, int)
    assert 10**24 * 9_990 // 10_000 < paid < 10**24 * 9_995 // 10_000


def test_an_input_too_small_to_be_taxed_is_not():
    pool = Solidly((10**24, 10**24), 30, (ONE, ONE), is_stable=False)
    assert quote_in(pool, 0, 1, 333) == 332
    assert quote_in(pool, 0, 1, 334) == 332


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (quote_in(STABLE, 0, 1, 1 << 240), "256-bit"),
        (quote_in(Solidly((0, 0), 30, (ONE, ONE), is_stable=False), 0, 1, 0), "divide by zero"),
        (quote_in(Solidly((0, 0), 30, (ONE, ONE), is_stable=True), 0, 1, 0), "divide by zero"),
        (swapped(STABLE, 1, 0, 3), "InsufficientOutputAmount"),
        (quote_out(STABLE, 0, 1, 5), "no exact output"),
    ],
)
def test_what_the_contract_refuses_is_a_revert_by_name(answer, code):
    assert isinstance(answer, Reverts)
    assert code in answer.reason
