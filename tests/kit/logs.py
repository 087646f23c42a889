"""Builders of logs and receipts: a test says what happened, the builder says how a log writes it.

Addresses are named by small numbers, so that a test reads as a story and not as hex.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import msgspec

from domain.chain.bloom import bloom_hex
from domain.chain.events import TRANSFER_TOPIC, V2_SWAP_TOPIC, V3_SWAP_TOPIC
from domain.chain.receipts import receipts_root
from domain.chain.types import Block, BlockHeader, Log, Receipt

BLOCK_HASH = "0x" + "b1" * 32


def hexed(number: int, length_bytes: int = 20) -> str:
    """Write a small number as an address, or as longer hex."""
    return f"0x{number:0{2 * length_bytes}x}"


def word(number: int) -> str:
    """Write a number as 64 hex digits, negative ones in two's complement."""
    return f"{number % 2**256:064x}"


def a_log(
    address: int,
    topics: Sequence[str | int] = (),
    data: Sequence[int] | str = (),
    *,
    at: int = 0,
    tx: int = 0,
) -> Log:
    """Make a log; numbers become words."""
    return Log(
        address=hexed(address),
        topics=tuple(t if isinstance(t, str) else "0x" + word(t) for t in topics),
        data=data if isinstance(data, str) else "0x" + "".join(map(word, data)),
        log_index=at,
        tx_hash=hexed(0xAA00 + tx, 32),
        tx_index=tx,
        block_number=1,
        block_hash=BLOCK_HASH,
    )


def transfer(token: int, sender: int, recipient: int, units: int, **place: int) -> Log:
    """Make an ERC-20 transfer."""
    return a_log(token, (TRANSFER_TOPIC, sender, recipient), (units,), **place)


def v2_swap(pool: int, recipient: int, amounts: Sequence[int], **place: int) -> Log:
    """Make a V2 swap; amounts are in0, in1, out0, out1."""
    return a_log(pool, (V2_SWAP_TOPIC, 0x99, recipient), amounts, **place)


def v3_swap(pool: int, recipient: int, amount0: int, amount1: int, **place: int) -> Log:
    """Make a V3 swap; amounts are signed from the pool's view."""
    data = (amount0, amount1, 2**96, 10**18, -5)
    return a_log(pool, (V3_SWAP_TOPIC, 0x99, recipient), data, **place)


def in_sequence(*logs: Log) -> list[Log]:
    """Number logs in the order they are told."""
    return [msgspec.structs.replace(log, log_index=i) for i, log in enumerate(logs)]


def a_receipt(index: int = 0, logs: Sequence[Log] = (), **changes: Any) -> Receipt:
    """Make a receipt of a plain successful transaction that used 21000 gas."""
    receipt = Receipt(
        tx_hash=hexed(0xAA00 + index, 32),
        tx_index=index,
        block_number=1,
        block_hash=BLOCK_HASH,
        sender=hexed(0x51),
        to=hexed(0x70),
        status=1,
        tx_type=2,
        gas_used=21_000,
        cumulative_gas_used=21_000 * (index + 1),
        effective_gas_price_wei=10**9,
        logs=tuple(logs),
    )
    return msgspec.structs.replace(receipt, **changes)


def a_block(receipts: Sequence[Receipt] = (), **changes: Any) -> Block:
    """Make a block whose header truthfully commits to its receipts, unless changed."""
    logs = list(itertools.chain.from_iterable(receipt.logs for receipt in receipts))
    header = BlockHeader(
        number=1,
        hash=BLOCK_HASH,
        parent_hash="0x" + "b0" * 32,
        timestamp_s=1_700_000_000,
        receipts_root=receipts_root(receipts),
        logs_bloom=bloom_hex(logs),
        gas_used=receipts[-1].cumulative_gas_used if receipts else 0,
        gas_limit=30_000_000,
        base_fee_wei=10**9,
        transaction_count=len(receipts),
    )
    return Block(msgspec.structs.replace(header, **changes), tuple(receipts))
