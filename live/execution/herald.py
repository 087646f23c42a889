"""Tells others what the trader decided and did, once it is durable: results, alerts, performance.

Telling never stops trading: a message that the wire cannot carry is counted and left out, and the
publisher behind `send` drops its oldest when nobody listens. Nothing that the trader does depends
on what is told here.
"""

from __future__ import annotations

from collections.abc import Callable

from domain.clock import Clock
from domain.desk import DeskCard
from domain.errors import LocalWireError
from journal.records import AlertRaised, ExecutionFinished, OpportunityFound
from live.execution import metrics
from live.execution.run import Run
from live.execution.scores import Ended, Scores
from live.execution.telling import (
    HALTING_LIMITS,
    alert_message,
    halting_message,
    realised_usd_e24,
    result_message,
)
from live.protocol import v2
from live.risk.verdict import Verdict

Send = Callable[[bytes], None]


def unheard(_frame: bytes) -> None:
    """Send nowhere: for a trader that nobody listens to."""


class Herald:
    """The trader's voice.

    Args:
        card: The desk.
        clock: Dates what is told.
        send: Takes whole frames.
    """

    def __init__(self, card: DeskCard, clock: Clock, send: Send = unheard) -> None:
        self._card = card
        self._clock = clock
        self._send = send
        self._sequence = 0
        self._scores = Scores(clock.now_ns())
        self._halting: dict[str, str] = {}

    def decided(self, opportunity: OpportunityFound, verdict: Verdict) -> None:
        """Count a verdict; tell, once until it changes, that a limit stops a whole strategy."""
        strategy, limit = opportunity.strategy, verdict.limit_name
        self._scores.decided(strategy, is_approved=verdict.is_approved)
        if limit not in HALTING_LIMITS:
            self._halting.pop(strategy, None)
        elif self._halting.get(strategy) != limit:
            self._halting[strategy] = limit
            now_ns = self._clock.now_ns()
            self._tell(halting_message(opportunity, verdict, self._card, now_ns))

    def resumed(self, run: Run) -> None:
        """Count an execution that an earlier process started."""
        self._scores.resumed(run.opportunity.strategy)

    def finished(self, run: Run, fact: ExecutionFinished) -> None:
        """Tell how an execution ended; a reorg may make it end again."""
        result = realised_usd_e24(run, self._card)
        ended = Ended(fact.outcome, run.opportunity.expected_net_usd_e24, result)
        self._scores.finished(fact.strategy, fact.execution_id, ended)
        self._tell(result_message(run, fact, self._card, self._clock.now_ns()))

    def alerted(self, fact: AlertRaised) -> None:
        """Tell an alert."""
        self._tell(alert_message(fact))

    def tell_performance(self) -> None:
        """Tell how every strategy has done so far."""
        for message in self._scores.messages(self._clock.now_ns()):
            self._tell(message)

    def _tell(self, message: v2.Message) -> None:
        try:
            frame = v2.encode(
                message,
                source=v2.SOURCE_TRADER,
                sequence=self._sequence,
                sent_ns=self._clock.now_ns(),
            )
        except LocalWireError:
            metrics.UNTOLD.labels(type(message).__name__).inc()
        else:
            self._sequence += 1
            self._send(frame)
