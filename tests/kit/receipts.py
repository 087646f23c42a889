"""Receipts written by hand: a transaction of ours, its logs, and how settlement reads it alone."""

from __future__ import annotations

import msgspec

from domain.chain.types import Log, Receipt
from domain.settlement.chain import ChainReading, read_chain
from domain.settlement.scope import ChainScope
from domain.settlement.types import ChainTransaction
from tests.kit.books import World
from tests.kit.facts import WALLET
from tests.kit.world_names import STRANGER, block_hash, tx_hash


def own_transaction(*logs: Log, to: str | None = STRANGER, **changes: object) -> ChainTransaction:
    receipt = Receipt(
        tx_hash=tx_hash(1), tx_index=0, block_number=1, block_hash=block_hash(1), sender=WALLET,
        to=to, status=1, tx_type=2, gas_used=10, cumulative_gas_used=10, effective_gas_price_wei=2,
        logs=logs,
    )  # fmt: skip
    return ChainTransaction(msgspec.structs.replace(receipt, **changes), at_ns=5)


def a_log(contract: str, data: int, *topics: str) -> Log:
    return Log(contract, topics, f"0x{data:064x}", 0, tx_hash(1), 0, 1, block_hash(1))


def word(address: str) -> str:
    return "0x" + "0" * 24 + address[2:]


def read_alone(tx: ChainTransaction) -> ChainReading:
    return read_chain(ChainScope.of(World().card), [tx], {}, {})
