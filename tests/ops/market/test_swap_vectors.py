"""Recorded swaps are read with everything they say, prices at five digits included."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from domain.errors import InputRefused
from ops.json_fields import Fields
from ops.market.pool_report import checked
from ops.market.swap_vectors import _ratio, read_vectors

Q96 = 1 << 96
POOL = {
    "fee": 3_000,
    "tick_spacing": 60,
    "sqrt_price_x96": str(Q96),
    "positions": [{"tick_lower": -887_220, "tick_upper": 887_220, "liquidity": str(2 * 10**18)}],
}
SWAP: dict[str, Any] = {
    "id": "medium fee swap exactly 0.0000000000000010000 token0 for token1",
    "pool": POOL,
    "zero_for_one": True,
    "amount_specified": "1000",
    "sqrt_price_limit_x96": None,
    "expected": {
        "amount0Before": str(2 * 10**18),
        "amount0Delta": "1000",
        "amount1Delta": "-996",
        "executionPrice": "0.99600",
        "feeGrowthGlobal0X128Delta": str(3 * 2**128 // (2 * 10**18)),
        "feeGrowthGlobal1X128Delta": "0",
        "poolPriceAfter": "1.0000",
        "tickAfter": -1,
        "tickBefore": 0,
    },
}


def counted(*swaps: dict[str, Any]) -> list[tuple[str, int, int]]:
    asked = read_vectors(Fields(list(swaps), "f.json"))
    assert asked is not None
    return [(pool.name, pool.equal, pool.reverts_ok) for pool in map(checked, asked)]


def changed(**expected: Any) -> dict[str, Any]:
    swap = copy.deepcopy(SWAP)
    swap["expected"] |= expected
    return swap


def test_a_swap_is_equal_when_everything_recorded_is():
    assert counted(SWAP) == [("medium fee", 1, 0)]


@pytest.mark.parametrize("name", [name for name in SWAP["expected"] if name != "amount0Before"])
def test_each_recorded_number_matters(name):
    value = str(SWAP["expected"][name])
    assert counted(changed(**{name: value[:-1] + str((int(value[-1]) + 1) % 10)}))[0][1] == 0


def test_swaps_on_one_pool_are_reported_together():
    other = changed()
    other["pool"]["fee"] = 500
    assert [name for name, *_ in counted(SWAP, SWAP, other)] == ["medium fee", "medium fee"]


def test_neither_the_order_of_swaps_nor_of_a_pools_words_makes_two_pools_of_one():
    other, turned = changed(), SWAP | {"pool": dict(reversed(POOL.items()))}
    other["id"] = "low fee swap exactly 0.0000000000000010000 token0 for token1"
    assert counted(SWAP, other, turned) == [("medium fee", 2, 0), ("low fee", 1, 0)]


def test_a_protocol_fee_takes_its_part_of_the_growth():
    swap = changed(
        amount0Delta="10000",
        amount1Delta="-9969",
        executionPrice="0.99690",
        feeGrowthGlobal0X128Delta=str((30 - 30 // 4) * 2**128 // (2 * 10**18)),
    )
    swap["amount_specified"] = "10000"
    swap["pool"]["fee_protocol"] = 4
    assert counted(swap) == [("medium fee", 1, 0)]


def test_a_limit_on_the_wrong_side_reverts_and_still_knows_the_pool():
    swap = changed()
    swap["sqrt_price_limit_x96"] = str(2 * Q96)
    swap["expected"] = {"swapError": "revert SPL", "poolPriceBefore": "1.0000", "tickBefore": 0}
    assert counted(swap) == [("medium fee", 0, 1)]
    swap["expected"]["tickBefore"] = 1
    assert counted(swap) == [("medium fee", 0, 0)]


@pytest.mark.parametrize(
    ("numerator", "denominator", "written"),
    [
        (1, 1, "1.0000"),
        (0, 7, "0.0000"),
        (-2, 3, "-0.66667"),
        (999_996, 10, "1.0000e+5"),
        (34_026, 10**42, "0.000000000000000000000000000000000000034026"),
        (367_920, 1, "3.6792e+5"),
        (12_345, 1, "12345"),
        (0, 0, "NaN"),
        (5, 0, "Infinity"),
        (-5, 0, "-Infinity"),
    ],
)
def test_ratios_are_written_at_five_significant_digits(numerator, denominator, written):
    assert _ratio(numerator, denominator) == written


def test_a_file_of_another_form_is_left_to_others():
    assert read_vectors(Fields({"pools": []}, "f.json")) is None


def test_a_malformed_swap_is_refused():
    with pytest.raises(InputRefused, match="positions"):
        counted(SWAP | {"pool": {"fee": 5}})
