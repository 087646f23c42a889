"""v2 readers on real sockets, for tests: they say hello, subscribe and remember what they hear."""

from __future__ import annotations

import asyncio
from pathlib import Path

from live.protocol import v2
from tests.kit.eventually import eventually
from tests.live.relay.makers import frame, wire

HELLO = wire(v2.Hello(v2.V2_0, v2.V2_0, (), "test"))


class Guest:
    """A v2 reader on a socket that remembers every frame."""

    def __init__(self, path, *subscribes: v2.Subscribe, hello: bytes = HELLO) -> None:
        self._path = path
        self._said = hello + b"".join(map(wire, subscribes))
        self.messages: list[object] = []
        self.is_over = False

    async def listen(self) -> None:
        if isinstance(self._path, Path):
            stream, self.writer = await asyncio.open_unix_connection(self._path)
        else:
            stream, self.writer = await asyncio.open_connection(*self._path)
        decoder = v2.Decoder()
        self.writer.write(self._said)
        try:
            while data := await stream.read(1 << 16):
                self.messages += [found.message for found in decoder.feed(data)]
        finally:
            self.is_over = True
            self.writer.close()

    def of(self, kind: type) -> list:
        return [message for message in self.messages if isinstance(message, kind)]

    @property
    def is_subscribed(self) -> bool:
        return bool(self.of(v2.Ack))


class Party:
    """Guests, started together and sent home at the end."""

    def __init__(self, *guests: Guest) -> None:
        self._guests = guests

    async def __aenter__(self) -> tuple[Guest, ...]:
        self._tasks = [asyncio.create_task(guest.listen()) for guest in self._guests]
        await eventually(lambda: all(g.is_subscribed or g.is_over for g in self._guests))
        return self._guests

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def publish(relay, *messages: v2.Message, first: int = 1) -> list[v2.Message]:
    for n, message in enumerate(messages):
        relay.hub.publish(frame(message, first + n), "chain.sock")
    return list(messages)
