"""A folder of exported files becomes the block it holds, or is refused in one sentence."""

import json
from pathlib import Path

import msgspec
import pytest

from domain.chain.block import settle_block
from domain.errors import InputRefused
from ops.blocks.folder import read_block_folder
from ops.blocks.report import block_report
from tests.kit.block_files import header_row, log_row, transaction_row, write_block
from tests.kit.logs import a_block, a_receipt, hexed, in_sequence, transfer

REAL = Path("../shared/data/eth_block_17173049")
LOGS = in_sequence(*(transfer(0x70, 0xA1, 0xB0, units) for units in (5, 6, 7)))


def a_varied_block():
    """Give a block with one transaction of each type, a creation, blobs and a rollup's fee."""
    receipts = [
        a_receipt(0, LOGS, tx_type=0),
        a_receipt(1, tx_type=1, status=0),
        a_receipt(2, tx_type=2, to=None, contract_address=hexed(0xC0)),
        a_receipt(3, tx_type=3, blob_gas_used=131_072, blob_gas_price_wei=7),
        a_receipt(4, tx_type=4, l1_fee_wei=11, value_wei=10**30),
    ]
    return a_block(receipts)


@pytest.mark.parametrize(
    "block",
    [
        a_varied_block(),
        a_block(),
        a_block(
            [a_receipt(tx_type=0, status=None, state_root="0x" + "5a" * 32)], base_fee_wei=None
        ),
    ],
    ids=["every type", "empty", "before Byzantium"],
)
def test_a_block_comes_back_as_it_was_written(tmp_path, block):
    found = read_block_folder(write_block(tmp_path, block))
    assert found.block == block
    assert found.set_aside == ()
    assert settle_block(found.block).proof.is_complete


def test_rows_may_come_one_a_line_in_any_order_and_in_the_names_of_a_node(tmp_path):
    block = a_block([a_receipt(0, LOGS), a_receipt(1)])
    camel = {
        "transaction_hash": "transactionHash",
        "log_index": "logIndex",
        "transaction_index": "transactionIndex",
        "block_number": "blockNumber",
        "block_hash": "blockHash",
    }
    rows = [{camel.get(name, name): value for name, value in log_row(log).items()} for log in LOGS]
    rows = [row | {"logIndex": hex(row["logIndex"])} for row in rows]
    write_block(
        tmp_path,
        block,
        logs="\n".join(map(json.dumps, reversed(rows))),
        transactions=[transaction_row(receipt) for receipt in reversed(block.receipts)],
    )
    assert read_block_folder(tmp_path).block == block


def test_receipts_may_lie_beside_their_transactions(tmp_path):
    block = a_varied_block()
    rows = [transaction_row(receipt) for receipt in block.receipts]
    bare = [{k: v for k, v in row.items() if not k.startswith("receipt_")} for row in rows]
    beside = [
        {k.removeprefix("receipt_"): v for k, v in row.items() if k.startswith("receipt_")}
        | {"transaction_hash": row["hash"]}
        for row in rows
    ]
    write_block(tmp_path, block, transactions=bare, receipts=beside)
    assert read_block_folder(tmp_path).block == block


def test_logs_that_are_no_part_of_the_block_are_set_aside_with_a_reason(tmp_path):
    block = a_block([a_receipt(0, LOGS)])
    rows = [log_row(log) for log in LOGS]
    foreign = [
        rows[0] | {"removed": True, "log_index": 7},
        rows[0] | {"block_hash": "0x" + "ee" * 32, "log_index": 8},
        rows[0] | {"transaction_hash": "0x" + "dd" * 32, "log_index": 9},
        rows[1],
    ]
    found = read_block_folder(write_block(tmp_path, block, logs=rows + foreign))
    assert found.block == block
    assert [aside.because for aside in found.set_aside] == [
        "the node took it back",
        "it is of another block",
        "no transaction here has its hash and index",
        "it comes twice",
    ]


def test_a_truncated_log_set_is_read_and_not_proven(tmp_path):
    block = a_block([a_receipt(0, LOGS)])
    found = read_block_folder(write_block(tmp_path, block, logs=[log_row(LOGS[0])]))
    assert not settle_block(found.block).proof.is_complete


BLOCK = a_block([a_receipt(0, LOGS), a_receipt(1)])
HEADER = header_row(BLOCK)
TX = transaction_row(BLOCK.receipts[0])
LOG = log_row(LOGS[0])


