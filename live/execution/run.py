"""One execution as it is being walked: what was intended, what was answered, and where it stands.

A plain record that the runner fills in and recovery rebuilds from facts. It decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from journal.records import OpportunityFound, OrderIntended, TransactionIntended
from live.execution.answers import DEFINITE_ORDER, DEFINITE_TX, ChainAnswer, OrderAnswer
from live.execution.calls import TWO_LEG
from live.execution.chain_lane import Prepared
from live.execution.machine import State
from live.execution.scribe import Trail

_NO_CHAIN_ANSWER = ChainAnswer("UNKNOWN")
_NO_ORDER_ANSWER = OrderAnswer("UNKNOWN")


@dataclass(slots=True)
class SentTransaction:
    """A transaction of ours and what is known of it.

    Args:
        intent: The durable fact.
        answer: The last one.
        prepared: With the signed bytes, while this process is the one that sends; never written.
    """

    intent: TransactionIntended
    answer: ChainAnswer = _NO_CHAIN_ANSWER
    prepared: Prepared | None = None
    sent_s: float = 0.0

    @property
    def is_definite(self) -> bool:
        """Whether the chain's answer can only change by a reorg."""
        return self.answer.status in DEFINITE_TX

    @property
    def is_mined(self) -> bool:
        """Whether it is in a block, well or badly."""
        return self.answer.receipt is not None


@dataclass(slots=True)
class SentOrder:
    """An order of ours and what is known of it."""

    intent: OrderIntended
    answer: OrderAnswer = _NO_ORDER_ANSWER

    @property
    def is_definite(self) -> bool:
        """Whether the exchange's answer can no longer change."""
        return self.answer.status in DEFINITE_ORDER


@dataclass(slots=True)
class Run:
    """One execution.

    Args:
        execution_id: Derived from the opportunity.
        agent: ``atomic`` or ``two_leg``.
        opportunity: What was approved.
        trail: Its thread through the journal.
        state: Of the machine.
        transactions: The leg first, then what retired it, if anything.
        orders: The leg first, then the hedge, if any.
        reason: The last thing worth telling a person.
    """

    execution_id: str
    agent: str
    opportunity: OpportunityFound
    trail: Trail
    state: State = State.RECEIVED
    transactions: list[SentTransaction] = field(default_factory=list[SentTransaction])
    orders: list[SentOrder] = field(default_factory=list[SentOrder])
    reason: str = ""

    @property
    def owes_order(self) -> bool:
        """Whether a well mined transaction leaves a second leg to do."""
        return self.agent == TWO_LEG

    @property
    def last_block(self) -> int:
        """Highest block of its transactions; 0 when none was mined."""
        receipts = (sent.answer.receipt for sent in self.transactions)
        return max((receipt.block_number for receipt in receipts if receipt), default=0)
