"""Receipts and logs are values: equal by content, unchanging, whole after a trip through JSON."""

import msgspec
import pytest

from domain.chain.types import Block, Log, Receipt
from tests.kit.logs import a_block, a_receipt, transfer


@pytest.mark.parametrize(
    "value", [transfer(1, 2, 3, 4), a_receipt(0, [transfer(1, 2, 3, 2**256 - 1)]), a_block()]
)
def test_a_value_comes_back_whole_from_json(value):
    assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value


def test_a_value_does_not_change():
    with pytest.raises(AttributeError):
        a_receipt().status = 0


def test_values_of_equal_content_are_one_in_a_set():
    assert len({transfer(1, 2, 3, 4), transfer(1, 2, 3, 4)}) == 1


def test_what_a_receipt_leaves_unsaid_costs_nothing():
    receipt = a_receipt()
    assert (receipt.blob_gas_used, receipt.l1_fee_wei, receipt.value_wei) == (0, 0, 0)
    assert (receipt.contract_address, receipt.state_root) == (None, None)


def test_a_log_stands_unless_the_node_takes_it_back():
    assert transfer(1, 2, 3, 4).removed is False


def test_the_contract_of_positions_is_kept():
    assert Log.__struct_fields__[:4] == ("address", "topics", "data", "log_index")
    assert Receipt.__struct_fields__[:4] == ("tx_hash", "tx_index", "block_number", "block_hash")
    assert Block.__struct_fields__ == ("header", "receipts")
