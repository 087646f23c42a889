"""What one transaction moved, flow by flow, and who is answerable for the transaction.

Decoding only: Transfer logs and the value sent along, as flows between addresses. What a flow means
is `chain.py`'s and `incidents.py`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from domain.chain.events import decode_transfers
from domain.chain.types import Receipt
from domain.settlement.outcome import Move
from domain.settlement.scope import ChainScope
from domain.settlement.types import ChainTransaction, IntendedTransaction, PlannedExecution

DESK = "desk"
CHAIN_VENUE = "chain"
NO_LOG = -1


class Flow(msgspec.Struct, frozen=True):
    """One amount from one address to another; `log_index` is `NO_LOG` for the native coin."""

    sender: str
    recipient: str
    asset: str
    units: int
    evidence: str
    log_index: int = NO_LOG


class Context(msgspec.Struct, frozen=True):
    """One transaction with what the journal says of it."""

    scope: ChainScope
    tx: ChainTransaction
    intent: IntendedTransaction | None
    plan: PlannedExecution | None

    @property
    def strategy(self) -> str:
        """Name who is answerable."""
        return self.plan.strategy if self.plan else DESK

    @property
    def opportunity_id(self) -> str:
        """Name the opportunity; empty without a plan."""
        return self.plan.opportunity_id if self.plan else ""

    @property
    def execution_id(self) -> str:
        """Name the execution; empty without an intent."""
        return self.intent.execution_id if self.intent else ""


def flows_of(context: Context, wrapped_wei: int) -> list[Flow]:
    """List what a transaction moved, in the order of its logs, then the value sent along.

    Args:
        context: The transaction.
        wrapped_wei: What of its value became the wrapped coin, and is not a flow.
    """
    receipt, scope = context.tx.receipt, context.scope
    flows = [
        Flow(
            move.sender,
            move.recipient,
            token_asset(scope, move.token, move.standard, move.token_id),
            move.units,
            f"{receipt.tx_hash}:{move.log_index}",
            move.log_index,
        )
        for move in decode_transfers(receipt.logs)
    ]
    sent_wei = receipt.value_wei - wrapped_wei
    if sent_wei > 0:
        to = receipt.to or receipt.contract_address or ""
        flows.append(Flow(receipt.sender, to, scope.native, sent_wei, f"{receipt.tx_hash}:value"))
    return flows


def plain_units(receipt: Receipt) -> int | None:
    """Give what a transaction moved if it is one payment and nothing else; None of any other."""
    if not receipt.logs:
        return receipt.value_wei or None
    if len(receipt.logs) > 1 or receipt.value_wei:
        return None
    moved = decode_transfers(receipt.logs)
    return moved[0].units if moved else None


def token_asset(scope: ChainScope, token: str, standard: str, token_id: int | None) -> str:
    """Name the asset a transfer is of."""
    if standard == "erc721":
        return f"eip155:{scope.chain_id}/erc721:{token}/{token_id}"
    return scope.asset(token)


def sum_moves(moves: Iterable[Move]) -> tuple[Move, ...]:
    """Add moves up by account and asset, dropping those that cancel."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for move in moves:
        sums[move.account, move.asset] += move.units
    return tuple(
        Move(account, asset, units) for (account, asset), units in sorted(sums.items()) if units
    )
