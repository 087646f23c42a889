"""Walks one execution through the machine: does each command, writes each fact, gives the event.

The order inside every handler is the promise of the house: intent durable, then send; answer, then
fact. Which command comes next is the machine's business, what may be sent at all is risk's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from domain.clock import Clock
from domain.desk import DeskCard
from journal.records import AlertRaised, ExecutionFinished, OrderIntended
from live.aio.waiting import pause
from live.execution import metrics
from live.execution.answers import (
    DEFINITE_ORDER,
    order_event,
    order_fact,
)
from live.execution.chain_lane import ChainLane
from live.execution.chain_leg import ChainLeg
from live.execution.herald import Herald
from live.execution.legs import moved_units, token_address
from live.execution.machine import OUTCOMES, Command, Event, State, step
from live.execution.order_lane import OrderLane
from live.execution.run import Run, SentOrder
from live.execution.scribe import Scribe
from live.execution.tuning import Tuning

_FIXED_REASONS = {
    State.SETTLED: "every leg is done",
    State.UNKNOWN: "the process ended before an answer came; the next one asks",
}
"""Outcomes that may be written again after a restart or a reorg, and must then read the same."""


def never_halted(_run: Run) -> str:
    """Let everything be sent: for recovery's sake, and for a desk without risk."""
    return ""


def unwatched(_run: Run) -> None:
    """Watch nothing that has ended: for a desk whose exchange never changes its mind."""


class Runner:
    """Carries out what the machine commands.

    Args:
        chain: The lane transactions leave by.
        orders: The lane orders leave by.
        scribe: The journal.
        card: The desk.
        clock: For expiry and alerts.
        tuning: Waiting.
        must_end: Set when the process may wait for answers no longer.
        halted: Says why an execution must not send its first leg any more; nothing if it may.
        herald: Tells others what ended, once it is durable.
        finished: Takes every execution that has ended.
    """

    def __init__(
        self,
        chain: ChainLane,
        orders: OrderLane,
        scribe: Scribe,
        card: DeskCard,
        clock: Clock,
        tuning: Tuning,
        must_end: asyncio.Event,
        *,
        herald: Herald,
        halted: Callable[[Run], str] = never_halted,
        finished: Callable[[Run], None] = unwatched,
    ) -> None:
        self._finished = finished
        self._orders = orders
        self._scribe = scribe
        self._card = card
        self._clock = clock
        self._tuning = tuning
        self._must_end = must_end
        self._herald = herald
        self._leg = ChainLeg(chain, scribe, card, clock, tuning, must_end, halted)
        self._handlers: dict[Command, Callable[[Run], Awaitable[Event]]] = {
            Command.INTEND_TX: self._leg.intend,
            Command.SEND_TX: self._leg.send,
            Command.REPLACE_TX: self._leg.replace,
            Command.ASK_CHAIN: self._leg.ask,
            Command.RETIRE_NONCE: self._leg.retire,
            Command.INTEND_ORDER: self._intend_order,
            Command.SEND_ORDER: self._send_order,
            Command.ASK_VENUE: self._ask_venue,
            Command.INTEND_HEDGE: self._intend_hedge,
            Command.SEND_HEDGE: self._send_order,
        }

    async def drive(self, run: Run, event: Event) -> None:
        """Walk until the execution is finished, as far as this process can know.

        Args:
            run: Changed in place.
            event: What starts the walk: APPROVED, RESTARTED, or an undoing.
        """
        while True:
            run.state, command = step(run.state, event)
            if command not in self._handlers:
                break
            event = await self._handlers[command](run)
        if command is not Command.REST:
            await self._finish(run, command)

    async def amend(self, run: Run) -> None:
        """Take back that an execution is settled when its orders no longer fill what was owed."""
        if run.state is not State.SETTLED or not run.orders:
            return
        owed = run.orders[0].intent.base_units
        filled = sum(order.answer.filled_base_units for order in run.orders)
        if abs(owed - filled) >= self._orders.lot_units:
            run.reason = run.orders[0].answer.reason or "the exchange changed a fill"
            await self.drive(run, Event.ORDER_AMENDED)

    async def retire(self, run: Run) -> None:
        """Use up the nonce of a lost transaction, so that it can never be mined late."""
        await self._leg.retire(run)

    async def fill_gaps(self, runs: Sequence[Run]) -> None:
        """Use up the nonces that an earlier process left unused before legs of these."""
        await self._leg.retiring.fill_gaps(runs)

    # --- the exchange -----------------------------------------------------------------------------

    async def _intend_order(self, run: Run) -> Event:
        receipt = run.leg.answer.receipt
        moved = 0
        if receipt is not None:
            base = token_address(self._card.chain.base_token)
            moved = moved_units(receipt, token=base, wallet=self._card.chain.wallet)
        intent = self._orders.first_order(run.execution_id, run.opportunity, moved)
        return await self._intended(run, intent)

    async def _intend_hedge(self, run: Run) -> Event:
        first = run.orders[0]
        intent = self._orders.second_order(first.intent, first.answer, run.opportunity)
        return await self._intended(run, intent)

    async def _intended(self, run: Run, intent: OrderIntended | None) -> Event:
        if intent is None:
            run.reason = "what is left is smaller than the exchange's lot"
            return Event.ABANDONED
        await self._scribe.note(run.trail, intent)
        run.orders.append(SentOrder(intent))
        return Event.INTENT_DURABLE

    async def _send_order(self, run: Run) -> Event:
        order = run.orders[-1]
        with metrics.timed("order"):
            order.answer = await self._orders.send(order.intent)
        return await self._note_order(run, order)

    async def _ask_venue(self, run: Run) -> Event:
        order = run.orders[-1]
        if not order.is_definite:
            if await pause(self._must_end, self._tuning.ask_s):
                return Event.STOPPED
            order.answer = await self._orders.ask(order.intent)
            if not order.is_definite:
                return Event.ORDER_SILENT
        return await self._note_order(run, order)

    async def _note_order(self, run: Run, order: SentOrder) -> Event:
        run.reason = order.answer.reason
        fact = order_fact(order.intent, order.answer, self._card.exchange.quote_asset)
        await self._scribe.note(run.trail, fact)
        return order_event(order.answer, order.intent.base_units, self._orders.lot_units)

    # --- the end ----------------------------------------------------------------------------------

    async def _finish(self, run: Run, command: Command) -> None:
        outcome = OUTCOMES[run.state]
        finished = ExecutionFinished(
            execution_id=run.execution_id,
            opportunity_id=run.opportunity.opportunity_id,
            strategy=run.opportunity.strategy,
            outcome=outcome,
            reason=_FIXED_REASONS.get(run.state, run.reason),
        )
        alerts = (self._alert(run),) if command is Command.FINISH_AND_ALERT else ()
        await self._scribe.note(run.trail, finished, *alerts)
        self._herald.finished(run, finished)
        self._finished(run)
        for alert in alerts:
            self._herald.alerted(alert)
        metrics.EXECUTIONS.labels(run.opportunity.strategy, outcome).inc()

    def _alert(self, run: Run) -> AlertRaised:
        filled = sum(
            o.answer.filled_base_units for o in run.orders if o.answer.status in DEFINITE_ORDER
        )
        asked = run.orders[0].intent.base_units if run.orders else 0
        return AlertRaised(
            alert="position_left",
            severity="warning",
            subject=run.execution_id,
            detail=(
                f"the second leg filled {filled} of {asked} base units at "
                f"{self._card.exchange.venue}; the rest is a position ({run.reason})"
            ),
            raised_ns=self._clock.now_ns(),
        )
