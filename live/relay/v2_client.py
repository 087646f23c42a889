"""How a process hears a relay in v2, across restarts of either: connects, waits, heals.

What is said and remembered is `subscription.py`'s; here are the socket and the clock alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

from domain.errors import RemoteWireError
from live.aio.backoff import Backoff
from live.aio.incoming import Incoming
from live.protocol import v2
from live.relay.listening import Address
from live.relay.subscription import Subscription, Taken

ANSWER_S = 2.0
"""How long a relay may take to answer a hello; ours takes a millisecond, a busy one a few."""


async def hear(address: Address, subscription: Subscription) -> AsyncIterator[list[v2.Frame]]:
    """Hear a relay for ever.

    Yields:
        An empty list whenever what was known may be old (at first, and when a gap could not be
        closed): the state of everything wanted follows. Then the frames of each read, never empty.
        A gap that could be closed is closed without a word.
    """
    backoff = Backoff()
    while True:
        try:
            async for taken in visit(address, subscription):
                backoff.reset()
                if taken.is_fresh:
                    yield []
                if taken.frames:
                    yield list(taken.frames)
        except (OSError, RemoteWireError):
            pass  # a relay that is away, or another than we think: ask again, ever less often
        await asyncio.sleep(backoff.next_s())


async def visit(address: Address, subscription: Subscription) -> AsyncGenerator[Taken]:
    """Hear a relay until the connection ends.

    Raises:
        OSError: It cannot be reached.
        RemoteWireError: It is no relay, refuses us in words, or does not answer.
    """
    transport, incoming = await connect(address)
    try:
        transport.write(subscription.connected())
        deadline_s = asyncio.get_running_loop().time() + ANSWER_S
        while True:
            data = await _read(incoming, subscription, deadline_s)
            if not data:
                return
            taken = subscription.receive(data)
            if taken.reply:
                transport.write(taken.reply)
            yield taken
    finally:
        transport.close()


async def connect(address: Address) -> tuple[asyncio.Transport, Incoming]:
    """Open a connection to a relay, by path or by TCP.

    Raises:
        OSError: It cannot be reached.
    """
    loop = asyncio.get_running_loop()
    if isinstance(address, Path):
        return await loop.create_unix_connection(Incoming, str(address))
    return await loop.create_connection(Incoming, address.host, address.port)


async def _read(incoming: Incoming, subscription: Subscription, deadline_s: float) -> bytes:
    if subscription.is_settled:
        return await incoming.read()
    left_s = max(0.0, deadline_s - asyncio.get_running_loop().time())
    try:
        return await asyncio.wait_for(incoming.read(), left_s)
    except TimeoutError:
        subscription.timed_out()
        return await incoming.read()
