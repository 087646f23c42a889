"""Looking into a relay from a terminal: connects, prints, and ends as a terminal expects.

Ctrl-C and a closed pipe are ordinary ends. What is printed is decided in `tap_glass.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
from pathlib import Path

import uvloop

from domain.errors import Permanent, RemoteWireError
from live.relay.listening import Address, tcp_address
from live.relay.sockets import DEFI
from live.relay.subscription import Subscription, Taken
from live.relay.v2_client import visit
from ops.wire.tap_glass import Glass

_CLOSED = select.POLLERR | select.POLLHUP
_LOOK_EVERY_S = 0.2
"""How soon a pipe that was closed while nothing came is noticed."""


def place(socket: Path | None, tcp: str | None, desk_sockets: Path) -> Address:
    """Say where to look: the named place, else the desk's own.

    Raises:
        ConfigRefused: The address is none.
    """
    if tcp is not None:
        return tcp_address(tcp)
    return socket if socket is not None else desk_sockets / DEFI


def tapped(address: Address, glass: Glass) -> None:
    """Show what comes until it is enough, the relay ends, or the person does.

    Raises:
        Permanent: There is no relay, it refused us, or it hung up.
    """
    try:
        uvloop.run(_show_to_reader(address, glass))
    except BrokenPipeError:
        # Whoever read us has gone; what Python still holds for it must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise Permanent(
            f"no relay answers there: {error.strerror or error}; start one or name another",
            address=address,
        ) from error
    except RemoteWireError as error:
        raise Permanent(str(error), address=address) from error


async def _show_to_reader(address: Address, glass: Glass) -> None:
    """Show until somebody has had enough: also a reader of ours that closed the pipe and waits."""
    showing = asyncio.ensure_future(_show(address, glass))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, showing.cancel)  # also where a script's `&` ignores Ctrl-C
    reading = asyncio.ensure_future(_pipe_closed(sys.stdout.fileno()))
    reading.add_done_callback(lambda _: showing.cancel())
    with contextlib.suppress(asyncio.CancelledError):
        await showing
    reading.cancel()


async def _pipe_closed(fd: int) -> None:
    """Wait until nobody reads our output any more; for ever on a terminal or a file."""
    watching = select.poll()
    watching.register(fd, 0)
    while not any(event & _CLOSED for _, event in watching.poll(0)):  # noqa: ASYNC110 (no event)
        await asyncio.sleep(_LOOK_EVERY_S)


async def _show(address: Address, glass: Glass) -> None:
    subscription = Subscription(glass.subscribe, name="tap", may_fall_back=True)
    held = b""
    is_old: bool | None = None
    async with contextlib.aclosing(visit(address, subscription)) as takings:
        async for taken in takings:
            held += taken.v1
            if subscription.is_settled and is_old is None:
                is_old = not taken.reply
                held = _settled(held, is_old=is_old)
            _print(glass, taken, held if is_old else b"")
            held = b"" if is_old else held
            if glass.is_full:
                return
    raise Permanent("the relay hung up; look into its log", address=address)


def _settled(held: bytes, *, is_old: bool) -> bytes:
    """Keep the v1 frames that came before the answer only if there was none."""
    if is_old:
        sys.stderr.write("tap: this relay speaks v1 only; showing its market data\n")
        return held
    return b""


def _print(glass: Glass, taken: Taken, old: bytes) -> None:
    lines = [*glass.lines(taken.frames), *glass.old_lines(old)]
    if lines:
        sys.stdout.buffer.write(b"".join(lines))
        sys.stdout.buffer.flush()
    for remark in glass.remarks:
        sys.stderr.write(f"tap: {remark}\n")
    glass.remarks.clear()
