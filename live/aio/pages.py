"""The two pages of every process, on loopback: ``/metrics`` for Prometheus, ``/health`` for people.

Health is 200 while the process is ready, 503 with the reason otherwise. Nothing here changes state.
"""

from __future__ import annotations

import errno
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from domain.errors import ConfigRefused

if TYPE_CHECKING:
    from aiohttp import web


class Health(msgspec.Struct, frozen=True):
    """What a process says of itself.

    Args:
        state: ``starting``, ``ready``, ``degraded`` or ``stopping``.
        reason: Why it is not ready; empty when it is.
        since_ns: When it came into this state.
    """

    process: str
    state: str
    reason: str
    since_ns: int

    @property
    def is_ready(self) -> bool:
        """Whether the process does its work."""
        return self.state == "ready"


@asynccontextmanager
async def serve_pages(port: int, health: Callable[[], Health]) -> AsyncGenerator[int]:
    """Serve both pages while the context is open.

    Args:
        port: On loopback; 0 takes any free one.
        health: Asked on each request.

    Yields:
        The port that was taken.

    Raises:
        ConfigRefused: Another program listens on that port.
    """
    from aiohttp import web  # costs 0.2 s, and --help imports this module

    runner = web.AppRunner(
        _application(web.Application(), health), access_log=None, shutdown_timeout=0.2
    )
    await runner.setup()
    try:
        await _listen(web.TCPSite(runner, "127.0.0.1", port), port)
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _application(app: web.Application, health: Callable[[], Health]) -> web.Application:
    from aiohttp import web

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def health_page(_request: web.Request) -> web.Response:
        now = health()
        status = 200 if now.is_ready else 503
        return web.Response(
            body=msgspec.json.encode(now), status=status, content_type="application/json"
        )

    app.router.add_get("/metrics", metrics)
    app.router.add_get("/health", health_page)
    return app


async def _listen(site: web.TCPSite, port: int) -> None:
    try:
        await site.start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise ConfigRefused(
            "another program listens on this process's metrics port; stop it or reopen the desk",
            port=port,
        ) from error
