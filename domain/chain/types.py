"""What a block is made of, as every room speaks of it: logs, receipts, headers.

Frozen values and nothing else: no decoding (`events.py`), no proof (`receipts.py`), no parsing of
any node's JSON (the rim does that, once). All hex is lower case with ``0x``; an address has 40
digits and a topic or hash 64.
"""

from __future__ import annotations

import msgspec


class Log(msgspec.Struct, frozen=True):
    """One event a contract emitted.

    Args:
        address: The contract that spoke.
        topics: 0 to 4 words of 32 bytes; the first names the event unless it is anonymous.
        data: The rest of the event, ``0x`` when there is none.
        log_index: Position in the *block*, not in the transaction.
        removed: The node takes it back: its block is no longer part of the chain.
    """

    address: str
    topics: tuple[str, ...]
    data: str
    log_index: int
    tx_hash: str
    tx_index: int
    block_number: int
    block_hash: str
    removed: bool = False


class Receipt(msgspec.Struct, frozen=True):
    """What became of one mined transaction, with what settlement needs of the transaction itself.

    Args:
        sender: Who signed and pays the fee, whatever the outcome.
        to: Whom it called; None when it created a contract.
        status: 1 done, 0 failed; None before Byzantium, where the receipt has `state_root` instead
            and does not say.
        tx_type: EIP-2718 type: 0 legacy, 1 access list, 2 dynamic fee, 3 blobs, 4 set code.
        gas_used: By this transaction alone, in gas.
        cumulative_gas_used: By it and all before it in the block, in gas.
        effective_gas_price_wei: What one gas cost, base fee and tip together.
        contract_address: The contract it created, if any.
        logs: What it emitted, in order of log index.
        logs_bloom: As the node states it, or None; the proof computes its own.
        blob_gas_used, blob_gas_price_wei: 0 unless it carried blobs.
        l1_fee_wei: What a rollup charges for its parent chain; 0 elsewhere.
        state_root: Of receipts before Byzantium (EIP-658); None since.
        value_wei: Native coin sent along; moved only when `status` is not 0.
        deposit_nonce, deposit_receipt_version: Of OP-stack deposits (type 126), which their
            receipts commit to.
    """

    tx_hash: str
    tx_index: int
    block_number: int
    block_hash: str
    sender: str
    to: str | None
    status: int | None
    tx_type: int
    gas_used: int
    cumulative_gas_used: int
    effective_gas_price_wei: int
    contract_address: str | None = None
    logs: tuple[Log, ...] = ()
    logs_bloom: str | None = None
    blob_gas_used: int = 0
    blob_gas_price_wei: int = 0
    l1_fee_wei: int = 0
    state_root: str | None = None
    value_wei: int = 0
    deposit_nonce: int | None = None
    deposit_receipt_version: int | None = None


class BlockHeader(msgspec.Struct, frozen=True):
    """What a block promises about its contents.

    Args:
        receipts_root: Root of the Merkle-Patricia tree of its receipts.
        logs_bloom: 256 bytes: the filter over every address and topic logged.
        base_fee_wei: None before London.
        transaction_count: When the source states it.
    """

    number: int
    hash: str
    parent_hash: str
    timestamp_s: int
    receipts_root: str
    logs_bloom: str
    gas_used: int
    gas_limit: int
    base_fee_wei: int | None = None
    transaction_count: int | None = None


class Block(msgspec.Struct, frozen=True):
    """A header with the receipts that claim to belong to it, ordered by transaction index."""

    header: BlockHeader
    receipts: tuple[Receipt, ...]
