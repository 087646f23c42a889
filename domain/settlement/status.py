"""What may be claimed of an execution: done, partly done, cost without trade, nothing, or unknown.

=================  =========================================================================
SETTLED            every planned venue has its leg, in full, if need be by a hedge
PARTIAL            something traded, but not all that was planned
FAILED_WITH_COST   nothing traded and the chain charged for it
UNSETTLED          surely nothing happened: every action has a definite end, none moved money
UNKNOWN            an action has no definite end yet; that is neither flat nor zero
=================  =========================================================================

An action ends definitely when its receipt or fills are here, when whoever was asked said no, or,
for a transaction, when another one used up its nonce. What the loop concluded is not asked: this is
a second opinion, from the evidence. The standing of an execution is that of its weakest part.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.settlement.outcome import GasPaid, Leg
from domain.settlement.types import (
    ChainBook,
    ExchangeBook,
    IntendedOrder,
    IntendedTransaction,
    OrderAnswer,
    PlannedExecution,
    TransactionAnswer,
)

STANDINGS = ("none", "seen", "included", "safe", "final")
"""How settled money is, weakest first."""

PLANNED = "leg"
"""The purpose of an action that was part of the plan."""

COMPLETING = (PLANNED, "hedge", "slice")
"""Order purposes that serve their venue when filled: a hedge asks for just what its leg left open,
at a price that is booked as legging; a slice is part of a large order; an unwind goes back and
serves none."""

_NEVER_MINED = ("REJECTED", "DROPPED", "REPLACED")
_CLOSED = ("FILLED", "PARTIAL", "CANCELLED", "REJECTED")


class Part(msgspec.Struct, frozen=True):
    """One action of an execution as evidence shows it; `missing` says what is not known of it."""

    standing: str
    is_definite: bool
    missing: str = ""
    served_venues: tuple[str, ...] = ()


class Evidence(msgspec.Struct, frozen=True):
    """The sources, arranged for look-up.

    Args:
        mined: Transaction hash -> (block number, status).
        used_nonces: (sender, nonce) -> hash that was mined with it.
        answers, order_answers: The last one heard, by hash and by client order id.
        legs: By transaction hash or client order id, as reported.
        standing: Likewise, less what was taken back of them since.
    """

    chain: ChainBook
    exchange: ExchangeBook
    mined: dict[str, tuple[int, int | None]]
    used_nonces: dict[tuple[str, int], str]
    answers: dict[str, TransactionAnswer]
    order_answers: dict[str, OrderAnswer]
    legs: dict[str, list[Leg]]
    standing: dict[str, list[Leg]] = {}


def standing_of(block_number: int, chain: ChainBook) -> str:
    """Say how settled a canonical block is at the heads the chain was read at."""
    if block_number <= chain.heads.final_block:
        return "final"
    return "safe" if block_number <= chain.heads.safe_block else "included"


def transaction_part(intent: IntendedTransaction, evidence: Evidence) -> Part:
    """Say how an intended transaction ended."""
    mined = evidence.mined.get(intent.tx_hash)
    if mined is not None:
        legs = evidence.legs.get(intent.tx_hash, [])
        venues = tuple(sorted({leg.venue for leg in legs if leg.purpose == PLANNED}))
        return Part(standing_of(mined[0], evidence.chain), is_definite=True, served_venues=venues)
    if (intent.signer, intent.nonce) in evidence.used_nonces:
        return Part("final", is_definite=True)
    answer = evidence.answers.get(intent.tx_hash)
    if answer is not None and answer.status in _NEVER_MINED:
        return Part("final", is_definite=True)
    return Part("seen", is_definite=False, missing=f"no receipt of transaction {intent.tx_hash}")


def order_part(order: IntendedOrder, evidence: Evidence) -> Part:
    """Say how an intended order ended."""
    filled = _base_units(evidence.legs.get(order.client_order_id, []))
    if filled >= order.base_units:
        stands = _base_units(evidence.standing.get(order.client_order_id, []))
        is_served = stands >= order.base_units and order.purpose in COMPLETING
        served = (order.venue,) if is_served else ()
        return Part("final", is_definite=True, served_venues=served)
    answer = evidence.order_answers.get(order.client_order_id)
    if answer is None or answer.status not in _CLOSED:
        return Part("seen", is_definite=False, missing=f"no end of order {order.client_order_id}")
    if filled < answer.filled_base_units:
        missing = f"fills of order {order.client_order_id} that the loop heard of"
        return Part("seen", is_definite=False, missing=missing)
    if not evidence.exchange.is_complete:
        return Part("seen", is_definite=False, missing=f"the statement of {order.venue}")
    return Part("final", is_definite=True)


def _base_units(legs: Sequence[Leg]) -> int:
    return sum(abs(leg.base_units) for leg in legs)


def status_of(
    plan: PlannedExecution, parts: Sequence[Part], legs: Sequence[Leg], gas: Sequence[GasPaid]
) -> tuple[str, str]:
    """Say the status of an execution, and why, from its parts and what moved."""
    missing = sorted(part.missing for part in parts if not part.is_definite)
    if missing:
        return "UNKNOWN", "; ".join(missing)
    unserved = sorted(set(plan.venues) - {name for part in parts for name in part.served_venues})
    if legs and not unserved:
        return "SETTLED", "every planned venue traded in full"
    if legs:
        return "PARTIAL", f"not in full at {', '.join(unserved)}"
    if gas:
        return "FAILED_WITH_COST", "nothing traded and gas was paid"
    return "UNSETTLED", "nothing moved" if parts else "nothing was sent"


def weakest(parts: Sequence[Part]) -> str:
    """Give the weakest standing of several parts; nothing sent is final."""
    return min((part.standing for part in parts), key=STANDINGS.index, default="final")
