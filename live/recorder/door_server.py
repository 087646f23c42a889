"""The recorder's door, from inside: appends are acknowledged after the flush, tails told what came.

A client that talks nonsense loses its connection, and so does one whose tail cannot be read for it;
nobody else notices.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from prometheus_client import Counter, Gauge

from domain.errors import InputRefused, PlatformError, RemoteWireError
from journal.door_wire import (
    Answer,
    Append,
    Appended,
    MessageSplitter,
    Request,
    Tail,
    Told,
    pull_entries,
    pull_request,
    push_failure,
    push_message,
)
from journal.record import Record
from journal.records import KINDS
from live.aio.sockets import claim
from live.recorder.committer import Committer

_CLIENTS = Gauge("alphapulse_recorder_clients", "Open connections at the recorder's door.")
_NONSENSE = Counter("alphapulse_recorder_nonsense_total", "Connections closed for bad bytes.")
_UNREAD = Counter("alphapulse_recorder_unread_total", "Connections closed for a failed reading.")
_CHUNK_BYTES = 65_536
_TAIL_PAGE = 500
_LAST_SEQ = 2**63 - 1

ReadFacts = Callable[[Sequence[str], int, int], list[Record]]
"""Kinds, after which seq, at most how many."""


class DoorServer:
    """Serves the door.

    Args:
        committer: Makes facts durable.
        read_facts: Reads what tails ask for.
    """

    def __init__(self, committer: Committer, read_facts: ReadFacts) -> None:
        self._committer = committer
        self._read_facts = read_facts
        self._added = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def listen(self, path: Path) -> None:
        """Open the door.

        Raises:
            ConfigRefused: A living process already serves this path.
        """
        self._server = await asyncio.start_unix_server(self._serve, claim(path))

    async def close(self) -> None:
        """Let nobody in any more and hang up on everybody."""
        if self._server is not None:
            self._server.close()
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    def facts_were_added(self) -> None:
        """Wake up every tail."""
        self._added.set()
        self._added = asyncio.Event()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._clients.add(task)
            task.add_done_callback(self._clients.discard)
        with _CLIENTS.track_inprogress():
            await _Client(self, writer).listen(reader)

    async def append(self, request: Append) -> Awaitable[list[int]]:
        """Hand a client's facts to the committer."""
        return await self._committer.submit(pull_entries(request))

    async def tail(self, request: Tail, tell: Callable[[Answer], Awaitable[None]]) -> None:
        """Tell a client every matching fact, for ever."""
        kinds = [kind for kind in dict.fromkeys(request.kinds) if kind in KINDS]
        seen_seq = min(request.after_seq, _LAST_SEQ)
        while True:
            added = self._added
            found = await asyncio.to_thread(self._read_facts, kinds, seen_seq, _TAIL_PAGE)
            if found:
                await tell(Told(tuple(found)))
                seen_seq = found[-1].seq
            else:
                await added.wait()


class _Client:
    """One connection and the work it has asked for."""

    def __init__(self, server: DoorServer, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._writer = writer
        self._work: set[asyncio.Task[None]] = set()

    async def listen(self, reader: asyncio.StreamReader) -> None:
        splitter = MessageSplitter()
        try:
            while data := await reader.read(_CHUNK_BYTES):
                for body in splitter.feed(data):
                    await self._take(pull_request(body))
        except RemoteWireError:
            _NONSENSE.inc()
        except (OSError, asyncio.CancelledError):
            pass  # it left, or we are closing: both end the connection below
        finally:
            for task in self._work:
                task.cancel()
            self._writer.close()

    async def _take(self, request: Request) -> None:
        if isinstance(request, Tail):
            self._begin(self._server.tail(request, self._tell))
            return
        try:
            answer = await self._server.append(request)
        except InputRefused as error:
            await self._tell(push_failure(request.call, error))
            return
        self._begin(self._acknowledge(request.call, answer))

    async def _acknowledge(self, call: int, answer: Awaitable[list[int]]) -> None:
        try:
            await self._tell(Appended(call, tuple(await answer)))
        except PlatformError as error:
            await self._tell(push_failure(call, error))

    async def _tell(self, answer: Answer) -> None:
        self._writer.write(push_message(answer))
        await self._writer.drain()

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(self._until_gone(work))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _until_gone(self, work: Awaitable[None]) -> None:
        """Do what was asked; where that fails hang up, since a silent tail looks like no news.

        Who tails connects again and goes on from what it has.
        """
        try:
            await work
        except OSError:
            return  # it left meanwhile; what it handed in is kept all the same
        except BaseException as error:
            self._writer.close()
            if not isinstance(error, PlatformError):
                raise
            _UNREAD.inc()
