"""A block is proven by its header, and what is missing is named."""

import msgspec

from domain.chain.block import block_logs, prove, settle_block
from domain.chain.types import Block
from tests.kit.logs import a_block, a_log, a_receipt, in_sequence, transfer, v2_swap

LOGS = in_sequence(*(transfer(0x10 + i, 0xA1, 0xB0, 5) for i in range(4)))


def two_transactions():
    """Give a truthful block: two transactions with two logs each, and a third that failed."""
    receipts = [
        a_receipt(0, [msgspec.structs.replace(log, tx_index=0) for log in LOGS[:2]]),
        a_receipt(1, [msgspec.structs.replace(log, tx_index=1) for log in LOGS[2:]]),
        a_receipt(2, status=0),
    ]
    return a_block(receipts)


def without_log(block, index):
    receipts = tuple(
        msgspec.structs.replace(
            receipt, logs=tuple(log for log in receipt.logs if log.log_index != index)
        )
        for receipt in block.receipts
    )
    return Block(block.header, receipts)


def test_a_whole_block_is_proven():
    proof = prove(two_transactions())
    assert proof.is_complete
    assert proof.differences == ()


def test_an_empty_block_is_proven():
    settled = settle_block(a_block())
    assert settled.proof.is_complete
    assert (settled.transfers, settled.swaps, settled.total_fee_wei) == ((), (), 0)


def test_a_log_missing_in_the_middle_is_named_by_its_index():
    proof = prove(without_log(two_transactions(), 1))
    assert not proof.is_root_equal
    assert "logs are missing at index 1" in proof.differences


def test_a_log_missing_at_the_end_shows_in_the_bloom():
    proof = prove(without_log(two_transactions(), 3))
    assert not proof.is_complete
    assert any("bits of the header's bloom" in line for line in proof.differences)


def test_a_log_too_many_shows_in_the_bloom():
    block = two_transactions()
    extra = a_log(0x7777, (1,), at=4)
    first, *rest = block.receipts
    grown = msgspec.structs.replace(first, logs=(*first.logs, extra))
    proof = prove(Block(block.header, (grown, *rest)))
    assert any("do not belong" in line for line in proof.differences)


def test_a_missing_transaction_is_counted_and_its_place_named():
    block = two_transactions()
    proof = prove(Block(block.header, (block.receipts[0], block.receipts[2])))
    assert "the header counts 3 transactions and 2 are here" in proof.differences
    assert "transactions are missing at index 1" in proof.differences


def test_altered_data_is_found_by_the_root_alone_and_said():
    block = two_transactions()
    first, *rest = block.receipts
    altered = (
        msgspec.structs.replace(first.logs[0], data="0x" + "00" * 31 + "06"),
        *first.logs[1:],
    )
    proof = prove(Block(block.header, (msgspec.structs.replace(first, logs=altered), *rest)))
    assert (proof.is_root_equal, proof.is_bloom_equal) == (False, True)
    assert len(proof.differences) == 1


def test_gas_that_does_not_add_up_fails_the_proof():
    block = two_transactions()
    first, *rest = block.receipts
    proof = prove(Block(block.header, (msgspec.structs.replace(first, gas_used=1), *rest)))
    assert proof.is_root_equal
    assert not proof.is_complete
    assert "gas used by transaction 0 is 1" in proof.differences[0]


def test_a_header_with_other_gas_fails_the_proof():
    block = two_transactions()
    other = msgspec.structs.replace(block.header, gas_used=5)
    assert not prove(Block(other, block.receipts)).is_gas_equal


def test_failed_transactions_are_listed_and_their_fees_totalled():
    settled = settle_block(two_transactions())
    assert [receipt.tx_index for receipt in settled.failed] == [2]
    assert settled.total_fee_wei == 3 * 21_000 * 10**9


def test_swaps_of_all_transactions_come_in_the_order_of_the_block():
    logs = [
        v2_swap(0x900, 0xB0, (1, 0, 0, 2), at=0, tx=1),
        v2_swap(0x900, 0xB0, (1, 0, 0, 2), at=1, tx=0),
    ]
    receipts = [a_receipt(0, [logs[1]]), a_receipt(1, [logs[0]])]
    settled = settle_block(a_block(receipts))
    assert [each.swap.log_index for each in settled.swaps] == [0, 1]


def test_all_logs_of_a_block_are_those_of_its_receipts():
    assert len(block_logs(two_transactions())) == 4


def test_long_lists_of_holes_are_counted():
    logs = [transfer(1, 2, 3, 4, at=50)]
    proof = prove(a_block([a_receipt(0, logs)]))
    assert any(line.endswith("and 40 more") for line in proof.differences)
