"""From a signal to a walk: judge, write the verdict, reserve, run, release.

One opportunity is answered once, whatever the relay repeats. The verdict is a fact before anything
follows from it, and an approved opportunity holds its lanes and its capital from the moment it is
approved. What does not belong here: the rules (`live/risk`), the walk (`runner.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from domain.clock import Clock
from domain.desk import DeskCard
from journal.records import (
    AlertRaised,
    ExecutionPlanned,
    HaltOrdered,
    OpportunityFound,
)
from live.execution import metrics
from live.execution.calls import agent_of
from live.execution.finality import FinalityWatch
from live.execution.herald import Herald
from live.execution.history import Past
from live.execution.legs import execution_id, result_usd_e24
from live.execution.machine import OUTCOMES, Event
from live.execution.run import Run
from live.execution.runner import Runner
from live.execution.scribe import Scribe, Trail
from live.execution.surroundings import Surroundings
from live.risk.inventory import Inventory, needed_units
from live.risk.limits import Limits
from live.risk.rules import Situation, judge
from live.risk.verdict import Verdict

ReadBalances = Callable[[], Awaitable[dict[str, int]]]


class Coordinator:
    """The desk's executions, as a whole.

    Args:
        card: The desk.
        limits: Of risk.
        clock: Time.
        scribe: The journal.
        runner: Walks one execution.
        watch: Takes finished ones.
        read_balances: Reads what can be spent.
        past: What earlier processes left.
        herald: Tells others what was decided.
    """

    def __init__(
        self,
        card: DeskCard,
        limits: Limits,
        clock: Clock,
        scribe: Scribe,
        runner: Runner,
        watch: FinalityWatch,
        read_balances: ReadBalances,
        past: Past,
        *,
        herald: Herald,
    ) -> None:
        self._card = card
        self._limits = limits
        self._clock = clock
        self._scribe = scribe
        self._runner = runner
        self._watch = watch
        self._read_balances = read_balances
        self._herald = herald
        self._answered = set(past.answered)
        self._session = past.session
        self._inventory = Inventory()
        self._lanes: dict[str, frozenset[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.surroundings = Surroundings()
        self.is_stopping = False

    @property
    def open_executions(self) -> int:
        """How many executions are in flight."""
        return len(self._tasks)

    async def refresh(self) -> None:
        """Read the balances again; an asset that could not be read becomes unknown."""
        self._inventory = Inventory(await self._read_balances(), self._inventory.reserved)

    async def obey(self, order: HaltOrdered) -> None:
        """Halt a scope, or lift a halt, and say so."""
        self._session = self._session.ordered(order)
        word = "lifted" if order.is_lifted else "halted"
        await self._alert(f"scope_{word}", order.scope, order.reason)

    async def consider(self, opportunity: OpportunityFound) -> Verdict | None:
        """Answer an opportunity and, if the answer is yes, start executing it.

        Returns:
            The verdict; None when it was answered before.

        Raises:
            StorageFailed: The verdict could not be written.
        """
        if opportunity.opportunity_id in self._answered:
            return None
        self._answered.add(opportunity.opportunity_id)
        with metrics.timed("risk"):
            verdict = judge(opportunity, self._situation(), self._limits, self._card)
        word = "approved" if verdict.is_approved else "declined"
        metrics.DECISIONS.labels(opportunity.strategy, word, verdict.limit_name).inc()
        trail = Trail(opportunity.opportunity_id, opportunity.record_id())
        if verdict.is_approved:
            await self._start(opportunity, verdict, trail)
        else:
            await self._scribe.note(trail, verdict.fact(opportunity.opportunity_id))
        self._herald.decided(opportunity, verdict)
        return verdict

    async def finish(self, within_s: float) -> None:
        """Wait for what is in flight, at most so long."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within_s)

    async def watch_for_failure(self) -> None:
        """Wait until an execution fails in a way that must end the process.

        Raises:
            PlatformError: What it failed with.
        """
        await self._broken

    def _situation(self) -> Situation:
        lanes = self._lanes.values()
        return Situation(
            now_ns=self._clock.now_ns(),
            head_block=self.surroundings.head_block,
            touched_block_by_venue=self.surroundings.touched_block_by_venue,
            busy_lanes=frozenset[str]().union(*lanes),
            open_executions=len(self._lanes),
            inventory=self._inventory,
            session=self._session,
            is_stopping=self.is_stopping,
        )

    async def _start(self, opportunity: OpportunityFound, verdict: Verdict, trail: Trail) -> None:
        run = Run(
            execution_id(opportunity.opportunity_id),
            agent_of(opportunity.strategy),
            opportunity,
            trail,
        )
        self._occupy(run)
        await self._scribe.note(
            trail,
            verdict.fact(opportunity.opportunity_id),
            ExecutionPlanned(
                execution_id=run.execution_id,
                opportunity_id=opportunity.opportunity_id,
                strategy=opportunity.strategy,
                agent=run.agent,
                venues=tuple(leg.venue for leg in opportunity.legs),
            ),
        )
        task = asyncio.create_task(self._walk(run), name=f"execution {run.execution_id}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def _walk(self, run: Run) -> None:
        try:
            await self._runner.drive(run, Event.APPROVED)
            await self.refresh()  # before the reservation goes, or its capital would count twice
        finally:
            self._vacate(run)
        self._watch.watch(run)
        await self._learn(run)

    async def _learn(self, run: Run) -> None:
        receipts = [sent.answer.receipt for sent in run.transactions if sent.answer.receipt]
        fills = [(order.intent, order.answer) for order in run.orders]
        result = result_usd_e24(run.opportunity, self._card, receipts, fills)
        before = self._session.failures
        outcome = OUTCOMES[run.state]
        self._session = self._session.finished(outcome, result, self._clock.now_ns())
        limit = self._limits.max_consecutive_failures
        if before < limit <= self._session.failures:
            await self._alert("breaker_tripped", "desk", f"{limit} executions in a row failed")

    async def _alert(self, alert: str, subject: str, detail: str) -> None:
        fact = AlertRaised(
            alert=alert,
            severity="warning",
            subject=subject,
            detail=detail,
            raised_ns=self._clock.now_ns(),
        )
        await self._scribe.note(Trail(), fact)
        self._herald.alerted(fact)

    def _occupy(self, run: Run) -> None:
        needs = needed_units(run.opportunity, self._card, self._limits.order_margin_bps)
        self._inventory = self._inventory.reserving(run.execution_id, needs)
        self._lanes[run.execution_id] = frozenset(leg.venue for leg in run.opportunity.legs)
        metrics.OPEN.set(len(self._lanes))

    def _vacate(self, run: Run) -> None:
        self._inventory = self._inventory.releasing(run.execution_id)
        self._lanes.pop(run.execution_id, None)
        metrics.OPEN.set(len(self._lanes))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or self._broken.done():
            return
        error = task.exception()
        if error is not None:
            self._broken.set_exception(error)
