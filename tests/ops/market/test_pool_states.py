"""States become snapshots kind by kind, and what a family cannot compute is refused."""

from __future__ import annotations

from typing import Any

import pytest

from domain.amm.balancer_weighted import Weighted
from domain.amm.curve_stableswap import Form, Product, StableSwap
from domain.amm.solidly import Solidly
from domain.amm.uniswap_v2 import UniswapV2
from domain.amm.uniswap_v3 import UniswapV3
from domain.amm.uniswap_v4 import UniswapV4
from domain.errors import InputRefused
from ops.json_fields import Fields
from ops.market.pool_states import read_pool

TOKENS = [{"symbol": "A", "decimals": 18}, {"symbol": "B", "decimals": 6}]
PAIR = {"token0": TOKENS[0], "token1": TOKENS[1], "reserves_token0": "5", "reserves_token1": 7}
SCALARS = {
    "fee": 500,
    "tick_spacing": 10,
    "sqrt_price_x96": str(1 << 96),
    "tick": 0,
    "liquidity": 9,
}
CURVE = {"scalars": SCALARS, "tick_data": {"-10": [9, 9], "10": ["9", -9], "20": [0, 0]}}
STABLE = {"tokens": TOKENS, "balances": [10, "20"], "fee": 4_000_000, "a_coefficient": 100}
WEIGHTED = {
    "tokens": TOKENS,
    "balances": [1, 2],
    "weights": [6 * 10**17, 4 * 10**17],
    "swap_fee": 10**15,
}


def read(kind: str, state: dict[str, Any]) -> Any:
    return read_pool(Fields(kind, "f.kind"), Fields(state, "f.state"))


def test_a_pair_has_uniswaps_fee_unless_its_own_is_stated():
    assert read("v2", PAIR) == UniswapV2((5, 7), 3, 1_000)
    assert read("v2", PAIR | {"fee_numer": 25, "fee_denom": 10_000}) == UniswapV2(
        (5, 7), 25, 10_000
    )


def test_solidly_pools_know_their_decimals_where_the_curve_does():
    assert read("v2_volatile", PAIR | {"fee_raw": 30}) == Solidly(
        (5, 7), 30, (1, 1), is_stable=False
    )
    stable = read("solidly_stable", PAIR | {"fee_raw": 5})
    assert stable == Solidly((5, 7), 5, (10**18, 10**6), is_stable=True)


@pytest.mark.parametrize("swapped", [False, True])
def test_the_net_column_is_found_whichever_it_is(swapped):
    rows = {tick: row[::-1] if swapped else row for tick, row in CURVE["tick_data"].items()}
    pool = read("v3", CURVE | {"tick_data": rows})
    assert isinstance(pool, UniswapV3)
    assert pool.curve.ticks == ((-10, 9), (10, -9))


def test_protocol_fees_are_unpacked_as_each_version_packs_them():
    third = read("v3", CURVE | {"scalars": SCALARS | {"fee_protocol": 4 | 6 << 4}})
    assert isinstance(third, UniswapV3)
    assert third.fee_protocol == (4, 6)
    fourth = read("v4", CURVE | {"scalars": SCALARS | {"protocol_fee": 50 | 1_000 << 12}})
    assert isinstance(fourth, UniswapV4)
    assert fourth.protocol_pips == (50, 1_000)


def test_a_stableswap_pool_counts_its_coefficient_as_its_form_does():
    plain = read("curve", STABLE)
    assert plain == StableSwap((10, 20), (10**18, 10**30), 10_000, 4_000_000)
    ramp = {
        "initial_a": 10_000,
        "future_a": 20_000,
        "initial_a_time": 0,
        "future_a_time": 100,
        "block_timestamp": 50,
    }
    assert read("curve", STABLE | ramp | {"a_coefficient": 150}).amp == 15_000
    first = STABLE | {"strategies": {"d_variant": 3, "y_variant": 2, "swap_style": 11}}
    assert read("curve", first).form == Form(
        1, Product.BY_COIN_PLUS_ONE, keeps_one=False, converts_first=True
    )
    assert read("curve", first).amp == 100


def test_a_weighted_pool_knows_whether_its_powers_are_exact():
    pool = read("balancer_weighted", WEIGHTED)
    weights = (6 * 10**17, 4 * 10**17)
    assert pool == Weighted((1, 2), weights, (1, 10**12), 10**15, has_exact_powers=True)
    assert not read("balancer_weighted", WEIGHTED | {"version": 1}).has_exact_powers


def test_what_a_pool_is_keyed_by_may_stand_beside_its_numbers():
    moving = {name: SCALARS[name] for name in ("sqrt_price_x96", "tick", "liquidity")}
    key = {"fee": 1 << 23, "tick_spacing": 10, "hooks": "0x" + "0" * 40}
    whole = read("v4", CURVE)
    keyed = CURVE | {"scalars": moving | {"lp_fee": 500}, "pool_key": key}
    assert read("v4", keyed) == whole
    assert read("v4", CURVE | {"scalars": moving, "fee": 500, "tick_spacing": 10}) == whole


@pytest.mark.parametrize(
    ("kind", "state", "why"),
    [
        ("v5", PAIR, "not one of v2, v3"),
        ("v2", {}, "reserves_token0"),
        ("v2", PAIR | {"reserves_token0": -1}, "less than 0"),
        ("v2", PAIR | {"reserves_token0": "0x5"}, "whole number"),
        ("v2", PAIR | {"fee_numer": 10, "fee_denom": 10}, "less than 11"),
        ("v2_volatile", PAIR | {"fee_raw": 10_000}, "more than 9999"),
        ("v3", CURVE | {"tick_data": {"-10": [9, 9], "10": [9, -9], "0": [-3, 1]}}, "gross"),
        ("v3", CURVE | {"tick_data": {"x": [9, 9]}}, "whole number"),
        ("v3", CURVE | {"tick_data": {"5": [9]}}, "fewer than 2"),
        ("v4", CURVE | {"hooks": "0x00000000000000000000000000000000000000c0"}, "hooks"),
        ("v4", CURVE | {"pool_key": {"hooks": "0x80"}}, "hooks"),
        ("v3", CURVE | {"scalars": {**SCALARS, "fee": None}}, "no field fee"),
        ("v4", CURVE | {"scalars": SCALARS | {"fee": 1 << 23}}, "more than 1000000"),
        ("curve", STABLE | {"use_lending": [True, False]}, "rates"),
        ("curve", STABLE | {"strategies": {"lending_rate_style": 6}}, "rates"),
        ("curve", STABLE | {"base_pool": "0x1"}, "metapool"),
        ("curve", STABLE | {"strategies": {"swap_style": 4}}, "plain stableswap"),
        ("curve", STABLE | {"balances": [1, 2, 3]}, "one balance for each"),
        ("balancer_weighted", WEIGHTED | {"weights": [1]}, "fewer than 2"),
        ("balancer_weighted", WEIGHTED | {"weights": [1, 2, 3]}, "one balance and one weight"),
    ],
)
def test_what_cannot_be_computed_honestly_is_refused(kind, state, why):
    with pytest.raises(InputRefused, match=why):
        read(kind, state)


def test_a_pool_whose_hooks_are_the_zero_address_has_none():
    assert isinstance(read("v4", CURVE | {"hooks": "0x" + "0" * 40}), UniswapV4)
