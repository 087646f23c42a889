"""Wrapping and unwrapping of the native coin, from the events WETH9 writes instead of Transfers.

The native side leaves no log at all, so the wrap is booked as one conversion of both sides. Only
the desk's own base token is believed: any contract may log these events.
"""

from __future__ import annotations

from domain.identity import fact_id
from domain.settlement.outcome import Conversion
from domain.settlement.scope import ChainScope
from domain.settlement.types import ChainTransaction

WRAPPED = "0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c"
"""First topic of ``Deposit(address,uint256)``."""
UNWRAPPED = "0x7fcf532c15f0a6db0bd6d0e038bea71d30d808c7d98cb3bf7268a95bf5081b65"
"""First topic of ``Withdrawal(address,uint256)``."""

WRAP_TOPICS = 2


def conversions(scope: ChainScope, tx: ChainTransaction) -> list[Conversion]:
    """Read the wraps and unwraps of our accounts from one receipt, in order of log index."""
    receipt = tx.receipt
    found: list[Conversion] = []
    for log in receipt.logs:
        if len(log.topics) != WRAP_TOPICS or log.topics[0] not in (WRAPPED, UNWRAPPED):
            continue
        holder, token = "0x" + log.topics[1][-40:], scope.asset(log.address)
        if not scope.is_own(holder) or token != scope.base_asset:
            continue
        pair = (scope.native, token) if log.topics[0] == WRAPPED else (token, scope.native)
        evidence = f"{receipt.tx_hash}:{log.log_index}"
        found.append(
            Conversion(
                conversion_id=fact_id("wrap", scope.chain_id, receipt.block_hash, evidence),
                account=scope.account(holder),
                from_asset=pair[0],
                to_asset=pair[1],
                units=int(log.data, 16),
                at_ns=tx.at_ns,
                evidence=evidence,
            )
        )
    return found