@pytest.mark.parametrize(
    "spoiled",
    [
        {"blocks": []},
        {"blocks": [HEADER, HEADER]},
        {"blocks": [HEADER | {"receipts_root": None}]},
        {"blocks": [HEADER | {"logs_bloom": "0x00"}]},
        {"blocks": "{"},
        {"transactions": [TX | {"receipt_gas_used": None}]},
        {"transactions": [TX | {"receipt_status": 2}]},
        {"transactions": [TX | {"transaction_type": 300}]},
        {"transactions": [TX | {"transaction_index": 10**9}]},
        {"transactions": [TX | {"receipt_gas_used": 2**64}]},
        {"transactions": [TX | {"from_address": "0x12"}]},
        {"transactions": [TX | {"block_hash": "0x" + "ee" * 32}]},
        {"transactions": [TX, TX | {"value": 1}]},
        {"logs": [LOG, LOG | {"data": "0x" + "01" * 32}]},
        {"logs": [LOG | {"data": "0x123"}]},
        {"logs": [LOG | {"topics": ["0x" + "00" * 32] * 5}]},
        {"logs": [LOG | {"topics": ["0x12"]}]},
        {"logs": [LOG | {"log_index": None}]},
        {"logs": "[1]"},
        {"logs": '{"a": 1}\n{'},
    ],
    ids=lambda spoiled: next(iter(spoiled)),
)
def test_a_malformed_file_is_refused(tmp_path, spoiled):
    with pytest.raises(InputRefused):
        read_block_folder(write_block(tmp_path, BLOCK, **spoiled))


JUNK = [
    None,
    "",
    True,
    -1,
    0,
    1.5,
    "x",
    "0x",
    "0x1",
    "0x" + "ab" * 32,
    2**300,
    [],
    [None],
    {},
    "9" * 90,
]


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: str(junk)[:12])
def test_junk_in_any_field_is_refused_or_fails_the_proof_and_never_breaks(tmp_path, junk):
    rows = {
        "blocks": [HEADER],
        "transactions": [transaction_row(receipt) for receipt in BLOCK.receipts],
        "logs": [log_row(log) for log in LOGS],
    }
    for name, good in rows.items():
        for field in good[0]:
            spoiled = {name: [good[0] | {field: junk}, *good[1:]]}
            try:
                settled = settle_block(
                    read_block_folder(write_block(tmp_path, BLOCK, **spoiled)).block
                )
            except InputRefused:
                continue
            block_report(read_block_folder(tmp_path), settled)


@pytest.mark.parametrize("name", ["blocks", "transactions", "logs"])
def test_a_missing_file_is_refused_by_name(tmp_path, name):
    write_block(tmp_path, BLOCK)
    (tmp_path / f"{name}.json").unlink()
    with pytest.raises(InputRefused, match=f"{name}.json"):
        read_block_folder(tmp_path)


def test_a_path_that_is_no_folder_is_refused(tmp_path):
    with pytest.raises(InputRefused, match="folder"):
        read_block_folder(tmp_path / "nowhere")


def test_a_repeated_transaction_counts_once(tmp_path):
    rows = [transaction_row(receipt) for receipt in BLOCK.receipts]
    found = read_block_folder(write_block(tmp_path, BLOCK, transactions=rows + rows))
    assert found.block == BLOCK


def test_a_real_block_is_proven_whole():
    if not REAL.exists():
        pytest.skip(f"the real block is not at {REAL}")
    found = read_block_folder(REAL)
    assert settle_block(found.block).proof.is_complete


def test_a_real_block_fails_its_proof_whichever_log_is_missing():
    if not REAL.exists():
        pytest.skip(f"the real block is not at {REAL}")
    from domain.chain.block import prove
    from domain.chain.types import Block

    block = read_block_folder(REAL).block
    logged = [at for at, receipt in enumerate(block.receipts) if receipt.logs]
    for at in (logged[0], logged[len(logged) // 2], logged[-1]):
        receipts = list(block.receipts)
        receipts[at] = msgspec.structs.replace(receipts[at], logs=receipts[at].logs[:-1])
        proof = prove(Block(block.header, tuple(receipts)))
        assert not proof.is_root_equal
        assert proof.differences
