"""V3 pools: every recorded swap and on-chain quote to the unit, reverts included."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.amm.concentrated import (
    Concentrated,
    liquidity_at,
    net_table,
    next_tick,
    paid_in_range,
    swap,
    with_liquidity,
)
from domain.amm.tick_math import MIN_SQRT_RATIO, MIN_TICK, Q96, sqrt_ratio_at_tick
from domain.errors import EmptyPool, InputRefused
from tests.kit.amm import a_v3_pool, pool_of, recorded

sizes = st.integers(min_value=1, max_value=10**21)
directions = st.booleans()


def _asked(vector: dict[str, Any]):
    limit = vector["sqrt_price_limit_x96"]
    return swap(
        pool_of(vector["pool"]),
        int(vector["amount_specified"]),
        zero_for_one=vector["zero_for_one"],
        sqrt_price_limit_x96=int(limit) if limit else None,
    )


def test_recorded_swaps_are_equal_to_the_unit():
    vectors = [v for v in recorded("uniswap_vectors/v3core_swaps.json") if not _reverts(v)]
    for vector in vectors:
        done, expected = _asked(vector), vector["expected"]
        is_zero_in = vector["zero_for_one"]
        moved = (done.in_units, -done.out_units) if is_zero_in else (-done.out_units, done.in_units)
        growth = (done.fee_growth_x128, 0) if is_zero_in else (0, done.fee_growth_x128)
        assert moved == (int(expected["amount0Delta"]), int(expected["amount1Delta"])), vector["id"]
        assert done.tick == expected["tickAfter"], vector["id"]
        assert growth == tuple(int(expected[f"feeGrowthGlobal{i}X128Delta"]) for i in (0, 1)), (
            vector["id"]
        )
    assert len(vectors) > 100


def test_recorded_reverts_are_refused():
    reverting = [v for v in recorded("uniswap_vectors/v3core_swaps.json") if _reverts(v)]
    for vector in reverting:
        with pytest.raises(InputRefused):
            _asked(vector)
    assert reverting


def _reverts(vector: dict[str, Any]) -> bool:
    return "swapError" in vector["expected"]


def test_quotes_of_a_live_pool_are_equal_to_the_unit():
    pools = recorded("amm_onchain/amm_onchain.json")["pools"]
    (entry,) = (pool for pool in pools if pool["kind"] == "v3")
    pool, token0 = _recorded_pool(entry["state"]), entry["state"]["token0"]["symbol"]
    for quote in entry["quotes"]:
        _, function, route, amount = quote["key"].split("|")
        is_input = function == "quoteExactInputSingle"
        done = swap(
            pool,
            int(amount) if is_input else -int(amount),
            zero_for_one=route.startswith(token0 + "->"),
        )
        assert (done.out_units if is_input else done.in_units) == int(quote["value"]), quote


def _recorded_pool(state: dict[str, Any]) -> Concentrated:
    scalars = state["scalars"]
    # The table holds gross before net: lower ends are (x, x), upper ends (x, -x), and gross is
    # never negative.
    ticks = {int(tick): (int(row[1]), int(row[0])) for tick, row in state["tick_data"].items()}
    assert all(gross >= 0 for _, gross in ticks.values())
    return Concentrated(
        sqrt_price_x96=int(scalars["sqrt_price_x96"]),
        tick=scalars["tick"],
        liquidity=int(scalars["liquidity"]),
        ticks=net_table(ticks),
        fee_pips=scalars["fee"],
        tick_spacing=scalars["tick_spacing"],
    )


def test_the_walk_stops_at_the_edge_of_a_bitmap_word():
    pool = replace(a_v3_pool(tick=0), ticks=((-60_000, 5), (60_000, -5)))
    assert next_tick(pool, 0, zero_for_one=True) == (0, False)
    assert next_tick(pool, -1, zero_for_one=True) == (-2560, False)
    assert next_tick(pool, 0, zero_for_one=False) == (2550, False)
    assert next_tick(pool, 2550, zero_for_one=False) == (5110, False)
    assert next_tick(pool, 58_900, zero_for_one=False) == (60_000, True)
    assert next_tick(pool, -60_000, zero_for_one=True) == (-60_000, True)


@settings(max_examples=60)
@given(sizes, directions)
def test_an_exact_output_of_what_an_input_paid_asks_for_no_more(units, zero_for_one):
    pool = a_v3_pool()
    paid = pool.exact_in(zero_for_one=zero_for_one, units=units)
    if paid:
        asked = pool.exact_out(zero_for_one=zero_for_one, units=paid)
        assert asked is not None
        assert asked <= units
        again = pool.exact_in(zero_for_one=zero_for_one, units=asked)
        assert again is not None
        assert again >= paid


@settings(max_examples=60)
@given(sizes, directions)
def test_selling_and_buying_back_never_gains(units, zero_for_one):
    pool = a_v3_pool()
    there = swap(pool, units, zero_for_one=zero_for_one)
    moved = replace(
        pool,
        sqrt_price_x96=there.sqrt_price_x96,
        tick=there.tick,
        liquidity=there.liquidity,
    )
    if there.out_units:
        back = swap(moved, there.out_units, zero_for_one=not zero_for_one)
        assert back.out_units <= there.in_units


@settings(max_examples=60)
@given(st.integers(min_value=1, max_value=10**19), directions)
def test_two_halves_never_pay_more_than_the_whole(units, zero_for_one):
    pool = a_v3_pool()
    whole = swap(pool, 2 * units, zero_for_one=zero_for_one)
    assume(whole.in_units == 2 * units)
    first = swap(pool, units, zero_for_one=zero_for_one)
    middle = replace(
        pool, sqrt_price_x96=first.sqrt_price_x96, tick=first.tick, liquidity=first.liquidity
    )
    second = swap(middle, units, zero_for_one=zero_for_one)
    assert first.out_units + second.out_units <= whole.out_units


def test_a_pool_that_runs_dry_says_it_cannot_fill():
    pool = a_v3_pool()
    assert pool.exact_in(zero_for_one=True, units=10**30) is None
    assert pool.exact_out(zero_for_one=True, units=10**30) is None


def test_a_price_at_the_end_of_the_curve_cannot_be_pushed_further():
    pool = replace(a_v3_pool(), sqrt_price_x96=MIN_SQRT_RATIO + 1, tick=MIN_TICK, liquidity=0)
    assert pool.exact_in(zero_for_one=True, units=1) is None


def test_nothing_in_is_nothing_out():
    pool = a_v3_pool()
    assert pool.exact_in(zero_for_one=True, units=0) == 0
    assert pool.exact_out(zero_for_one=False, units=0) == 0


def test_an_amount_of_nothing_reverts_on_chain():
    with pytest.raises(InputRefused):
        swap(a_v3_pool(), 0, zero_for_one=True)


def test_a_pool_never_initialised_has_no_price_and_no_quote():
    pool = replace(a_v3_pool(), sqrt_price_x96=0)
    assert pool.exact_in(zero_for_one=True, units=1) is None
    with pytest.raises(EmptyPool):
        pool.spot_ratio()


def test_spot_is_the_square_of_the_root():
    pool = replace(a_v3_pool(), sqrt_price_x96=2 * Q96)
    numerator, denominator = pool.spot_ratio()
    assert numerator == 4 * denominator


def test_positions_add_up_and_leave_without_a_trace():
    table = with_liquidity({}, -10, 10, 5)
    both = with_liquidity(table, 10, 30, 7)
    assert net_table(both) == ((-10, 5), (10, 2), (30, -7))
    assert both[10] == (2, 12)
    assert liquidity_at(net_table(both), 10) == 7
    assert with_liquidity(with_liquidity(both, 10, 30, -7), -10, 10, -5) == {}


def test_a_tick_whose_net_is_nothing_but_whose_gross_is_not_still_stops_the_walk():
    table = with_liquidity(with_liquidity({}, -100, 0, 5), 0, 100, 5)
    pool = replace(a_v3_pool(tick=50), ticks=net_table(table))
    assert next_tick(pool, 50, zero_for_one=True) == (0, True)
    assert dict(pool.ticks)[0] == 0


@pytest.mark.parametrize(("lower", "upper", "delta"), [(10, 10, 1), (20, 10, 1), (-10, 10, -1)])
def test_impossible_positions_are_refused(lower, upper, delta):
    with pytest.raises(InputRefused):
        with_liquidity({}, lower, upper, delta)


def test_the_price_of_a_tick_reached_exactly_belongs_to_the_side_it_was_reached_from():
    pool = a_v3_pool(tick=0)
    edge = sqrt_ratio_at_tick(-200)
    down = swap(pool, 10**30, zero_for_one=True, sqrt_price_limit_x96=edge)
    assert (down.sqrt_price_x96, down.tick) == (edge, -201)


@given(st.integers(-2_000, 2_000), sizes, directions, st.booleans())
def test_what_ends_in_its_range_is_paid_as_the_whole_walk_pays(tick, units, zero_for_one, is_deep):
    pool = a_v3_pool(tick, 10**24 if is_deep else 10**15)
    paid = paid_in_range(pool, units, zero_for_one=zero_for_one)
    done = swap(pool, units, zero_for_one=zero_for_one)
    if paid is None:
        assert done.liquidity != pool.liquidity or done.tick != pool.tick or not done.out_units
    else:
        assert (done.in_units, done.out_units) == (units, paid)


def test_what_swaps_nothing_has_no_range_to_be_paid_in():
    pool = a_v3_pool()
    for odd in (replace(pool, liquidity=0), replace(pool, sqrt_price_x96=0)):
        assert paid_in_range(odd, 10**9, zero_for_one=True) is None
    assert paid_in_range(pool, 0, zero_for_one=True) is None
