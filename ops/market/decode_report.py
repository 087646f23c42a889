"""Decoded arbitrages as JSON: the route with its swaps as given, its profit, and what gas took.

Gas is paid in the native coin, so only a profit in that coin, or in the token that wraps it, can be
stated net of it; elsewhere the gas is printed beside the profit and nothing is guessed.
"""

from __future__ import annotations

from typing import Any

from domain.arbitrage.decode import Arbitrage, arbitrages
from ops.market.swap_file import SwapCall

NATIVE = frozenset(
    {
        "0x0000000000000000000000000000000000000000",
        "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
        "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2",  # Ethereum
        "0x4200000000000000000000000000000000000006",  # Optimism, Base
        "0x82af49447d8a07e3bd95bd0d56f35241523fbab1",  # Arbitrum
        "0x0d500b1d8e8ef31e21c99d1db9065307f14d6e28",  # Polygon
        "0xbb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c",  # BNB Smart Chain
    }
)
"""The native coin as events spell it, and the tokens that wrap it one for one."""


def decode_rows(calls: list[SwapCall]) -> list[dict[str, Any]]:
    """Find the arbitrages of each call and write them as JSON objects.

    Raises:
        InputRefused: Two different swaps claim the same event.
    """
    return [_row(call, found) for call in calls for found in arbitrages(call.swaps, call.gas_wei)]


def _row(call: SwapCall, found: Arbitrage) -> dict[str, Any]:
    rows = [call.rows[swap.transaction, swap.log_index] for swap in found.swaps]
    transaction = rows[0]["transaction"]
    row: dict[str, Any] = {
        "transaction": found.swaps[0].transaction,
        "path": [found.asset, *(swap.bought for swap in found.swaps)],
        "hops": len(found.swaps),
        "amount_in": str(found.in_units),
        "amount_out": str(found.out_units),
        "profit": {"amount": str(found.profit_units), "asset": rows[0]["assetIn"]},
        "arbitrager": {"sender": transaction.get("from"), "beneficiary": found.beneficiary},
        "left_over": {asset: str(units) for asset, units in found.leftovers().items()},
        **_gas(call, found),
        "swaps": rows,
    }
    return {"case": call.name, **row} if call.name else row


def _gas(call: SwapCall, found: Arbitrage) -> dict[str, Any]:
    used = call.gas_used.get(found.swaps[0].transaction)
    row: dict[str, Any] = {} if used is None else {"transaction_gas_used": str(used)}
    if found.gas_wei is not None:
        row["gas_wei"] = str(found.gas_wei)
        if found.asset in NATIVE:
            row["profit_net_of_gas"] = str(found.profit_units - found.gas_wei)
    return row
