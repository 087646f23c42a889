"""Where the collector of exchanges speaks: v1 frames and v2 states on the relay's ingest sockets.

One outlet a process, because the relay follows one count of frames a socket; what is said about
which book is in :mod:`live.collectors.exchange_collector`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from live.aio.service import Service
from live.protocol import v1, v2
from live.relay.client import Publisher
from live.relay.sockets import BOOKS, PAPER

Greeting = Callable[[], Sequence[v1.Message]]
States = Callable[[], Sequence[v2.OrderBookState]]


class Outlet:
    """Numbers and sends what is said.

    Args:
        service: The process.
        greet: Gives what a reader of v1 has to know first.
        state: Gives every book as readers of v2 know it.
    """

    def __init__(self, service: Service, greet: Greeting, state: States) -> None:
        self._clock = service.clock
        self._greet = greet
        self._state = state
        self._frames = 0
        self._states = 0
        sockets = service.home.sockets
        self._publisher = Publisher(sockets / PAPER, greet=self._greeting)
        self._books = Publisher(sockets / BOOKS, greet=self._stating)
        service.spawn(self._publisher.run(), "publisher")
        service.spawn(self._books.run(), "states")

    def tell(self, *messages: v1.Message) -> None:
        """Say something to readers of v1."""
        self._publisher.send(*map(self._frame, messages))

    def state(self, *states: v2.OrderBookState) -> None:
        """Say something to readers of v2."""
        self._books.send(*map(self._state_frame, states))

    def beat(self, *, is_alive: bool) -> None:
        """State everything again; with a heartbeat while the desk's own exchange is heard."""
        self.tell(*self._greet())
        if is_alive:
            self.tell(v1.Heartbeat(self._clock.now_ns(), self._frames))
        self.state(*self._state())

    def _greeting(self) -> Sequence[bytes]:
        return [self._frame(message) for message in self._greet()]

    def _stating(self) -> Sequence[bytes]:
        return [self._state_frame(state) for state in self._state()]

    def _frame(self, message: v1.Message) -> bytes:
        self._frames += 1
        return v1.encode(message, self._frames - 1)

    def _state_frame(self, state: v2.OrderBookState) -> bytes:
        self._states += 1
        return v2.encode(
            state,
            source=v2.SOURCE_COLLECTOR_CEX,
            sequence=self._states - 1,
            sent_ns=self._clock.now_ns(),
        )
