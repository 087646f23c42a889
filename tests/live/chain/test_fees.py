"""The offer for gas: taken by the next blocks, allowed by the budget."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.chain.fees import next_base_fee_wei
from live.chain.decoding import BlockHead
from live.chain.fees import (
    Fees,
    TooDear,
    bumped,
    choose_fees,
    choose_replacement,
    forecast_base_fee_wei,
)

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


@given(st.integers(0, 10**13), st.integers(0, 30_000_000))
def test_the_forecast_is_exact_with_the_gas_of_the_head_and_never_too_low_without(
    base_fee_wei: int, gas_used: int
):
    known = BlockHead(1, "", "", 0, base_fee_wei, gas_used, 30_000_000)
    exact = next_base_fee_wei(base_fee_wei, gas_used, 30_000_000)
    assert forecast_base_fee_wei(known) == exact
    bound = forecast_base_fee_wei(BlockHead(1, "", "", 0, base_fee_wei))
    assert bound >= exact - 1, "but for the one wei by which an empty fee may rise"


@given(st.integers(1, 10**13), st.integers(1, 10**12), st.integers(0, 10**13))
def test_a_replacement_offers_a_tenth_more_of_both_caps_and_can_be_mined(
    cap: int, tip: int, base_fee_wei: int
):
    offered = bumped(Fees(cap, tip), base_fee_wei)
    assert offered.max_fee_per_gas_wei * 10 >= cap * 11
    assert offered.max_priority_fee_per_gas_wei * 10 >= tip * 11
    assert offered.max_fee_per_gas_wei >= base_fee_wei + offered.max_priority_fee_per_gas_wei


@given(st.integers(1, 10**13), st.integers(1, 10**12), wei, gas, st.integers(0, 10**19))
def test_a_replacement_within_the_budget_is_taken_by_the_pool_and_the_next_block(
    cap: int, tip: int, base: int, gas_limit: int, budget: int
):
    offered = choose_replacement(
        Fees(cap, tip), base_fee_wei=base, gas_limit=gas_limit, budget_wei=budget
    )
    if isinstance(offered, TooDear):
        assert offered.need_wei > budget
        return
    assert offered.worst_cost_wei(gas_limit) <= budget
    assert offered.max_fee_per_gas_wei * 10 >= cap * 11
    assert offered.max_priority_fee_per_gas_wei * 10 >= tip * 11
    assert offered.max_fee_per_gas_wei >= base + offered.max_priority_fee_per_gas_wei
