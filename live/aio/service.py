"""A process as its own code sees it: who it is, how it feels, what it runs and when to stop.

Eternal tasks are guarded: one that ends while nobody asked for it, well or badly, ends the process,
because a half-alive process is worse than a restarted one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Self

import structlog
from prometheus_client import Gauge

from domain.clock import Clock
from domain.desk import DeskCard
from domain.errors import InvariantBroken
from domain.home import DeskHome
from live.aio.pages import Health

_READY = Gauge(
    "alphapulse_process_ready", "1 while the process does its work, else 0.", ["process"]
)
GRACE_S = 10.0
"""How long a body may tidy up after a stop; systemd gives 90 s, a person at Ctrl-C does not."""


class Process:
    """One running process, of a desk or alone.

    Args:
        name: For its health page, its metrics and its log.
        clock: Time.
        log: Structured log.
    """

    def __init__(self, name: str, clock: Clock, log: structlog.typing.FilteringBoundLogger) -> None:
        self.name = name
        self.clock = clock
        self.log = log
        self.stopping = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._health = Health(name, "starting", "starting", clock.now_ns())
        _READY.labels(name).set(0)

    def ready(self) -> None:
        """Say that the process does its work (health 200)."""
        self._become("ready", "")

    def degraded(self, reason: str) -> None:
        """Say that the process runs but cannot do its work (health 503), and why."""
        self._become("degraded", reason)

    def health(self) -> Health:
        """Give the present state, as the health page shows it."""
        return self._health

    def stop(self) -> None:
        """Ask everything to stop; what a first Ctrl-C does."""
        self._become("stopping", "stopping")
        self.stopping.set()

    def spawn(self, work: Coroutine[Any, Any, object], name: str) -> asyncio.Task[Any]:
        """Run an eternal task; its end is a failure of the process unless we are stopping.

        Args:
            work: A coroutine that runs until it is cancelled.
            name: For logs.
        """
        task: asyncio.Task[Any] = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def run(self, body: Callable[[Self], Awaitable[None]]) -> None:
        """Run the body until it returns, a stop is asked for, or an eternal task ends.

        Raises:
            PlatformError: What the body or an eternal task failed with; so with other exceptions.
        """
        main = asyncio.ensure_future(body(self))
        try:
            await self._first_reason_to_end(main)
            if not self.stopping.is_set():
                self.stop()
            await self._let_finish(main)
        finally:
            await self._cancel(main)
        self._raise_failure()

    async def _first_reason_to_end(self, main: asyncio.Future[None]) -> None:
        stop = asyncio.ensure_future(self.stopping.wait())
        await asyncio.wait({main, stop, self._failure}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()

    async def _let_finish(self, main: asyncio.Future[None]) -> None:
        await asyncio.wait({main}, timeout=0 if self._failure.done() else GRACE_S)
        if not main.done():
            self.log.info("cancelling the body of the process", after_s=GRACE_S)
            main.cancel()
        try:
            await main
        except asyncio.CancelledError:
            if not main.cancelled():
                raise

    async def _cancel(self, main: asyncio.Future[None]) -> None:
        self.stopping.set()
        ours = {main, *self._tasks}
        for task in ours:
            task.cancel()
        await asyncio.gather(*ours, return_exceptions=True)

    def _raise_failure(self) -> None:
        if self._failure.done():
            self._failure.result()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            error: BaseException | None = None
        else:
            error = task.exception()
        if self._failure.done() or (self.stopping.is_set() and error is None):
            return
        self._failure.set_exception(error or _silent_end(task.get_name()))

    def _become(self, state: str, reason: str) -> None:
        if self._health.state == state and self._health.reason == reason:
            return
        self._health = Health(self.name, state, reason, self.clock.now_ns())
        _READY.labels(self.name).set(1 if state == "ready" else 0)
        level = self.log.warning if state == "degraded" else self.log.info
        level(f"{state}: {reason}" if state == "degraded" else state)


class Service(Process):
    """One running process of a desk.

    Args:
        name: As in ``card.metrics_ports`` and the log file's name.
        home: The desk's folder.
        card: The desk's reference data.
        clock: Time.
        log: Structured log.
    """

    def __init__(
        self,
        name: str,
        home: DeskHome,
        card: DeskCard,
        clock: Clock,
        log: structlog.typing.FilteringBoundLogger,
    ) -> None:
        super().__init__(name, clock, log)
        self.home = home
        self.card = card


def _silent_end(name: str) -> InvariantBroken:
    return InvariantBroken("a task that must never end has ended; restart the process", task=name)
