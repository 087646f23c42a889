"""What a node can answer to a signed transaction, read from its own words. Pure.

A send has four outcomes: accepted, known already, rejected with a reason, or unknown. A node's
error text is proof of refusal only where we know that text; any other error is unknown, and unknown
is reconciled by asking for the hash, never by sending again.

Texts: geth's `core/txpool` and anvil 1.7.1, which says most of them in the same words. What geth
refuses for the moment alone (a full pool, a tip too low) it has not kept either.
"""

from __future__ import annotations

from enum import Enum

import msgspec


class RejectReason(Enum):
    """Why a node refused a transaction; this send will not get it mined."""

    NONCE_TOO_LOW = "nonce too low"
    NONCE_TOO_HIGH = "nonce too high"
    REPLACEMENT_UNDERPRICED = "replacement underpriced"
    FEE_BELOW_BASE_FEE = "fee below base fee"
    TIP_BELOW_POOL = "tip below what the pool takes"
    TIP_ABOVE_FEE = "tip above fee"
    COST_ABOVE_CAP = "cost above the node's cap"
    POOL_FULL = "pool full"
    INSUFFICIENT_FUNDS = "insufficient funds"
    GAS_TOO_LOW = "gas too low"
    GAS_TOO_HIGH = "gas too high"
    WRONG_CHAIN = "wrong chain"
    BAD_SIGNATURE = "bad signature"


class Accepted(msgspec.Struct, frozen=True):
    """The node has it in its pool. Sent is not mined."""

    tx_hash: str


class Duplicate(msgspec.Struct, frozen=True):
    """The node had it already: the same transaction, sent before."""

    tx_hash: str


class Rejected(msgspec.Struct, frozen=True):
    """The node refused it.

    Args:
        reason: Which rule it broke.
        message: The node's own words.
    """

    reason: RejectReason
    message: str


SendAnswer = Accepted | Duplicate | Rejected

_DUPLICATE = ("already known", "already imported", "known transaction", "alreadyknown")
_REASONS: tuple[tuple[str, RejectReason], ...] = (
    ("nonce too low", RejectReason.NONCE_TOO_LOW),
    ("transaction nonce is too low", RejectReason.NONCE_TOO_LOW),
    ("invalid transaction nonce", RejectReason.NONCE_TOO_LOW),
    ("nonce too high", RejectReason.NONCE_TOO_HIGH),
    ("replacement transaction underpriced", RejectReason.REPLACEMENT_UNDERPRICED),
    ("max fee per gas less than block base fee", RejectReason.FEE_BELOW_BASE_FEE),
    ("transaction underpriced", RejectReason.TIP_BELOW_POOL),
    ("max priority fee per gas higher than max fee", RejectReason.TIP_ABOVE_FEE),
    ("insufficient funds", RejectReason.INSUFFICIENT_FUNDS),
    ("sender does not have enough balance", RejectReason.INSUFFICIENT_FUNDS),
    ("intrinsic gas too low", RejectReason.GAS_TOO_LOW),
    ("insufficient gas", RejectReason.GAS_TOO_LOW),
    ("call gas cost exceeds the gas limit", RejectReason.GAS_TOO_LOW),
    ("insufficient gas for floor data gas cost", RejectReason.GAS_TOO_LOW),
    ("exceeds the configured cap", RejectReason.COST_ABOVE_CAP),
    ("txpool is full", RejectReason.POOL_FULL),
    ("account limit exceeded", RejectReason.POOL_FULL),
    ("future transaction tries to replace pending", RejectReason.POOL_FULL),
    ("intrinsic gas too high", RejectReason.GAS_TOO_HIGH),
    ("exceeds block gas limit", RejectReason.GAS_TOO_HIGH),
    ("gas limit too high", RejectReason.GAS_TOO_HIGH),
    ("exceeds transaction gas limit", RejectReason.GAS_TOO_HIGH),
    ("invalid chain id", RejectReason.WRONG_CHAIN),
    ("invalid sender", RejectReason.BAD_SIGNATURE),
    ("invalid signature", RejectReason.BAD_SIGNATURE),
)


def read_send_error(tx_hash: str, message: str) -> Duplicate | Rejected | None:
    """Say what a node's error text proves about a send.

    Args:
        tx_hash: Of the transaction that was sent.
        message: The node's error message, in any case.

    Returns:
        None when the text proves nothing: the outcome is unknown.
    """
    text = message.lower()
    if any(words in text for words in _DUPLICATE):
        return Duplicate(tx_hash)
    for words, reason in _REASONS:
        if words in text:
            return Rejected(reason, message)
    return None
