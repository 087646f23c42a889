"""Reading a connection whole: everything that has arrived since the last look, in one piece.

What asyncio's streams do besides (lines, separators, a copy each way) costs more than decoding does
when frames come one at a time.
"""

from __future__ import annotations

import asyncio
from typing import cast

MOST_UNREAD_BYTES = 1024 * 1024
"""Before the peer is no longer read: its kernel buffer fills, and it learns that we are slow."""


class Incoming(asyncio.Protocol):
    """The reading end of one connection, for one reader."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._unread_bytes = 0
        self._is_over = False
        self._is_paused = False
        self._waiter: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None

    async def read(self) -> bytes:
        """Give all that has arrived, waiting for it to be something; nothing when it is over."""
        if not self._pieces and not self._is_over:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        taken = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self._unread_bytes = 0
        if self._is_paused and self._transport is not None:
            self._is_paused = False
            self._transport.resume_reading()
        return taken

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember whom to slow down."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Keep what came, and stop reading when it is too much."""
        self._pieces.append(data)
        self._unread_bytes += len(data)
        if self._unread_bytes > MOST_UNREAD_BYTES and self._transport is not None:
            self._is_paused = True
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (how it ended, the end says)
        """Say that nothing more comes."""
        self._transport = None
        self._is_over = True
        self._wake()

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
