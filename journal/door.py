"""The recorder's door, from outside: hand in facts, get an answer once the disk has them.

`record` is safe to repeat, because a fact written twice is written once; so a door re-sends by
itself until its patience ends. What a caller sees then is `Transient`: the facts may or may not be
there, and handing them in again is right. The plain variant for programs without an event loop is
here too.
"""

from __future__ import annotations

import asyncio
import itertools
import socket as sockets
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from domain.errors import RemoteWireError, Transient
from journal.door_wire import (
    Answer,
    Append,
    Appended,
    Failed,
    MessageSplitter,
    Tail,
    Told,
    pull_answer,
    pull_failure,
    push_entries,
    push_message,
)
from journal.entry import Entry
from journal.record import Record

_RETRY_S = 0.05
_CHUNK_BYTES = 65_536
ANSWER_WITHIN_S = 10.0
"""A commit takes milliseconds; a disk that needs longer is failing."""


class Door:
    """A client of the recorder, for one event loop; any number of tasks may use it at once.

    Args:
        socket: The recorder's socket (``home.sockets / "recorder.sock"``).
        patience_s: How long to look for a recorder that is away before giving up.
    """

    def __init__(self, socket: Path, patience_s: float = 5.0) -> None:
        self._socket = socket
        self._patience_s = patience_s
        self._connecting = asyncio.Lock()
        self._session: _Session | None = None

    async def record(self, *entries: Entry) -> list[int]:
        """Hand facts in and wait until they are durable.

        Returns:
            The seq of each, in order; of one that was there already, its old seq.

        Raises:
            StorageFailed: The journal's disk is full or failing; nothing of these was kept.
            JournalConflict: A record id is taken by other content; nothing of these was kept.
            Transient: No recorder answers; hand the same facts in again later.
        """
        clock = asyncio.get_running_loop().time
        deadline_s = clock() + self._patience_s
        while True:
            try:
                return await (await self._connected()).append(entries)
            except _Away as away:
                if clock() + _RETRY_S > deadline_s:
                    raise Transient(
                        "the recorder does not answer; is it running?", socket=self._socket
                    ) from away
            await asyncio.sleep(_RETRY_S)

    async def tail(self, kinds: Sequence[str], after_seq: int = 0) -> AsyncIterator[Record]:
        """Hear every fact of some kinds after a seq, for ever, across restarts of the recorder."""
        seen_seq = after_seq
        while True:
            try:
                async for record in _tail_once(self._socket, tuple(kinds), seen_seq):
                    seen_seq = record.seq
                    yield record
            except (OSError, RemoteWireError):
                pass
            await asyncio.sleep(_RETRY_S)

    async def close(self) -> None:
        """Hang up; a later `record` connects again."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _connected(self) -> _Session:
        async with self._connecting:
            if self._session is None or self._session.is_over:
                await self.close()
                self._session = await _Session.open(self._socket)
            return self._session


class _Away(Exception):
    """The recorder is not there, or left before it answered."""


class _Session:
    """One connection, its unanswered calls and the task that hears the answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._calls = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[list[int]]] = {}
        self._hearing = asyncio.create_task(self._hear(), name="recorder's door")

    @classmethod
    async def open(cls, socket: Path) -> _Session:
        try:
            return cls(*await asyncio.open_unix_connection(socket))
        except OSError as error:
            raise _Away from error

    @property
    def is_over(self) -> bool:
        return self._hearing.done()

    async def append(self, entries: Sequence[Entry]) -> list[int]:
        call = next(self._calls)
        message = push_message(push_entries(call, entries))
        answer: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
        self._waiting[call] = answer
        try:
            self._writer.write(message)
            if self.is_over:
                raise _Away
            return await asyncio.wait_for(answer, ANSWER_WITHIN_S)
        except (TimeoutError, OSError) as error:
            self._hearing.cancel()
            raise _Away from error
        finally:
            self._waiting.pop(call, None)

    async def close(self) -> None:
        self._hearing.cancel()
        await asyncio.wait({self._hearing})
        self._writer.close()

    async def _hear(self) -> None:
        splitter = MessageSplitter()
        try:
            while data := await self._reader.read(_CHUNK_BYTES):
                for body in splitter.feed(data):
                    self._take(pull_answer(body))
        except (OSError, RemoteWireError):
            pass  # the session is over either way; every waiting call is told below
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(_Away())
            self._writer.close()

    def _take(self, answer: Answer) -> None:
        if isinstance(answer, Told):
            return
        waiting = self._waiting.get(answer.call)
        if waiting is None or waiting.done():
            return
        if isinstance(answer, Failed):
            waiting.set_exception(pull_failure(answer))
        else:
            waiting.set_result(list(answer.seqs))


async def _tail_once(socket: Path, kinds: tuple[str, ...], after_seq: int) -> AsyncIterator[Record]:
    reader, writer = await asyncio.open_unix_connection(socket)
    try:
        writer.write(push_message(Tail(kinds, after_seq)))
        splitter = MessageSplitter()
        while data := await reader.read(_CHUNK_BYTES):
            for body in splitter.feed(data):
                answer = pull_answer(body)
                if isinstance(answer, Told):
                    for record in answer.records:
                        yield record
    finally:
        writer.close()


class SyncDoor:
    """A client of the recorder for programs without an event loop.

    Args:
        socket: The recorder's socket.

    Raises:
        Transient: Nobody serves it.
    """

    def __init__(self, socket: Path) -> None:
        self._path = socket
        self._calls = itertools.count(1)
        self._splitter = MessageSplitter()
        self._socket = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
        self._socket.settimeout(ANSWER_WITHIN_S)
        try:
            self._socket.connect(str(socket))
        except OSError as error:
            self._socket.close()
            raise self._away() from error

    def record(self, *entries: Entry) -> list[int]:
        """Hand facts in and wait until they are durable; errors as :meth:`Door.record`."""
        append = push_entries(next(self._calls), entries)
        try:
            self._socket.sendall(push_message(append))
            return self._answer_to(append)
        except OSError as error:
            raise self._away() from error

    def _answer_to(self, append: Append) -> list[int]:
        while data := self._socket.recv(_CHUNK_BYTES):
            for body in self._splitter.feed(data):
                answer = pull_answer(body)
                if isinstance(answer, Failed) and answer.call == append.call:
                    raise pull_failure(answer)
                if isinstance(answer, Appended) and answer.call == append.call:
                    return list(answer.seqs)
        raise self._away()

    def _away(self) -> Transient:
        return Transient("the recorder does not answer; is it running?", socket=self._path)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
