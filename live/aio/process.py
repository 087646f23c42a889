"""How a process starts, serves and stops; the only place that knows about signals.

A first SIGINT or SIGTERM asks the body to finish, a second one cancels it. A failure raised on
purpose ends in one sentence on stderr and its exit code; anything else is a bug and leaves its
traceback in the log.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import structlog
import uvloop

from domain.desk import DeskCard, read_card
from domain.errors import ConfigRefused, PlatformError, exit_code
from domain.home import DeskHome
from live.aio.clock import WallClock
from live.aio.logs import open_log
from live.aio.pages import serve_pages
from live.aio.service import Process, Service

__all__ = ["Process", "Service", "read_home_card", "serve", "serve_alone"]

Body = Callable[[Service], Awaitable[None]]


def serve(name: str, home: DeskHome, body: Body) -> None:
    """Run one process of the desk until it is asked to stop or its body returns.

    Args:
        name: Of the process; picks its log file and its metrics port.
        home: The desk's folder; its card must have been written.
        body: The work. It gets a :class:`Service` and watches ``service.stopping``.

    Raises:
        SystemExit: 2 when something was refused, 1 when something failed.
    """
    clock = WallClock()
    try:
        card = read_home_card(home)
        port = _metrics_port(card, name)
        log = open_log(name, home.logs, clock)
    except PlatformError as error:
        _leave(name, error)
    _run(_serve(lambda: Service(name, home, card, clock, log), port, body), name, log)


def serve_alone(
    name: str, logs: Path, metrics_port: int, body: Callable[[Process], Awaitable[None]]
) -> None:
    """Run one process that belongs to no desk until it is asked to stop or its body returns.

    Args:
        name: For its log file, its metrics and what it says on stderr.
        logs: Folder of its log.
        metrics_port: On loopback; 0 takes any free one, which the log names.
        body: The work. It gets a :class:`Process` and watches ``process.stopping``.

    Raises:
        SystemExit: 2 when something was refused, 1 when something failed.
    """
    clock = WallClock()
    try:
        log = open_log(name, logs, clock)
    except OSError:
        _leave(name, ConfigRefused("this folder cannot be written; take another", folder=logs))
    _run(_serve(lambda: Process(name, clock, log), metrics_port, body), name, log)


def _run(
    work: Coroutine[Any, Any, None], name: str, log: structlog.typing.FilteringBoundLogger
) -> None:
    try:
        uvloop.run(work)
    except PlatformError as error:
        log.info("failed", error=str(error), kind=type(error).__name__)
        _leave(name, error)
    except asyncio.CancelledError as error:
        sys.stderr.write(f"{name}: stopped at once, as asked twice\n")
        raise SystemExit(1) from error
    except Exception as error:
        log.exception("stopped by a bug; the traceback is in the log")
        raise SystemExit(1) from error


P = TypeVar("P", bound=Process)


async def _serve(
    new_process: Callable[[], P], port: int, body: Callable[[P], Awaitable[None]]
) -> None:
    process = new_process()
    _stop_on_signals(process)
    async with serve_pages(port, process.health) as taken:
        process.log.info("started", metrics_port=taken)
        await process.run(body)
    process.log.info("stopped")


def _stop_on_signals(service: Process) -> None:
    loop = asyncio.get_running_loop()
    main = asyncio.current_task()

    def asked() -> None:
        if service.stopping.is_set() and main is not None:
            main.cancel()
        service.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked)


def read_home_card(home: DeskHome) -> DeskCard:
    """Read the card of a desk from its folder.

    Raises:
        ConfigRefused: No desk has been opened there.
        InputRefused: The card is not one.
    """
    try:
        return read_card(home.card.read_bytes())
    except OSError as error:
        raise ConfigRefused(
            "there is no desk in this folder; open one with `alphapulse up` or `alphapulse demo`",
            home=home.root,
        ) from error


def _metrics_port(card: DeskCard, name: str) -> int:
    if name not in card.metrics_ports:
        raise ConfigRefused("the desk card gives this process no port; open it again", process=name)
    return card.metrics_ports[name]


def _leave(name: str, error: PlatformError) -> NoReturn:
    sys.stderr.write(f"{name}: {error}\n")
    raise SystemExit(exit_code(error)) from error
