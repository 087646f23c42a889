"""A relay's ingest socket for tests: remembers every frame a publisher sends, decoded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog

from domain.home import DeskHome
from live.aio.clock import WallClock
from live.aio.process import read_home_card
from live.aio.service import Service
from live.protocol import v1, v2


class Ingest:
    """What arrived on one socket."""

    def __init__(self) -> None:
        self.frames: list[Any] = []
        self.messages: list[Any] = []

    def of(self, kind: type) -> list[Any]:
        """Give the messages of one kind, in order."""
        return [message for message in self.messages if isinstance(message, kind)]


@asynccontextmanager
async def ingest_v1(socket: Path) -> AsyncIterator[Ingest]:
    """Listen as the relay does for v1 market data."""
    async with _listening(socket, v1.Decoder, v1.decode) as ingest:
        yield ingest


@asynccontextmanager
async def ingest_v2(socket: Path) -> AsyncIterator[Ingest]:
    """Listen as the relay does for v2 messages."""
    async with _listening(socket, v2.Decoder, lambda frame: frame.message) as ingest:
        yield ingest


@asynccontextmanager
async def _listening(
    socket: Path, new_decoder: Callable[[], Any], read: Callable[[Any], Any]
) -> AsyncIterator[Ingest]:
    ingest = Ingest()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        decoder = new_decoder()
        while data := await reader.read(1 << 16):
            frames = decoder.feed(data)
            ingest.frames += frames
            ingest.messages += [read(frame) for frame in frames]
        writer.close()

    server = await asyncio.start_unix_server(serve, socket)
    try:
        yield ingest
    finally:
        server.close()


@asynccontextmanager
async def a_service(name: str, home: DeskHome) -> AsyncIterator[Service]:
    """Give a process its surroundings without a process; tasks end with the block."""
    card = read_home_card(home)
    service = Service(name, home, card, WallClock(), structlog.get_logger())
    tasks: list[asyncio.Task[Any]] = []
    spawn = service.spawn

    def remembered(work: Any, task_name: str) -> asyncio.Task[Any]:
        tasks.append(spawn(work, task_name))
        return tasks[-1]

    service.spawn = remembered  # type: ignore[method-assign]
    try:
        yield service
    finally:
        service.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
