"""The chain into the lake: every block of the day up to the anchor, what touches us, and balances.

A transaction is captured when an address of ours signed it, was called by it, or occurs in one of
its Transfer logs; then with its receipt and all its logs. Only final blocks are read, so nothing
captured is ever taken back; what is seen before that is `pending.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.clock import SECOND_NS, day_bounds_ns
from domain.desk import DeskCard
from domain.home import DeskHome
from domain.identity import wallet_account
from orchestration.captures.anchor import day_anchor
from orchestration.resources.chain_source import ChainSource
from orchestration.resources.desk import desk_card
from orchestration.resources.lake import Cursor, Lake
from orchestration.resources.lake_schema import (
    BLOCKS,
    CHAIN_BALANCES,
    CHAIN_OPENINGS,
    LOGS,
    TRANSACTIONS,
)

RANGE_BLOCKS = 500
"""Blocks a log query; public nodes cap ranges near this."""


def capture_blocks(home: DeskHome, day: str) -> int:
    """Scan the day's new blocks: headers, transactions that touch us, their logs.

    Returns:
        How many blocks were added.

    Raises:
        RpcUnavailable: The chain does not answer and blocks are missing; nothing is written then.
    """
    lake, anchor, card = Lake(home), day_anchor(home, day), desk_card(home)
    first = _first_new_block(lake, card, day)
    if first > anchor.block_number and lake.parts(BLOCKS.name, day):
        return 0
    source = ChainSource(card.chain.rpc_url)
    start_s = day_bounds_ns(day)[0] // SECOND_NS
    blocks, transactions, logs = scan(source, card, first, anchor.block_number, start_s)
    cursor = Cursor(anchor.block_number, anchor.block_hash)
    lake.append(LOGS.name, day, logs, cursor)
    lake.append(TRANSACTIONS.name, day, transactions, cursor)
    lake.append(BLOCKS.name, day, blocks, cursor)  # last: it is the cursor the next tick trusts
    return len(blocks)


def capture_openings(home: DeskHome, day: str) -> int:
    """Ask what each address of ours held when the desk opened; its first day alone has openings.

    Raises:
        RpcUnavailable: The chain does not answer and the openings are not yet known.
    """
    lake, card = Lake(home), desk_card(home)
    known = lake.days(CHAIN_OPENINGS.name)
    if day in known:
        return 0  # a node that was restarted may have forgotten old states
    rows: list[dict[str, Any]] = []
    if not any(one < day for one in known):
        source = ChainSource(card.chain.rpc_url)
        rows = _balance_rows(source, card, source.block(card.chain.opening_block))
    lake.replace(CHAIN_OPENINGS.name, day, rows)
    return len(rows)


def capture_balances(home: DeskHome, day: str) -> int:
    """Ask what each address of ours holds at the anchor.

    Raises:
        RpcUnavailable: The chain does not answer and the balances are not yet known.
    """
    lake, anchor, card = Lake(home), day_anchor(home, day), desk_card(home)
    if lake.cursor(CHAIN_BALANCES.name, day).anchor == anchor.block_hash:
        return 0
    source = ChainSource(card.chain.rpc_url)
    rows = _balance_rows(source, card, source.block(anchor.block_number))
    lake.replace(CHAIN_BALANCES.name, day, rows)
    lake.append(CHAIN_BALANCES.name, day, [], Cursor(anchor.block_number, anchor.block_hash))
    return len(rows)


def _first_new_block(lake: Lake, card: DeskCard, day: str) -> int:
    earlier = [known for known in lake.days(BLOCKS.name) if known <= day]
    read = [lake.cursor(BLOCKS.name, known).position for known in earlier]
    return max([card.chain.opening_block, *read]) + 1


def scan(
    source: ChainSource, card: DeskCard, first: int, last: int, start_s: int = 0
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Read a closed range of blocks, and of the transactions in them those that touch us.

    Args:
        source: The node.
        card: Who is who.
        first: Height of the first block.
        last: Height of the last.
        start_s: Blocks before this time are left out.

    Returns:
        Rows of blocks, of transactions with their receipts, and of logs.
    """
    blocks: list[dict[str, Any]] = []
    transactions: list[dict[str, Any]] = []
    logs: list[dict[str, Any]] = []
    own = card.own_addresses()
    for low, high in block_ranges(first, last):
        moved = {log["transactionHash"] for log in source.transfer_logs(low, high, sorted(own))}
        for number in range(low, high + 1):
            block = source.block(number, is_full=True)
            if int(block["timestamp"], 16) < start_s:
                continue
            blocks.append(_block_row(card, block))
            for transaction in block["transactions"]:
                if _touches(transaction, own, moved):
                    receipt = source.receipt(transaction["hash"])
                    transactions.append(transaction_row(card, block, transaction, receipt))
                    logs += [log_row(card, block, log) for log in receipt["logs"]]
    return blocks, transactions, logs


