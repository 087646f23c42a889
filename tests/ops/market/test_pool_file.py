"""Files of pools: coins by any of their names, quotes by their keys, and refusals by their path."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.errors import InputRefused
from ops.json_fields import Fields
from ops.market.pool_file import read_pool_file, stated_pools

A, B = "0x" + "Aa" * 20, "0x" + "Bb" * 20
STATE = {
    "token0": {"symbol": "A", "name": "Coin A", "address": A, "decimals": 18},
    "token1": {"symbol": "B", "name": "Coin B", "address": B, "decimals": 6},
    "reserves_token0": "1000",
    "reserves_token1": 2000,
}


def quoted(key: str, **changes: Any) -> dict[str, Any]:
    return {"key": key, "value": "5", "reverted": False} | changes


def file_of(*quotes: dict[str, Any], **changes: Any) -> Fields:
    pool = {"name": "p", "kind": "v2", "chain_id": 1, "block": 9, "state": STATE, "quotes": quotes}
    whole = {"pools": [pool | changes]}
    return Fields(json.loads(json.dumps(whole)), "f.json")


@pytest.mark.parametrize("route", ["A->B", "Coin A->Coin B", f"{A}->{B.lower()}"])
def test_a_quote_names_coins_by_symbol_name_or_address(route):
    (pool,) = stated_pools(file_of(quoted(f"0x1|getAmountsOut|{route}|77")))
    (quote,) = pool.quotes
    assert (quote.sold, quote.bought, quote.units, quote.value) == (0, 1, 77, 5)
    assert quote.is_exact_input


def test_a_reverted_quote_has_no_value():
    (pool,) = stated_pools(file_of(quoted("0x1|getAmountsIn|B->A|1", value=None, reverted=True)))
    assert pool.quotes[0].value is None
    assert not pool.quotes[0].is_exact_input


def test_pools_say_where_they_were_seen_even_without_quotes(tmp_path):
    path = tmp_path / "pools.json"
    path.write_text(
        json.dumps({"pools": [{"name": "p", "kind": "v2", "state": STATE | {"block": 3}}]})
    )
    (pool,) = read_pool_file(path)
    assert (pool.anchor, pool.quotes) == (("", "3"), ())
    assert [coin.identity for coin in pool.coins] == [A.lower(), B.lower()]


def test_a_coin_without_an_address_is_what_it_is_called():
    state = STATE | {"token0": {"symbol": "A", "decimals": 18}, "token1": "B"}
    (pool,) = stated_pools(file_of(state=state))
    assert [coin.identity for coin in pool.coins] == ["A", "B"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"quotes": [quoted("0x1|getAmountsOut|A->B")]}, "is not POOL"),
        ({"quotes": [quoted("0x1|getAmountsOut|AB|7")]}, "is not POOL"),
        ({"quotes": [quoted("0x1|getAmountsOut|A->C|7")]}, "means 0 of"),
        ({"quotes": [quoted("0x1|getAmountsOut|A->B|x")]}, "whole number"),
        ({"quotes": [quoted("0x1|mint|A->B|7")]}, "asks mint"),
        ({"quotes": [quoted("0x1|getAmountsOut|A->B|7", value=None)]}, "no field value"),
        (
            {
                "state": STATE | {"token1": STATE["token0"]},
                "quotes": [quoted("|getAmountOut|A->B|7")],
            },
            "2 of",
        ),
        ({"state": STATE | {"tokens": ["A", "B", "C"]}}, "3 coins for a pool of 2"),
        ({"state": STATE | {"token1": {"decimals": 6}}}, "neither symbol"),
        ({"kind": "v9"}, "v9"),
    ],
)
def test_a_malformed_pool_is_refused_by_its_path(changes, why):
    with pytest.raises(InputRefused, match=why):
        stated_pools(file_of(**changes))
