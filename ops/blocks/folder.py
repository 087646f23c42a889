"""A block as a folder of files: `blocks.json`, `transactions.json`, `logs.json`.

The form is ethereum-etl's export (arrays, or one object a line), with the receipt's fields either
inside the transactions as ``receipt_*`` or beside them in `receipts.json`; the names a node itself
uses are read too. Unknown fields are ignored. Logs that cannot belong to the block are set aside
and named, and the proof (`domain.chain.block`) decides whether what is left is whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from domain.chain.types import Block, BlockHeader, Log, Receipt
from domain.errors import InputRefused
from ops.exact_json import Row, read_rows

_MOST_TOPICS = 4
_LARGEST_TYPE = 0x7F
"""EIP-2718 leaves transaction types one byte, of which the upper half means something else."""
_LARGEST_GAS = 2**63 - 1
"""Gas is counted in 64 bits by every client, and in a signed BIGINT by the warehouse."""
_LATEST_S = 253_402_300_799
"""The last second of the year 9999, where calendars of ours end."""
_LARGEST_INDEX = 10**7
"""More than any block of any chain holds; beyond it a position is a mistake."""


class SetAside(msgspec.Struct, frozen=True):
    """A log that is no part of the block, and why."""

    log: Log
    because: str


class BlockFolder(msgspec.Struct, frozen=True):
    """What a folder holds: the block, and the logs that are no part of it."""

    block: Block
    set_aside: tuple[SetAside, ...]


def read_block_folder(folder: Path) -> BlockFolder:
    """Read one block with its transactions and logs.

    Raises:
        InputRefused: A file is absent or malformed, or the folder does not hold exactly one block.
    """
    if not folder.is_dir():
        raise InputRefused("give a folder with blocks, transactions and logs", got=str(folder))
    header = _one_header(read_rows(folder / "blocks.json"), folder)
    receipt_rows = {row.hex(*_HASH): row for row in _optional_rows(folder / "receipts.json")}
    bare = _transactions(read_rows(folder / "transactions.json"), receipt_rows, header)
    logs = [pull_log(row) for row in read_rows(folder / "logs.json")]
    return _assemble(header, bare, logs)


_HASH = ("transaction_hash", "transactionHash", "hash")


def _optional_rows(path: Path) -> list[Row]:
    return read_rows(path) if path.exists() else []


def _one_header(rows: Sequence[Row], folder: Path) -> BlockHeader:
    if len(rows) != 1:
        raise InputRefused(
            "give a folder that holds exactly one block", folder=str(folder), blocks=len(rows)
        )
    return pull_header(rows[0])


def pull_header(row: Row) -> BlockHeader:
    """Read a block's header.

    Raises:
        InputRefused: A field is absent or malformed.
    """
    return BlockHeader(
        number=row.integer("number", at_most=_LARGEST_GAS),
        hash=row.hex("hash", length_bytes=32),
        parent_hash=row.hex("parent_hash", "parentHash", length_bytes=32),
        timestamp_s=row.integer("timestamp", at_most=_LATEST_S),
        receipts_root=row.hex("receipts_root", "receiptsRoot", length_bytes=32),
        logs_bloom=row.hex("logs_bloom", "logsBloom", length_bytes=256),
        gas_used=row.integer("gas_used", "gasUsed", at_most=_LARGEST_GAS),
        gas_limit=row.integer("gas_limit", "gasLimit", at_most=_LARGEST_GAS),
        base_fee_wei=row.optional_integer("base_fee_per_gas", "baseFeePerGas"),
        transaction_count=row.optional_integer("transaction_count"),
    )


def pull_log(row: Row) -> Log:
    """Read a log.

    Raises:
        InputRefused: A field is absent or malformed.
    """
    topics = row.hex_list("topics", length_bytes=32)
    if len(topics) > _MOST_TOPICS:
        raise InputRefused("a log has at most four topics", log_index=row.integer(*_LOG_INDEX))
    return Log(
        address=row.hex("address", length_bytes=20),
        topics=topics,
        data=row.optional_hex("data") or "0x",
        log_index=row.integer(*_LOG_INDEX, at_most=_LARGEST_INDEX),
        tx_hash=row.hex("transaction_hash", "transactionHash", length_bytes=32),
        tx_index=row.integer(*_TX_INDEX, at_most=_LARGEST_INDEX),
        block_number=row.integer("block_number", "blockNumber"),
        block_hash=row.hex("block_hash", "blockHash", length_bytes=32),
        removed=row.value("removed") is True,
    )


_LOG_INDEX = ("log_index", "logIndex")
_TX_INDEX = ("transaction_index", "transactionIndex")


_GAS_USED = ("receipt_gas_used", "gas_used", "gasUsed")
_CUMULATIVE_GAS = ("receipt_cumulative_gas_used", "cumulative_gas_used", "cumulativeGasUsed")
_BLOB_GAS = ("receipt_blob_gas_used", "blob_gas_used", "blobGasUsed")


def pull_receipt(row: Row, outcome: Row) -> Receipt:
    """Read a transaction and its receipt, without logs.

    Args:
        row: The transaction.
        outcome: Where its receipt's fields are; the same row when they are inside.

    Raises:
        InputRefused: A field is absent or malformed.
    """
    price = outcome.optional_integer(
        "receipt_effective_gas_price", "effective_gas_price", "effectiveGasPrice"
    )
    return Receipt(
        tx_hash=row.hex("hash", "transaction_hash", length_bytes=32),
        tx_index=row.integer(*_TX_INDEX, at_most=_LARGEST_INDEX),
        block_number=row.integer("block_number", "blockNumber"),
        block_hash=row.hex("block_hash", "blockHash", length_bytes=32),
        sender=row.hex("from_address", "from", length_bytes=20),
        to=row.optional_hex("to_address", "to", length_bytes=20),
        status=outcome.optional_integer("receipt_status", "status", at_most=1),
        tx_type=row.optional_integer("transaction_type", "type", at_most=_LARGEST_TYPE) or 0,
        gas_used=outcome.integer(*_GAS_USED, at_most=_LARGEST_GAS),
        cumulative_gas_used=outcome.integer(*_CUMULATIVE_GAS, at_most=_LARGEST_GAS),
        effective_gas_price_wei=row.integer("gas_price", "gasPrice") if price is None else price,
        contract_address=outcome.optional_hex(
            "receipt_contract_address", "contract_address", "contractAddress", length_bytes=20
        ),
        blob_gas_used=outcome.optional_integer(*_BLOB_GAS, at_most=_LARGEST_GAS) or 0,
        blob_gas_price_wei=_or_zero(
            outcome, "receipt_blob_gas_price", "blob_gas_price", "blobGasPrice"
        ),
        l1_fee_wei=_or_zero(outcome, "receipt_l1_fee", "l1_fee", "l1Fee"),
        state_root=outcome.optional_hex("receipt_root", "root", length_bytes=32),
        value_wei=_or_zero(row, "value"),
        deposit_nonce=outcome.optional_integer("receipt_deposit_nonce", "depositNonce"),
        deposit_receipt_version=outcome.optional_integer(
            "receipt_deposit_receipt_version", "depositReceiptVersion"
        ),
    )


def _or_zero(row: Row, *names: str) -> int:
    return row.optional_integer(*names) or 0


def _transactions(
    rows: Iterable[Row], receipt_rows: dict[str, Row], header: BlockHeader
) -> list[Receipt]:
    by_hash: dict[str, Receipt] = {}
    for row in rows:
        tx_hash = row.hex("hash", "transaction_hash", length_bytes=32)
        receipt = pull_receipt(row, receipt_rows.get(tx_hash, row))
        if receipt.block_hash != header.hash:
            raise InputRefused("a transaction belongs to another block", tx=receipt.tx_hash)
        if by_hash.setdefault(tx_hash, receipt) != receipt:
            raise InputRefused("a transaction comes twice with two contents", tx=tx_hash)
    return sorted(by_hash.values(), key=lambda receipt: receipt.tx_index)


def _assemble(header: BlockHeader, bare: Sequence[Receipt], logs: Iterable[Log]) -> BlockFolder:
    index_by_hash = {receipt.tx_hash: receipt.tx_index for receipt in bare}
    kept: dict[int, Log] = {}
    aside: list[SetAside] = []
    for log in logs:
        because = _foreign_because(log, header, index_by_hash) or _repeat_because(log, kept)
        if because:
            aside.append(SetAside(log, because))
        else:
            kept[log.log_index] = log
    by_transaction: dict[str, list[Log]] = defaultdict(list)
    for index in sorted(kept):
        by_transaction[kept[index].tx_hash].append(kept[index])
    receipts = tuple(
        msgspec.structs.replace(receipt, logs=tuple(by_transaction[receipt.tx_hash]))
        for receipt in bare
    )
    return BlockFolder(Block(header, receipts), tuple(aside))


def _foreign_because(log: Log, header: BlockHeader, index_by_hash: dict[str, int]) -> str:
    if log.removed:
        return "the node took it back"
    if log.block_hash != header.hash:
        return "it is of another block"
    if index_by_hash.get(log.tx_hash) != log.tx_index:
        return "no transaction here has its hash and index"
    return ""


def _repeat_because(log: Log, kept: dict[int, Log]) -> str:
    known = kept.get(log.log_index)
    if known is None:
        return ""
    if known != log:
        raise InputRefused("two logs of the block claim one index", log_index=log.log_index)
    return "it comes twice"
