"""A whole block's answers from the dbt models, held against the domain's, row by row.

The block is written into the lake of a scratch desk, and the models that the books run are run on
it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from domain.chain.block import SettledBlock
from domain.chain.events import TokenTransfer
from domain.chain.payouts import Payout, SettledSwap
from domain.chain.types import Block, Log, Receipt
from domain.clock import SECOND_NS, utc_day
from domain.home import DeskHome
from domain.money import DECIMAL38_LIMIT
from ops.warehouse.check import NAMED_AT_MOST, Key, Table, differences, picked, run_models, scratch

CHAIN_MODELS = (
    "stg_chain__transactions stg_chain__logs"
    " int_chain__transfers_decoded int_chain__swaps_settled int_chain__fees_totalled"
)
SCRATCH_CHAIN_ID = 1
"""A block's export does not name its chain; one block is compared with itself, so any id does."""


def compare_block(block: Block, settled: SettledBlock) -> dict[str, Any]:
    """Run the chain models on a block and compare transfers, swaps and fees.

    Returns:
        ``rows`` compared and ``differences`` as sentences; none means equal.

    Raises:
        InvariantBroken: dbt could not run.
    """
    day = utc_day(block.header.timestamp_s * SECOND_NS)
    with scratch() as home:
        _write_block(home, day, block)
        failures = run_models(home, [day], CHAIN_MODELS)
        if failures:
            return {"rows": 0, "differences": list(failures)}
        pairs = _block_pairs(home, block, settled)
    found = [line for pair in pairs for line in differences(*pair)]
    return {
        "rows": sum(len(theirs) for _, _, theirs in pairs),
        "differences": found[:NAMED_AT_MOST],
    }


def _write_block(home: DeskHome, day: str, block: Block) -> None:
    from orchestration.resources.lake import Lake

    lake, stamp = Lake(home), block.header.timestamp_s
    logs = [log for receipt in block.receipts for log in receipt.logs]
    lake.replace(
        "raw_chain__transactions", day, [_receipt_row(item, stamp) for item in block.receipts]
    )
    lake.replace("raw_chain__logs", day, [_log_row(log, stamp) for log in logs])


def _receipt_row(receipt: Receipt, timestamp_s: int) -> dict[str, Any]:
    return {
        "chain_id": SCRATCH_CHAIN_ID,
        "tx_hash": receipt.tx_hash,
        "tx_index": receipt.tx_index,
        "block_number": receipt.block_number,
        "block_hash": receipt.block_hash,
        "block_timestamp_s": timestamp_s,
        "sender": receipt.sender,
        "recipient": receipt.to,
        "value_wei": str(receipt.value_wei),
        "tx_type": receipt.tx_type,
        "status": receipt.status,
        "gas_used": receipt.gas_used,
        "cumulative_gas_used": receipt.cumulative_gas_used,
        "effective_gas_price_wei": str(receipt.effective_gas_price_wei),
        "contract_address": receipt.contract_address,
        "blob_gas_used": receipt.blob_gas_used,
        "blob_gas_price_wei": str(receipt.blob_gas_price_wei),
        "l1_fee_wei": str(receipt.l1_fee_wei),
    }


def _log_row(log: Log, timestamp_s: int) -> dict[str, Any]:
    topics = dict(zip(("topic0", "topic1", "topic2", "topic3"), log.topics, strict=False))
    return topics | {
        "chain_id": SCRATCH_CHAIN_ID,
        "block_number": log.block_number,
        "block_hash": log.block_hash,
        "block_timestamp_s": timestamp_s,
        "tx_hash": log.tx_hash,
        "tx_index": log.tx_index,
        "log_index": log.log_index,
        "address": log.address,
        "data": log.data,
        "removed": log.removed,
    }


def _block_pairs(
    home: DeskHome, block: Block, settled: SettledBlock
) -> list[tuple[str, Table, Table]]:
    """Give (name, the domain's rows, the warehouse's rows) for each model."""
    from orchestration.resources.warehouse import Warehouse

    warehouse = Warehouse(home)
    transfers = warehouse.rows("int_chain__transfers_decoded")
    sides = _without_set_aside(warehouse.rows("int_chain__swaps_settled"), settled)
    fees = warehouse.rows("int_chain__fees_totalled")
    return [
        (
            "transfer",
            {(move.log_index,): _transfer_values(move) for move in settled.transfers},
            {(row["log_index"],): picked(row, _TRANSFER) for row in transfers if row["standard"]},
        ),
        (
            "swap side",
            {key: value for key, value in _sides(settled) if key in sides},
            sides,
        ),
        (
            "fees of block",
            _fee_values(block, settled),
            {(row["block_number"],): picked(row, _FEES) for row in fees},
        ),
    ]


_TRANSFER = ("token", "standard", "sender", "recipient", "units", "token_id")
_SIDE = (
    "kind",
    "pool",
    "recipient",
    "amount_in_units",
    "amount_out_units",
    "token",
    "payments",
    "received_units",
    "shortfall_units",
)
_FEES = ("transactions", "failed_transactions", "total_fee_wei")


def _transfer_values(move: TokenTransfer) -> dict[str, Any]:
    return {name: _stored(getattr(move, name)) for name in _TRANSFER}


def _without_set_aside(rows: Sequence[dict[str, Any]], settled: SettledBlock) -> Table:
    """Leave out the sides the warehouse could not settle because a number is too wide for it.

    Believed only where the domain sees such a number in the same transaction; otherwise the side
    stays and is compared.
    """
    wide = {move.tx_hash for move in settled.transfers if move.units >= DECIMAL38_LIMIT}
    for swap in settled.swaps:
        if any(payout.stated_units >= DECIMAL38_LIMIT for payout in swap.payouts):
            wide.add(swap.swap.tx_hash)
    return {
        (row["swap_log_index"], row["side"]): picked(row, _SIDE)
        for row in rows
        if not (row["unknown_because"] and row["tx_hash"] in wide)
    }


def _sides(settled: SettledBlock) -> Iterator[tuple[Key, dict[str, Any]]]:
    for swap in settled.swaps:
        for side in (0, 1):
            yield _side_values(swap, side)


def _side_values(settled: SettledSwap, side: int) -> tuple[Key, dict[str, Any]]:
    swap = settled.swap
    payout = next((payout for payout in settled.payouts if payout.side == side), None)
    amounts = ((swap.amount0_in, swap.amount0_out), (swap.amount1_in, swap.amount1_out))[side]
    return (swap.log_index, side), {
        "kind": swap.kind,
        "pool": swap.pool,
        "recipient": swap.recipient,
        "amount_in_units": _stored(amounts[0]),
        "amount_out_units": _stored(amounts[1]),
        "token": payout.token if payout else None,
        "payments": len(payout.payments) if payout else 0,
        "received_units": _stored(payout.received_units) if payout else None,
        "shortfall_units": _stored_shortfall(payout) if payout else None,
    }


def _stored_shortfall(payout: Payout) -> int | None:
    parts = (payout.stated_units, payout.received_units)
    return None if any(_stored(part) is None for part in parts) else payout.shortfall_units


def _stored(value: Any) -> Any:  # noqa: ANN401 (a cell is of its column's type)
    """Give what the warehouse keeps of a value: null where it needs more than 38 digits."""
    return None if isinstance(value, int) and value >= DECIMAL38_LIMIT else value


def _fee_values(block: Block, settled: SettledBlock) -> Table:
    if not block.receipts:
        return {}
    return {
        (block.header.number,): {
            "transactions": len(block.receipts),
            "failed_transactions": len(settled.failed),
            "total_fee_wei": settled.total_fee_wei,
        }
    }
