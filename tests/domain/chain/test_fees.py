"""Fees are exact, failed transactions pay, and the next base fee is the clients'."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.chain.fees import (
    effective_gas_price_wei,
    fee_wei,
    is_next_gas_limit,
    next_base_fee_wei,
    total_fee_wei,
)
from domain.errors import InputRefused
from tests.kit.logs import a_receipt

VECTORS = Path("../shared/data/eth_block_17173049/eip1559_vectors.json")


def _vectors():
    if not VECTORS.exists():
        pytest.skip(f"the vectors of go-ethereum are not at {VECTORS}")
    return json.loads(VECTORS.read_text())


def test_a_failed_transaction_pays_like_any_other():
    assert fee_wei(a_receipt(status=0)) == fee_wei(a_receipt(status=1)) == 21_000 * 10**9


def test_blobs_and_the_parent_chain_are_paid_on_top():
    plain, dear = a_receipt(), a_receipt(blob_gas_used=131_072, blob_gas_price_wei=3, l1_fee_wei=11)
    assert fee_wei(dear) - fee_wei(plain) == 131_072 * 3 + 11


def test_a_total_is_the_sum():
    receipts = [a_receipt(0), a_receipt(1, status=0, gas_used=7)]
    assert total_fee_wei(receipts) == (21_000 + 7) * 10**9
    assert total_fee_wei([]) == 0


def test_the_next_base_fee_is_what_the_clients_compute():
    for case in _vectors()["cases"]:
        got = next_base_fee_wei(case["parent_base_fee"], case["gas_used"], case["gas_limit"])
        assert got == case["expected"], case


def test_a_gas_limit_follows_within_its_bound():
    for case in _vectors()["gas_limit_bounds"]:
        is_next = is_next_gas_limit(
            case["parent"], case["child"], parent_is_london=case["parent_is_london"]
        )
        assert is_next is case["ok"], case


@given(st.integers(0, 10**12), st.integers(2, 10**8), st.data())
def test_the_base_fee_moves_by_at_most_an_eighth_toward_demand(base_fee_wei, gas_limit, data):
    target = gas_limit // 2
    gas_used = data.draw(st.integers(0, 2 * target))
    after = next_base_fee_wei(base_fee_wei, gas_used, gas_limit)
    assert abs(after - base_fee_wei) <= max(base_fee_wei // 8, 1)
    assert (after > base_fee_wei) is (gas_used > target)


def test_a_parent_without_a_gas_limit_is_refused():
    with pytest.raises(InputRefused):
        next_base_fee_wei(10**9, 0, 1)


def test_the_price_of_gas_is_base_and_tip_within_the_cap():
    assert effective_gas_price_wei(100, 5, 50) == 55
    assert effective_gas_price_wei(52, 5, 50) == 52
    with pytest.raises(InputRefused):
        effective_gas_price_wei(49, 5, 50)
