"""The report of decoded arbitrages: every recorded result, and gas only where it can be netted."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

import pytest

from ops.market.decode_report import decode_rows
from ops.market.swap_file import read_swap_file
from tests.kit.amm import recorded

NAME = "arbitrage_decode/mev_inspect_js.json"
GROUPS = ("arbitrage", "nftArbitrages")
KEYS = ("swaps", "profit", "arbitrager")


def decoded(tmp_path, whole: object, price: int | None = None) -> list[dict[str, Any]]:
    path = tmp_path / "swaps.json"
    path.write_text(json.dumps(whole))
    return decode_rows(read_swap_file(path, price))


@pytest.mark.parametrize("group", GROUPS)
def test_every_recorded_case_has_exactly_its_result(tmp_path, group):
    cases = recorded(NAME)[group]
    for case in cases:
        rows = decoded(tmp_path, case["args"][0])
        assert [{key: row[key] for key in KEYS} for row in rows] == case["result"], case["test"]
    assert len(cases) >= 4


def test_the_whole_file_gives_every_case_by_its_name(tmp_path):
    whole = recorded(NAME)
    expected = [
        (case["test"], result["profit"]["amount"])
        for group in GROUPS
        for case in whole[group]
        for result in case["result"]
    ]
    rows = decoded(tmp_path, whole)
    assert [(row["case"], row["profit"]["amount"]) for row in rows] == expected


def test_swaps_of_all_cases_together_give_the_same_arbitrages(tmp_path):
    cases = recorded(NAME)["arbitrage"]
    rows = decoded(tmp_path, list(chain(*(case["args"][0] for case in cases))))
    expected = [result["profit"] for case in cases for result in case["result"]]
    by_amount = {"key": lambda profit: int(profit["amount"])}
    assert sorted((row["profit"] for row in rows), **by_amount) == sorted(expected, **by_amount)


def test_a_sandwich_of_several_transactions_is_no_arbitrage(tmp_path):
    for case in recorded(NAME)["sandwiches"]:
        swaps = case["args"][1]
        if len({swap["transaction"]["hash"] for swap in swaps}) == len(swaps):
            assert decoded(tmp_path, swaps) == [], case["test"]


def test_classified_swaps_of_one_transaction_are_decoded_across_protocols(tmp_path):
    whole = recorded(NAME)
    cases = chain(*(whole[group] for group in ("uniswapV2", "uniswapV3", "balancerV2")))
    swaps = [case["result"] for case in cases if case["fn"] == "swapClassifier.parse"]
    rows = decoded(tmp_path, swaps)
    assert {row["transaction"][:10] for row in rows} == {
        swap["transaction"]["hash"][:10]
        for swap in swaps
        if swap["transaction"]["hash"][:8] in {"0x861d5a", "0x88e99b", "0x063876", "0xc8df72"}
    }


def test_profit_is_net_of_gas_only_in_the_native_coin(tmp_path):
    cases = {case["test"]: case["args"][0] for case in recorded(NAME)["arbitrage"]}
    (native,) = decoded(tmp_path, cases["MEV: arbitrage / multistep internal arbitrage"], 10**10)
    assert native["transaction_gas_used"] == "277422"
    assert int(native["gas_wei"]) == 277_422 * 10**10
    net = int(native["profit"]["amount"]) - int(native["gas_wei"])
    assert native["profit_net_of_gas"] == str(net)
    (dollars,) = decoded(tmp_path, cases["MEV: arbitrage / arbitrage with profit in USD token"], 1)
    assert dollars["gas_wei"] == "818860"
    assert "profit_net_of_gas" not in dollars
    (unpriced,) = decoded(tmp_path, cases["MEV: arbitrage / multistep internal arbitrage"])
    assert "gas_wei" not in unpriced


def test_a_row_adds_up(tmp_path):
    for row in decoded(tmp_path, recorded(NAME)):
        profit = int(row["amount_out"]) - int(row["amount_in"])
        assert profit == int(row["profit"]["amount"]) > 0
        assert row["path"][0] == row["path"][-1]
        assert len(row["swaps"]) == row["hops"] == len(row["path"]) - 1
