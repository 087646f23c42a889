"""A block written as the files an exporter writes, so that tests can spoil them field by field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from domain.chain.types import Block, Log, Receipt


def write_block(folder: Path, block: Block, **spoiled: Any) -> Path:
    """Write `blocks.json`, `transactions.json` and `logs.json`.

    Args:
        folder: Where to; made when absent.
        block: What to write.
        spoiled: Replaces a whole file: ``blocks=``, ``transactions=`` or ``logs=`` as rows or text.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "blocks": [header_row(block)],
        "transactions": [transaction_row(receipt) for receipt in block.receipts],
        "logs": [log_row(log) for receipt in block.receipts for log in receipt.logs],
    }
    for name, rows in (files | spoiled).items():
        text = rows if isinstance(rows, str) else json.dumps(rows)
        (folder / f"{name}.json").write_text(text)
    return folder


def header_row(block: Block) -> dict[str, Any]:
    """Write a header as ethereum-etl names it."""
    header = block.header
    return {
        "type": "block",
        "number": header.number,
        "hash": header.hash,
        "parent_hash": header.parent_hash,
        "timestamp": header.timestamp_s,
        "receipts_root": header.receipts_root,
        "logs_bloom": header.logs_bloom,
        "gas_used": header.gas_used,
        "gas_limit": header.gas_limit,
        "base_fee_per_gas": header.base_fee_wei,
        "transaction_count": header.transaction_count,
        "something_new": {"nested": [1.5]},
    }


def transaction_row(receipt: Receipt) -> dict[str, Any]:
    """Write a transaction with its receipt inside, as ethereum-etl names it."""
    return {
        "type": "transaction",
        "hash": receipt.tx_hash,
        "transaction_index": receipt.tx_index,
        "block_number": receipt.block_number,
        "block_hash": receipt.block_hash,
        "from_address": receipt.sender,
        "to_address": receipt.to,
        "value": receipt.value_wei,
        "gas_price": receipt.effective_gas_price_wei,
        "transaction_type": receipt.tx_type,
        "receipt_status": receipt.status,
        "receipt_root": receipt.state_root,
        "receipt_gas_used": receipt.gas_used,
        "receipt_cumulative_gas_used": receipt.cumulative_gas_used,
        "receipt_effective_gas_price": receipt.effective_gas_price_wei,
        "receipt_contract_address": receipt.contract_address,
        "receipt_blob_gas_used": receipt.blob_gas_used or None,
        "receipt_blob_gas_price": receipt.blob_gas_price_wei or None,
        "receipt_l1_fee": receipt.l1_fee_wei or None,
    }


def log_row(log: Log) -> dict[str, Any]:
    """Write a log as ethereum-etl names it."""
    return {
        "type": "log",
        "log_index": log.log_index,
        "transaction_hash": log.tx_hash,
        "transaction_index": log.tx_index,
        "address": log.address,
        "data": log.data,
        "topics": list(log.topics),
        "block_number": log.block_number,
        "block_hash": log.block_hash,
    } | ({"removed": True} if log.removed else {})
