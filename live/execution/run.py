"""One execution as it is being walked: what was intended, what was answered, and where it stands.

A plain record that the runner fills in and recovery rebuilds from facts. It decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.errors import InvariantBroken
from journal.records import OpportunityFound, OrderIntended, TransactionIntended
from live.execution.answers import DEFINITE_ORDER, DEFINITE_TX, ChainAnswer, OrderAnswer
from live.execution.calls import TWO_LEG
from live.execution.machine import State
from live.execution.offering import Prepared
from live.execution.scribe import Trail

_NO_CHAIN_ANSWER = ChainAnswer("UNKNOWN")
_NO_ORDER_ANSWER = OrderAnswer("UNKNOWN")


@dataclass(slots=True)
class SentTransaction:
    """A transaction of ours and what is known of it.

    Args:
        intent: The durable fact.
        answer: The last one.
        prepared: With the call and the signed bytes, in the process that sends; never written.
        noted: The last answer that is in the journal, as far as this process wrote it.
    """

    intent: TransactionIntended
    answer: ChainAnswer = _NO_CHAIN_ANSWER
    prepared: Prepared | None = None
    sent_s: float = 0.0
    noted: ChainAnswer | None = None

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
        transactions: The attempts at the leg, all under one nonce, of which one at most can be
            mined; and payments of nothing to ourselves, which used up their nonce or a hole.
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
    def attempts(self) -> list[SentTransaction]:
        """The leg as it was sent, and sent again for more."""
        return [sent for sent in self.transactions if sent.intent.purpose == "leg"]

    @property
    def payments(self) -> list[SentTransaction]:
        """The payments of nothing to ourselves."""
        return [sent for sent in self.transactions if sent.intent.purpose != "leg"]

    @property
    def leg(self) -> SentTransaction:
        """The attempt whose answer counts: the mined one, else the last that may still be mined.

        Raises:
            InvariantBroken: Nothing was intended yet.
        """
        attempts = self.attempts
        if not attempts:
            raise InvariantBroken("this execution has no leg yet", execution=self.execution_id)
        mined = [sent for sent in attempts if sent.is_mined]
        waiting = [sent for sent in attempts if not sent.is_definite]
        return (mined or waiting or attempts)[-1]

    @property
    def owes_order(self) -> bool:
        """Whether a well mined transaction leaves a second leg to do."""
        return self.agent == TWO_LEG

    @property
    def last_block(self) -> int:
        """Highest block of its transactions; 0 when none was mined."""
        receipts = (sent.answer.receipt for sent in self.transactions)
        return max((receipt.block_number for receipt in receipts if receipt), default=0)
