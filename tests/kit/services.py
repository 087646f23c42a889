"""Bodies of processes run inside a test's own event loop, with the life-cycle they have in life."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from domain.clock import Clock
from domain.home import DeskHome
from live.aio.process import read_home_card
from live.aio.service import Service
from tests.kit.clock import noon_clock
from tests.kit.eventually import eventually


def a_service(home: DeskHome, name: str = "relay", clock: Clock | None = None) -> Service:
    """Build a service that logs nowhere; needs a running event loop."""
    log = structlog.wrap_logger(structlog.ReturnLogger(), processors=[lambda *_: ""])
    return Service(name, home, read_home_card(home), clock or noon_clock(), log)


@asynccontextmanager
async def running(
    body: Callable[[Service], Awaitable[None]], home: DeskHome, clock: Clock | None = None
) -> AsyncGenerator[Service]:
    """Run a body until the context closes; it is ready inside, and has ended well afterwards.

    Raises:
        PlatformError: What the body failed with.
    """
    service = a_service(home, clock=clock)
    task = asyncio.create_task(service.run(body))
    try:
        await eventually(lambda: service.health().is_ready or task.done())
        yield service
    finally:
        service.stop()
        await task
