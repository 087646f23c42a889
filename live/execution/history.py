"""What the journal says of executions, folded back into runs: pure, from facts alone.

A fact that is there is certain; a fact that is missing says nothing. So an intent without an
answer is an execution whose outcome is unknown, however long ago it was written.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from journal.records import (
    ExecutionFinalised,
    ExecutionFinished,
    ExecutionPlanned,
    Fact,
    HaltOrdered,
    LimitsOrdered,
    OpportunityFound,
    OrderIntended,
    OrderObserved,
    ResultCounted,
    RiskDecided,
    TransactionIntended,
    TransactionObserved,
)
from live.execution.answers import DEFINITE_TX, ChainAnswer, OrderAnswer
from live.execution.machine import State
from live.execution.newest import MOST
from live.execution.run import Run, SentOrder, SentTransaction
from live.execution.scribe import Trail
from live.risk.correlation import DailyResults
from live.risk.limits import Rulebook
from live.risk.rulebook import in_force
from live.risk.session import Session

HISTORY_KINDS = tuple(
    kind.KIND
    for kind in (
        OpportunityFound,
        RiskDecided,
        ExecutionPlanned,
        TransactionIntended,
        TransactionObserved,
        OrderIntended,
        OrderObserved,
        ExecutionFinished,
        ExecutionFinalised,
        ResultCounted,
        HaltOrdered,
        LimitsOrdered,
    )
)
"""The kinds a trader reads when it starts."""

_STATE_OF_OUTCOME = {"SETTLED": State.SETTLED, "PARTIAL": State.PARTIAL, "FAILED": State.FAILED}
_SHORT = frozenset({"PARTIAL", "CANCELLED", "REJECTED"})


class Past(msgspec.Struct, frozen=True):
    """What a trader that starts again has to know.

    Args:
        unfinished: Executions that need to be asked about.
        unfinalised: Executions with a definite outcome whose blocks may not be final.
        answered: Opportunities risk has already answered.
        session: Halts, breakers and the day's losses; the sum since start begins anew.
        rulebook: The limits in force.
        daily: Results of every strategy by day.
        counted: Executions whose result is in the session already.
    """

    unfinished: tuple[Run, ...]
    unfinalised: tuple[Run, ...]
    answered: frozenset[str]
    session: Session
    rulebook: Rulebook = Rulebook()
    daily: DailyResults = DailyResults()
    counted: frozenset[str] = frozenset()

    @property
    def named_orders(self) -> list[str]:
        """Client order ids, of what is not final, of orders that an exchange has named."""
        orders = [order for run in (*self.unfinished, *self.unfinalised) for order in run.orders]
        return [order.intent.client_order_id for order in orders if order.answer.venue_order_id]


def fold(facts: Iterable[tuple[str, Fact]]) -> Past:
    """Rebuild what was going on from the facts, in the order they were written.

    Args:
        facts: Pairs of record id and fact; kinds that do not matter here are passed over.
    """
    folding = _Folding()
    for record_id, fact in facts:
        folding.take(record_id, fact)
    return folding.past()


class _Folding:
    def __init__(self) -> None:
        self.opportunities: dict[str, OpportunityFound] = {}
        self.runs: dict[str, Run] = {}
        self.outcomes: dict[str, str] = {}
        self.answered: list[str] = []
        self.session = Session()
        self.rulebook = Rulebook()
        self.daily = DailyResults()
        self.counted: list[str] = []

    def take(self, record_id: str, fact: Fact) -> None:
        match fact:
            case OpportunityFound():
                self.opportunities[fact.opportunity_id] = fact
            case RiskDecided():
                self._answer(fact)
            case ExecutionPlanned():
                self._plan(fact)
            case HaltOrdered():
                self.session = self.session.ordered(fact)
            case ResultCounted():
                self._count(fact)
            case LimitsOrdered():
                self.rulebook = in_force(fact, self.rulebook)
            case ExecutionFinished():
                self.outcomes[fact.execution_id] = fact.outcome
            case ExecutionFinalised():
                self.runs.pop(fact.execution_id, None)
            case _:
                self._heard(fact)
        run = self.runs.get(getattr(fact, "execution_id", ""))
        if run is not None:
            run.trail.causation_id = record_id

    def past(self) -> Past:
        for run in self.runs.values():
            outcome = self.outcomes.get(run.execution_id, "UNKNOWN")
            run.state = _STATE_OF_OUTCOME.get(outcome) or state_of(run)
        finished = set(_STATE_OF_OUTCOME.values())
        return Past(
            tuple(run for run in self.runs.values() if run.state not in finished),
            tuple(run for run in self.runs.values() if run.state in finished),
            frozenset(self.answered[-MOST:]),
            self.session.begun(),
            self.rulebook,
            self.daily,
            frozenset(self.counted[-MOST:]),
        )

    def _answer(self, fact: RiskDecided) -> None:
        self.answered.append(fact.opportunity_id)
        if not fact.is_approved:
            self.opportunities.pop(fact.opportunity_id, None)

    def _count(self, fact: ResultCounted) -> None:
        self.counted.append(fact.execution_id)
        self.session = self.session.counted(fact, self.rulebook.desk)
        self.daily = self.daily.plus(fact)

    def _plan(self, fact: ExecutionPlanned) -> None:
        opportunity = self.opportunities.pop(fact.opportunity_id, None)
        if opportunity is not None:
            self.runs[fact.execution_id] = Run(
                fact.execution_id, fact.agent, opportunity, Trail(fact.opportunity_id)
            )

    def _heard(self, fact: Fact) -> None:
        run = self.runs.get(getattr(fact, "execution_id", ""))
        if run is None:
            return
        match fact:
            case TransactionIntended():
                run.transactions.append(SentTransaction(fact))
            case TransactionObserved():
                _hear_chain(run, fact)
            case OrderIntended():
                run.orders.append(SentOrder(fact))
            case OrderObserved():
                _hear_venue(run, fact)
            case _:
                return


def state_of(run: Run) -> State:
    """Say how far an execution had come when its facts end, before anything is asked.

    A leg whose answer is written still counts as intended here: asking again is harmless, and the
    chain may have changed its mind since.
    """
    if run.orders:
        first = run.orders[0]
        if len(run.orders) > 1:
            return State.HEDGE_INTENDED
        return State.SHORT if first.answer.status in _SHORT else State.ORDER_INTENDED
    if not run.attempts:
        return State.PLANNED
    is_open = run.owes_order and any(s.answer.status == "INCLUDED" for s in run.attempts)
    return State.OPENED if is_open else State.TX_INTENDED


def _hear_chain(run: Run, fact: TransactionObserved) -> None:
    for sent in run.transactions:
        if sent.intent.tx_hash == fact.tx_hash and fact.status in DEFINITE_TX:
            sent.answer = ChainAnswer(fact.status, reason=fact.reason)


def _hear_venue(run: Run, fact: OrderObserved) -> None:
    for order in run.orders:
        if order.intent.client_order_id == fact.client_order_id:
            order.answer = OrderAnswer(
                fact.status,
                fact.venue_order_id,
                fact.filled_base_units,
                fact.filled_quote_units,
                fact.fee_units,
                fact.reason,
            )
