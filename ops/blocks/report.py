"""A settled block as one JSON object: integers as text, every list of objects, names as exported.

Transfers are named as ethereum-etl names them: `value` is the amount or, for an ERC-721 token, its
id. All lists carry `tx`, so that they join. Only percentages for people are computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from domain.chain.block import SettledBlock
from domain.chain.events import Swap, TokenTransfer
from domain.chain.fees import fee_wei
from domain.chain.payouts import Payout, SettledSwap
from domain.chain.types import Receipt
from ops.blocks.folder import BlockFolder


def block_report(folder: BlockFolder, settled: SettledBlock) -> dict[str, Any]:
    """Write what a block settled and whether it is proven to be the whole block."""
    header, proof, receipts = folder.block.header, settled.proof, folder.block.receipts
    return {
        "block": header.number,
        "block_hash": header.hash,
        "transactions": len(receipts),
        "logs": sum(len(receipt.logs) for receipt in receipts),
        "gas_used": header.gas_used,
        "base_fee_wei": _text(header.base_fee_wei),
        "receipts_root_ok": proof.is_root_equal,
        "logs_bloom_ok": proof.is_bloom_equal,
        "gas_used_ok": proof.is_gas_equal,
        "log_set_complete": proof.is_complete,
        "receipts_root": proof.receipts_root,
        "differences": list(proof.differences),
        "transfers": [_transfer(move) for move in settled.transfers],
        "swaps": [_swap(swap) for swap in settled.swaps],
        "shortfalls": list(_shortfalls(settled.swaps)),
        "total_fee_wei": str(settled.total_fee_wei),
        "failed_transactions": [_failed(receipt) for receipt in settled.failed],
        "outcome_unknown_transactions": sum(receipt.status is None for receipt in receipts),
        "undecoded_transfers": [
            {"tx": log.tx_hash, "log_index": log.log_index, "token_address": log.address}
            for log in settled.undecoded
        ],
        "logs_set_aside": [
            {"tx": aside.log.tx_hash, "log_index": aside.log.log_index, "because": aside.because}
            for aside in folder.set_aside
        ],
    }


def _transfer(move: TokenTransfer) -> dict[str, Any]:
    number = move.units if move.token_id is None else move.token_id
    return {
        "tx": move.tx_hash,
        "transaction_hash": move.tx_hash,
        "log_index": move.log_index,
        "token_address": move.token,
        "from_address": move.sender,
        "to_address": move.recipient,
        "value": str(number),
        "standard": move.standard,
        "token_id": None if move.token_id is None else str(move.token_id),
    }


def _swap(settled: SettledSwap) -> dict[str, Any]:
    swap = settled.swap
    return {
        "kind": swap.kind,
        "tx": swap.tx_hash,
        "log_index": swap.log_index,
        "pool": swap.pool,
        "sender": swap.sender,
        "recipient": swap.recipient,
        **(_v2_amounts(swap) if swap.kind == "v2" else _v3_amounts(swap)),
        "payouts": [_payout(payout) for payout in settled.payouts],
    }


def _v2_amounts(swap: Swap) -> dict[str, str]:
    names = ("amount0_in", "amount1_in", "amount0_out", "amount1_out")
    return {name: str(getattr(swap, name)) for name in names}


def _v3_amounts(swap: Swap) -> dict[str, Any]:
    return {
        "amount0": str(swap.amount0),
        "amount1": str(swap.amount1),
        "sqrt_price_x96": str(swap.sqrt_price_x96),
        "liquidity": str(swap.liquidity),
        "tick": swap.tick,
    }


def _payout(payout: Payout) -> dict[str, Any]:
    return {
        "side": payout.side,
        "token": payout.token,
        "stated": str(payout.stated_units),
        "received": _text(payout.received_units),
        "shortfall": _text(payout.shortfall_units),
        "unknown_because": payout.unknown_because,
    }


def _text(units: int | None) -> str | None:
    return None if units is None else str(units)


def _shortfalls(swaps: Sequence[SettledSwap]) -> Iterator[dict[str, Any]]:
    for settled in swaps:
        for payout in settled.payouts:
            if payout.shortfall_units:
                yield _shortfall(settled.swap, payout, payout.shortfall_units)


def _shortfall(swap: Swap, payout: Payout, shortfall_units: int) -> dict[str, Any]:
    return {
        "kind": swap.kind,
        "tx": swap.tx_hash,
        "swap_log_index": swap.log_index,
        "pool": swap.pool,
        "token": payout.token,
        "recipient": swap.recipient,
        "swap_amount_out": str(payout.stated_units),
        "transfers_out_of_pool": [
            {
                "token": move.token,
                "to": move.recipient,
                "value": str(move.units),
                "log_index": move.log_index,
            }
            for move in payout.payments
        ],
        "recipient_received": _text(payout.received_units),
        "recipient_shortfall": str(shortfall_units),
        "shortfall_pct": _percent(shortfall_units, payout.stated_units),
    }


def _percent(part: int, whole: int) -> str:
    """Write a share in percent with four decimals, half to even; for people only."""
    percent = Decimal(part) * 100 / whole
    return str(percent.quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN))


def _failed(receipt: Receipt) -> dict[str, Any]:
    return {
        "tx": receipt.tx_hash,
        "transaction_index": receipt.tx_index,
        "from_address": receipt.sender,
        "gas_used": receipt.gas_used,
        "fee_wei": str(fee_wei(receipt)),
    }
