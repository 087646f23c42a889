"""Decoded swaps are read from every form files have, and refused by path when malformed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.errors import InputRefused
from ops.market.swap_file import read_swap_file

SWAP: dict[str, Any] = {
    "contract": {"address": "0xAA"},
    "from": "0xB0",
    "to": "0xB0",
    "assetIn": {"type": "erc20", "address": "0xC0"},
    "amountIn": "7",
    "assetOut": {"type": "erc721", "collection": "0xD0", "id": "12"},
    "amountOut": "1",
    "transaction": {"hash": "0xFF", "from": "0xE0", "gasUsed": 100},
    "event": {"address": "0xAB", "logIndex": 3},
}
CALL = {"test": "a case", "fn": "getArbitrages", "args": [[SWAP]], "result": []}


def read(tmp_path, whole: object, price: int | None = None):
    path = tmp_path / "swaps.json"
    path.write_text(json.dumps(whole))
    return read_swap_file(path, price)


@pytest.mark.parametrize(
    "whole", [[SWAP], {"swaps": [SWAP]}, CALL, [CALL], {"arbitrage": [CALL], "about": "swaps"}]
)
def test_every_form_gives_the_same_swaps(tmp_path, whole):
    (call,) = read(tmp_path, whole)
    (swap,) = call.swaps
    assert (swap.transaction, swap.log_index) == ("0xff", 3)
    assert swap.venues == {"0xaa", "0xab"}
    assert (swap.sold, swap.sold_units) == ("0xc0", 7)
    assert (swap.bought, swap.bought_units) == ("0xd0:12", 1)
    assert call.rows["0xff", 3] == SWAP


def test_calls_that_look_for_something_else_are_passed_over(tmp_path):
    other = CALL | {"fn": "getSandwiches", "args": [1, []]}
    assert [call.name for call in read(tmp_path, {"a": [other], "b": [CALL]})] == ["a case"]


def test_a_file_may_hold_no_swaps_at_all(tmp_path):
    (call,) = read(tmp_path, [])
    assert call.swaps == ()


def test_gas_is_priced_by_the_transaction_before_the_command(tmp_path):
    assert read(tmp_path, [SWAP])[0].gas_wei == {}
    assert read(tmp_path, [SWAP], 5)[0].gas_wei == {"0xff": 500}
    priced = SWAP | {"transaction": SWAP["transaction"] | {"effectiveGasPrice": "9", "l1Fee": 1}}
    assert read(tmp_path, [priced], 5)[0].gas_wei == {"0xff": 901}


@pytest.mark.parametrize(
    ("whole", "why"),
    [
        ({"pools": []}, "holds no decoded swaps"),
        (7, "is not an object"),
        ([7], "has no field contract"),
        ([{**SWAP, "amountIn": "x"}], "amountIn is not a whole number"),
        ([{**SWAP, "amountIn": "-1"}], "less than 0"),
        ([{**SWAP, "event": {}}], "logIndex"),
        ([{**SWAP, "assetIn": {"type": "erc20"}}], "address"),
        ({"fn": "getArbitrages", "args": []}, "fewer than 1"),
    ],
)
def test_a_malformed_file_is_refused_by_its_path(tmp_path, whole, why):
    with pytest.raises(InputRefused, match=why):
        read(tmp_path, whole)
