"""The relay's process: which sockets a desk's relay has, and how long it runs.

======================  =========  =============================================================
socket                  direction  frames
======================  =========  =============================================================
``paper.sock``          in         v1, market data of the exchange
``books.sock``          in         v2, the exchange's books in their own digits
``chain.sock``          in         v2, what the chain did
``signals.sock``        in         v2, opportunities
``trader.sock``         in         v2, what became of them
``relay.sock``          out        v1, types 1 to 10 only; v2 to those who say hello
``defi.sock``           out        v2 to those who say hello; v1 to those who say nothing
======================  =========  =============================================================

Those are the desk's; a relay alone is told its own (`config.py`), on TCP as well.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from domain.errors import RemoteWireError
from domain.home import DeskHome
from live.aio.process import serve, serve_alone
from live.aio.service import Process, Service
from live.relay.config import RelaySettings, desk_settings
from live.relay.metrics import exported
from live.relay.outside import outside
from live.relay.relay import Relay

NAME = "relay"


def main(home: DeskHome) -> None:
    """Run the desk's relay until it is asked to stop."""
    serve(NAME, home, body)


async def body(service: Service) -> None:
    """Do the work of the desk's relay, as :func:`live.aio.process.serve` runs it."""
    await run(service, desk_settings(service.home.sockets))


def run_alone(settings: RelaySettings) -> None:
    """Run a relay that belongs to no desk until it is asked to stop.

    Raises:
        SystemExit: 2 when something was refused, 1 when something failed.
    """

    def told(relay: Relay) -> None:
        sys.stdout.write(f"{settings.name}: readers at {', '.join(relay.readers_addresses())}\n")
        sys.stdout.flush()

    async def alone(process: Process) -> None:
        await run(process, settings, told)

    serve_alone(settings.name, Path(settings.folder), settings.metrics_port, alone)


async def run(
    process: Process, settings: RelaySettings, on_ready: Callable[[Relay], None] | None = None
) -> None:
    """Run a relay until the process is asked to stop.

    Args:
        process: Who runs it.
        settings: Where it listens and what it keeps.
        on_ready: Told when it serves.

    Raises:
        ConfigRefused: Another process already serves one of its sockets.
    """

    def on_broken(socket: str, error: RemoteWireError) -> None:
        process.log.warning("cut a producer off", socket=socket, error=str(error))

    allow_many_files()
    relay = Relay(process.clock, on_broken, settings)
    async with AsyncExitStack() as stack:
        stack.enter_context(exported(relay))
        try:
            await stack.enter_async_context(outside(process, relay, settings))
            await relay.listen()
            process.ready()
            if on_ready is not None:
                on_ready(relay)
            await process.stopping.wait()
        finally:
            await relay.close()


def allow_many_files() -> None:
    """Raise this process's own bound on open files as far as it may: a client costs one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
