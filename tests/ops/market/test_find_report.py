"""The report of best cycles: what a market leaves, by asset, however its file is written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.amm.uniswap_v2 import UniswapV2
from domain.cycles.funding import UNBOUNDED
from domain.cycles.hop import Hop
from ops.json_fields import Fields
from ops.market.find_report import find_rows
from ops.market.pool_file import stated_pools
from tests.kit.amm import recorded
from tests.kit.rounds import forced

UNIT = 10**18
COINS = {name: "0x" + str(at) * 40 for at, name in enumerate("ABCD", start=1)}
reserves = st.integers(min_value=50, max_value=2_500)


def a_pool(name: str, first: str, second: str, *held: int, **changes: Any) -> dict[str, Any]:
    state = {
        "token0": {"symbol": first, "name": first, "address": COINS[first], "decimals": 18},
        "token1": {"symbol": second, "name": second, "address": COINS[second], "decimals": 18},
        "reserves_token0": str(held[0]),
        "reserves_token1": held[1],
    }
    pool = {"name": name, "kind": "v2", "chain_id": 1, "block": 9, "state": state, "quotes": []}
    return pool | changes


def rows_of(*pools: dict[str, Any], hops: int = 4, effort: int = 5_000) -> list[dict[str, Any]]:
    return find_rows(stated_pools(Fields({"pools": list(pools)}, "f.json")), hops, effort)


def test_a_recorded_market_of_three_blocks_apart_has_no_cycle():
    whole = recorded("amm_onchain/amm_onchain.json")
    assert find_rows(stated_pools(Fields(whole, "f.json")), 4, 5_000) == []


@settings(deadline=None, max_examples=15)
@given(reserves, reserves, reserves, reserves)
def test_two_small_pools_leave_what_trying_every_size_leaves(a, b, c, d):
    rows = rows_of(a_pool("one", "A", "B", a, b), a_pool("two", "A", "B", c, d))
    one, two = UniswapV2((a, b)), UniswapV2((c, d))
    for coin, sold in (("A", 0), ("B", 1)):
        ways = ((one, two), (two, one))
        best = max(
            forced((Hop(there, sold, 1 - sold), Hop(back, 1 - sold, sold)), UNBOUNDED, 2_600)
            for there, back in ways
        )
        found = [int(row["profit"]) for row in rows if row["path"][0] == coin]
        assert found == ([best] if best > 0 else [])


def test_a_triangle_is_found_from_each_of_its_assets_and_adds_up():
    rows = rows_of(
        a_pool("ab", "A", "B", 1000 * UNIT, 1000 * UNIT),
        a_pool("bc", "B", "C", 1000 * UNIT, 1000 * UNIT),
        a_pool("ca", "C", "A", 1000 * UNIT, 1100 * UNIT),
    )
    assert [row["path"][0] for row in rows] == ["A", "B", "C"]
    for row in rows:
        assert row["hops"] == 3
        assert row["path"][0] == row["path"][-1]
        assert int(row["amount_out"]) - int(row["amount_in"]) == int(row["profit"]) > 0
        assert row["amounts"][0] == row["amount_in"]
        assert isinstance(row["profit"], str)


@given(st.permutations(range(4)))
@settings(deadline=None, max_examples=8)
def test_a_file_in_another_order_says_the_same(order):
    pools = [
        a_pool("p0", "A", "B", 1000 * UNIT, 1000 * UNIT),
        a_pool("p1", "A", "B", 500 * UNIT, 540 * UNIT),
        a_pool("p2", "B", "C", 800 * UNIT, 810 * UNIT),
        a_pool("p3", "C", "A", 700 * UNIT, 720 * UNIT),
    ]
    listed = rows_of(*(pools[at] for at in order), effort=40)
    assert listed == rows_of(*pools, effort=40) != []


def test_a_market_ten_times_as_deep_leaves_ten_times_as_much():
    profits = []
    for scale in (1, 10):
        rows = rows_of(
            a_pool("one", "A", "B", 1000 * scale * UNIT, 1000 * scale * UNIT),
            a_pool("two", "A", "B", 1000 * scale * UNIT, 1080 * scale * UNIT),
        )
        profits.append(int(rows[0]["profit"]))
    assert profits[1] == pytest.approx(10 * profits[0], abs=20)


def test_one_price_everywhere_is_no_free_money_at_any_depth():
    pools = [
        a_pool(f"p{at}", first, second, depth * UNIT, depth * UNIT)
        for at, (first, second, depth) in enumerate(
            [("A", "B", 10), ("A", "B", 10**6), ("B", "C", 3), ("C", "A", 77), ("C", "D", 5)]
        )
    ]
    assert rows_of(*pools, hops=12) == []


def test_pools_of_one_name_are_different_pools():
    rows = rows_of(
        a_pool("same", "A", "B", 1000 * UNIT, 1000 * UNIT),
        a_pool("same", "A", "B", 1000 * UNIT, 1080 * UNIT),
    )
    assert [row["pools"] for row in rows] == [["same", "same"]] * 2


def test_a_pool_alone_or_empty_or_of_another_block_or_chain_is_no_market():
    full = a_pool("full", "A", "B", 1000 * UNIT, 1000 * UNIT)
    for other in (
        a_pool("empty", "A", "B", 0, 0),
        a_pool("half", "A", "B", 0, 1080 * UNIT),
        a_pool("later", "A", "B", 1000 * UNIT, 1080 * UNIT, block=10),
        a_pool("elsewhere", "A", "B", 1000 * UNIT, 1080 * UNIT, chain_id=2),
    ):
        assert rows_of(full, other) == []
    assert rows_of(full) == rows_of() == []


def test_a_symbol_that_means_two_assets_is_told_by_address():
    twin = a_pool("two", "A", "B", 1000 * UNIT, 1080 * UNIT)
    twin["state"]["token0"] = {**twin["state"]["token0"], "address": COINS["D"]}
    base = a_pool("one", "A", "B", 1000 * UNIT, 1000 * UNIT)
    assert rows_of(base, twin) == []
    third = a_pool("three", "A", "B", 1000 * UNIT, 1080 * UNIT)
    named = {row["path"][0] for row in rows_of(base, twin, third)}
    assert COINS["A"] in named
    assert "A" not in named


def test_a_recorded_concentrated_pool_against_a_pair_out_of_line():
    whole = recorded("amm_onchain/amm_onchain.json")
    ticked = next(pool for pool in whole["pools"] if pool["kind"] == "v3")
    state = ticked["state"]
    price = (int(state["scalars"]["sqrt_price_x96"]) / 2**96) ** 2
    pair = {
        "name": "pair", "kind": "v2", "chain_id": 1, "block": ticked["block"], "quotes": [],
        "state": {
            "token0": state["token0"], "token1": state["token1"],
            "reserves_token0": 10**9, "reserves_token1": int(10**9 * price * 1.05),
        },
    }  # fmt: skip
    rows = rows_of(ticked, pair)
    assert sorted(row["path"][0] for row in rows) == ["WBTC", "WETH"]
    assert all(int(row["profit"]) > 0 for row in rows)
