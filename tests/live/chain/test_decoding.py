"""A node's JSON, by hand: read exactly, or named as misshapen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import SchemaDrift
from live.chain.decoding import block_head, log, quantity, receipt

HASH, ADDRESS = "0x" + "AB" * 32, "0x" + "Cd" * 20
LOG = {
    "address": ADDRESS,
    "topics": [HASH],
    "data": "0xFF",
    "logIndex": "0x2",
    "transactionHash": HASH,
    "transactionIndex": "0x1",
    "blockNumber": "0x10",
    "blockHash": HASH,
}
RECEIPT = {
    "transactionHash": HASH,
    "transactionIndex": "0x1",
    "blockNumber": "0x10",
    "blockHash": HASH,
    "from": ADDRESS,
    "to": None,
    "status": "0x1",
    "type": "0x2",
    "gasUsed": "0x5208",
    "cumulativeGasUsed": "0xa410",
    "effectiveGasPrice": "0x3b9aca07",
    "contractAddress": ADDRESS,
    "logs": [LOG],
    "logsBloom": "0x00",
}
HEAD = {"number": "0x10", "hash": HASH, "parentHash": HASH, "timestamp": "0x65"}


@given(st.integers(0, 2**256 - 1))
def test_every_quantity_is_read_exactly(number):
    assert quantity(hex(number)) == number


@pytest.mark.parametrize("value", [None, 5, "5", "0x", "0xzz", True])
def test_what_is_no_quantity_is_refused(value):
    with pytest.raises(SchemaDrift):
        quantity(value)


def test_a_log_is_read_in_lower_case_and_says_when_it_is_taken_back():
    read = log(LOG)
    assert (read.address, read.topics, read.data) == (ADDRESS.lower(), (HASH.lower(),), "0xff")
    assert (read.block_number, read.log_index, read.removed) == (16, 2, False)
    assert log(LOG | {"removed": True}).removed


def test_a_receipt_carries_status_gas_and_logs():
    read = receipt(RECEIPT)
    assert (read.status, read.gas_used, read.effective_gas_price_wei) == (1, 21_000, 1_000_000_007)
    assert read.to is None
    assert read.contract_address == ADDRESS.lower()
    assert read.logs == (log(LOG),)


@pytest.mark.parametrize("field", ["status", "gasUsed", "effectiveGasPrice", "blockHash", "logs"])
def test_a_receipt_without_what_money_needs_is_refused_by_name(field):
    with pytest.raises(SchemaDrift, match=field):
        receipt({name: value for name, value in RECEIPT.items() if name != field})


def test_a_block_from_before_london_has_no_base_fee():
    assert block_head(HEAD).base_fee_wei == 0
    assert block_head(HEAD | {"baseFeePerGas": "0x7"}).base_fee_wei == 7