def tokens_of(card: DeskCard) -> list[str]:
    """List the tokens of the desk on its chain, as assets."""
    prefix = f"eip155:{card.chain.chain_id}/erc20:"
    return [asset.asset for asset in card.assets if asset.asset.startswith(prefix)]


def block_ranges(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Cut a closed range of blocks into closed ranges a node answers for at once."""
    for low in range(first, last + 1, RANGE_BLOCKS):
        yield low, min(low + RANGE_BLOCKS - 1, last)


def _touches(transaction: dict[str, Any], own: frozenset[str], moved: set[str]) -> bool:
    parties = {transaction["from"].lower(), (transaction.get("to") or "").lower()}
    return bool(parties & own) or transaction["hash"] in moved


def _block_row(card: DeskCard, block: dict[str, Any]) -> dict[str, Any]:
    base_fee = block.get("baseFeePerGas")
    return {
        "chain_id": card.chain.chain_id,
        "number": int(block["number"], 16),
        "hash": block["hash"],
        "parent_hash": block["parentHash"],
        "timestamp_s": int(block["timestamp"], 16),
        "base_fee_wei": None if base_fee is None else str(int(base_fee, 16)),
        "receipts_root": block["receiptsRoot"],
        "logs_bloom": block["logsBloom"],
        "gas_used": int(block["gasUsed"], 16),
        "gas_limit": int(block["gasLimit"], 16),
        "transaction_count": len(block["transactions"]),
    }


def transaction_row(
    card: DeskCard, block: dict[str, Any], transaction: dict[str, Any], receipt: dict[str, Any]
) -> dict[str, Any]:
    """Write one transaction and its receipt, as a node answers them, as a captured row."""
    status = receipt.get("status")
    return {
        "chain_id": card.chain.chain_id,
        "tx_hash": transaction["hash"],
        "tx_index": int(receipt["transactionIndex"], 16),
        "block_number": int(block["number"], 16),
        "block_hash": block["hash"],
        "block_timestamp_s": int(block["timestamp"], 16),
        "sender": transaction["from"].lower(),
        "recipient": _lower(transaction.get("to")),
        "nonce": int(transaction["nonce"], 16),
        "value_wei": str(int(transaction["value"], 16)),
        "tx_type": int(transaction.get("type") or "0x0", 16),
        "gas_limit": int(transaction["gas"], 16),
        "status": None if status is None else int(status, 16),
        "gas_used": int(receipt["gasUsed"], 16),
        "cumulative_gas_used": int(receipt["cumulativeGasUsed"], 16),
        "effective_gas_price_wei": str(int(receipt["effectiveGasPrice"], 16)),
        "contract_address": _lower(receipt.get("contractAddress")),
        "blob_gas_used": int(receipt.get("blobGasUsed") or "0x0", 16),
        "blob_gas_price_wei": _blob_price(receipt),
        "l1_fee_wei": str(int(receipt.get("l1Fee") or "0x0", 16)),
    }


def log_row(card: DeskCard, block: dict[str, Any], log: dict[str, Any]) -> dict[str, Any]:
    """Write one log, as a node answers it, as a captured row."""
    topics = [*log["topics"], None, None, None, None]
    return {
        "chain_id": card.chain.chain_id,
        "block_number": int(log["blockNumber"], 16),
        "block_hash": log["blockHash"],
        "block_timestamp_s": int(block["timestamp"], 16),
        "tx_hash": log["transactionHash"],
        "tx_index": int(log["transactionIndex"], 16),
        "log_index": int(log["logIndex"], 16),
        "address": log["address"].lower(),
        **{f"topic{i}": topics[i] for i in range(4)},
        "data": log["data"],
        "removed": bool(log.get("removed", False)),
    }


def _blob_price(receipt: dict[str, Any]) -> str:
    if not int(receipt.get("blobGasUsed") or "0x0", 16):
        return "0"  # nodes quote a price for blobs nobody carried
    return str(int(receipt.get("blobGasPrice") or "0x0", 16))


def _lower(value: str | None) -> str | None:
    return value.lower() if value else None


def _balance_rows(
    source: ChainSource, card: DeskCard, block: dict[str, Any]
) -> list[dict[str, Any]]:
    number, rows = int(block["number"], 16), []
    chain = card.chain
    for holder in sorted(card.own_addresses()):
        amounts = {chain.native: source.native_units(holder, number)}
        for token in tokens_of(card):
            amounts[token] = source.token_units(token.rsplit(":", 1)[1], holder, number)
        rows += [
            {
                "account": wallet_account(chain.chain_id, holder),
                "asset": asset,
                "block_number": number,
                "block_hash": block["hash"],
                "timestamp_s": int(block["timestamp"], 16),
                "units": str(units),
            }
            for asset, units in amounts.items()
        ]
    return rows
