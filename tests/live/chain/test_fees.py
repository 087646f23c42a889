"""The offer for gas: taken by the next blocks, allowed by the budget."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.chain.fees import Fees, TooDear, choose_fees

wei = st.integers(0, 10**12)
gas = st.integers(21_000, 2_000_000)


@given(wei, wei, gas)
def test_without_a_budget_five_full_blocks_cannot_outrun_the_offer(base, tip, gas_limit):
    fees = choose_fees(base_fee_wei=base, tip_wei=tip, gas_limit=gas_limit)
    assert isinstance(fees, Fees)
    for _ in range(5):
        base += base // 8
    assert fees.max_fee_per_gas_wei >= base + tip


@given(wei, wei, gas, st.integers(0, 10**18))
def test_the_worst_cost_never_exceeds_the_budget(base, tip, gas_limit, budget):
    fees = choose_fees(base_fee_wei=base, tip_wei=tip, gas_limit=gas_limit, budget_wei=budget)
    if isinstance(fees, Fees):
        assert fees.worst_cost_wei(gas_limit) <= budget
        assert fees.max_fee_per_gas_wei >= base + tip
        assert fees.max_priority_fee_per_gas_wei == tip
    else:
        assert fees == TooDear((base + tip) * gas_limit, budget)


@given(wei, wei, gas)
def test_a_budget_of_exactly_the_next_block_is_enough(base, tip, gas_limit):
    budget = (base + tip) * gas_limit
    fees = choose_fees(base_fee_wei=base, tip_wei=tip, gas_limit=gas_limit, budget_wei=budget)
    assert fees == Fees(base + tip, tip)
