"""From a signal to a walk: judge, write the verdict, reserve, run, release, count.

One opportunity is answered once, whatever the relay repeats. The verdict is a fact before anything
leaves the house because of it: a no at once, a yes in one flush with the first intent. An approved
opportunity holds its lanes and its capital from the moment it is approved. What does not belong
here: the rules (`live/risk`), what they see (`risk_desk.py`), the walk (`runner.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from domain.clock import Clock
from journal.records import ExecutionPlanned, OpportunityFound, RiskDecided
from live.execution import metrics
from live.execution.calls import agent_of
from live.execution.finality import FinalityWatch
from live.execution.herald import Herald
from live.execution.history import Past
from live.execution.legs import execution_id
from live.execution.machine import Event
from live.execution.newest import Newest
from live.execution.risk_desk import RiskDesk
from live.execution.run import Run
from live.execution.runner import Runner
from live.execution.scribe import Scribe, Trail
from live.risk.verdict import Verdict

ReadBalances = Callable[[], Awaitable[dict[str, int]]]


class Coordinator:
    """The desk's executions, as a whole.

    Args:
        risk: Answers opportunities and holds their capital.
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
        risk: RiskDesk,
        clock: Clock,
        scribe: Scribe,
        runner: Runner,
        watch: FinalityWatch,
        read_balances: ReadBalances,
        past: Past,
        *,
        herald: Herald,
    ) -> None:
        self._clock = clock
        self._scribe = scribe
        self._runner = runner
        self._watch = watch
        self._read_balances = read_balances
        self._herald = herald
        self._answered: Newest[str, None] = Newest()
        for opportunity_id in past.answered:
            self._answered.put(opportunity_id, None)
        self._tasks: set[asyncio.Task[None]] = set()
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.risk = risk

    @property
    def open_executions(self) -> int:
        """How many executions are in flight."""
        return len(self._tasks)

    async def refresh(self) -> None:
        """Read the balances again; an asset that could not be read becomes unknown."""
        self.risk.balances_read(await self._read_balances())

    async def consider(self, opportunity: OpportunityFound) -> Verdict | None:
        """Answer an opportunity and, if the answer is yes, start executing it.

        Returns:
            The verdict; None when it was answered before.

        Raises:
            StorageFailed: A no could not be written.
        """
        if opportunity.opportunity_id in self._answered:
            return None
        self._answered.put(opportunity.opportunity_id, None)
        with metrics.timed("risk"):
            verdict = self.risk.judge(opportunity)
        word = "approved" if verdict.is_approved else "declined"
        metrics.DECISIONS.labels(opportunity.strategy, word, verdict.limit_name).inc()
        trail = Trail(opportunity.opportunity_id, opportunity.record_id())
        if verdict.is_approved:
            self._start(opportunity, verdict, trail)
        else:
            await self._scribe.note(trail, self._fact(opportunity, verdict))
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

    def _fact(self, opportunity: OpportunityFound, verdict: Verdict) -> RiskDecided:
        return verdict.fact(opportunity.opportunity_id, self.risk.rulebook.version)

    def _start(self, opportunity: OpportunityFound, verdict: Verdict, trail: Trail) -> None:
        run = Run(
            execution_id(opportunity.opportunity_id),
            agent_of(opportunity.strategy),
            opportunity,
            trail,
        )
        self.risk.occupy(run)
        self._scribe.hold(
            trail,
            self._fact(opportunity, verdict),
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
        started_ns = self._clock.now_ns()
        try:
            await self._runner.drive(run, Event.APPROVED)
            await self.refresh()  # before the reservation goes, or its capital would count twice
        finally:
            self.risk.vacate(run)
        self._watch.watch(run)
        await self.risk.count([run], took_ns=self._clock.now_ns() - started_ns)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or self._broken.done():
            return
        error = task.exception()
        if error is not None:
            self._broken.set_exception(error)
