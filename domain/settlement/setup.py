"""Which transactions without an intent are the desk's own all the same.

Approvals of known tokens' spenders that are ours or pools, and the deployment of our own executor:
they move nothing. And payments to where an exchange credits us, which move nothing out of the desk.
Their gas is a cost of the desk; anything else without an intent is not explained here.
"""

from __future__ import annotations

from domain.chain.events import decode_transfers
from domain.chain.types import Log, Receipt
from domain.settlement.flows import plain_units
from domain.settlement.scope import ChainScope

APPROVAL = "0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925"
"""First topic of ERC-20 ``Approval(address,address,uint256)``."""

APPROVAL_TOPICS = 3


def is_setup(scope: ChainScope, receipt: Receipt) -> bool:
    """Ask whether a transaction of ours set the desk up and did nothing else."""
    if receipt.value_wei or receipt.status == 0:
        return False
    if receipt.contract_address == scope.executor:
        return True
    return bool(receipt.logs) and all(_is_own_approval(scope, log) for log in receipt.logs)


def pays_in(scope: ChainScope, receipt: Receipt) -> bool:
    """Ask whether a transaction of ours is one payment to where an exchange credits us."""
    if receipt.status == 0 or plain_units(receipt) is None:
        return False
    if receipt.value_wei:
        return receipt.to in scope.deposits
    return any(move.recipient in scope.deposits for move in decode_transfers(receipt.logs))


def _is_own_approval(scope: ChainScope, log: Log) -> bool:
    if len(log.topics) != APPROVAL_TOPICS or log.topics[0] != APPROVAL:
        return False
    owner, spender = ("0x" + topic[-40:] for topic in log.topics[1:])
    return scope.is_own(owner) and (spender == scope.executor or spender in scope.pools)
