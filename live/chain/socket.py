"""One WebSocket to a node: questions by number, and what it tells unasked (`eth_subscribe`).

A question costs a fifteenth of what it costs over HTTP, many share the connection without waiting
for each other, and heads come when they are mined. The connection is a convenience: whoever has it
asks over HTTP while it is down (`rpc.py`) and is told when it goes and comes. What was asked when
it went is lost, never asked again from here.

Not here: what an answer means, which failure it is to the house.
"""

from __future__ import annotations

import asyncio
import socket as tcp
from collections.abc import Callable
from typing import Any, cast

import aiohttp
import orjson

from live.aio.backoff import Backoff

DEFAULT_TIMEOUT_S = 5.0
"""Longest wait for one answer; a local node answers in 2 ms, a hosted one in 200."""
_HEARTBEAT_S = 5.0
"""A connection whose other end is gone without a word is noticed after this and a half."""
_QUICK: int | None = getattr(tcp, "TCP_QUICKACK", None)
"""Linux has it."""
_LONGEST_PAUSE_S = 5.0
"""Between attempts to connect: meanwhile everything goes over HTTP, only slower."""

Answer = dict[str, Any]
Tell = Callable[[bool, str], None]
Hear = Callable[[dict[str, Any]], None]


class Lost(Exception):
    """No usable answer came back.

    Args:
        how: For people.
        is_surely_unsent: Nothing can have arrived.
    """

    def __init__(self, how: str, *, is_surely_unsent: bool) -> None:
        super().__init__(how)
        self.is_surely_unsent = is_surely_unsent


class NodeSocket:
    """A connection that comes back by itself while :meth:`run` runs.

    Args:
        url: ``ws://host:port``.
        timeout_s: Longest wait for one answer.
        tell: Told that it is open and every subscription stands (True), or that the connection
            went or never came, or a subscription was refused, and how.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        tell: Tell = lambda _is_open, _how: None,
    ) -> None:
        self.url = url
        self._timeout_s = timeout_s
        self.tell = tell
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._topics: list[tuple[list[Any], Hear]] = []
        self._hearers: dict[str, Hear] = {}
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._asked = 0

    @property
    def is_open(self) -> bool:
        """Whether a question can be asked here now."""
        return self._socket is not None and not self._socket.closed

    def subscribe(self, params: list[Any], hear: Hear) -> None:
        """Subscribe, now and after each reconnection; call it before :meth:`run`.

        Args:
            params: Of `eth_subscribe`, as ``["newHeads"]``.
            hear: Given each notification's result. What it raises ends :meth:`run`.
        """
        self._topics.append((params, hear))

    async def run(self) -> None:
        """Connect, read, and connect again, until cancelled."""
        pauses = Backoff(ceiling_s=_LONGEST_PAUSE_S)
        async with aiohttp.ClientSession() as session:
            while True:
                how = await self._connected(session, pauses)
                self.tell(False, how)  # noqa: FBT003 (told by position)
                await asyncio.sleep(pauses.next_s())

    async def exchange(self, method: str, params: list[Any]) -> Answer:
        """Ask one question.

        Returns:
            The JSON-RPC answer, with `result` or `error`.

        Raises:
            Lost: It is down, went down meanwhile, or no answer came in time.
        """
        socket = self._socket
        if socket is None or socket.closed:
            raise Lost("the socket is down", is_surely_unsent=True)
        self._asked += 1
        number = self._asked
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            await socket.send_str(_question(number, method, params))
            async with asyncio.timeout(self._timeout_s):
                return await answer
        except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
            raise Lost(type(error).__name__, is_surely_unsent=False) from error
        finally:
            self._waiting.pop(number, None)

    # --- one connection ---------------------------------------------------------------------------

    async def _connected(self, session: aiohttp.ClientSession, pauses: Backoff) -> str:
        """Serve one connection to its end and say how it ended."""
        try:
            opening = session.ws_connect(self.url, heartbeat=_HEARTBEAT_S, max_msg_size=0)
            async with asyncio.timeout(self._timeout_s):
                self._socket = await opening
            async with self._socket:
                pauses.reset()
                return await self._served(self._socket)
        except (aiohttp.ClientError, OSError) as error:
            return _how(error)
        finally:
            self._let_go()

    async def _served(self, socket: aiohttp.ClientWebSocketResponse) -> str:
        stream = socket.get_extra_info("socket")
        subscribing = asyncio.create_task(self._subscribe_all(), name="subscriptions")
        try:
            async for message in socket:
                _acknowledge(stream)
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._hear(cast("str", message.data))
        finally:
            subscribing.cancel()
        return f"closed with code {socket.close_code}"

    async def _subscribe_all(self) -> None:
        for params, hear in self._topics:
            try:
                answer = await self.exchange("eth_subscribe", params)
            except Lost as lost:
                answer = {"error": str(lost)}
            known_as = answer.get("result")
            if not isinstance(known_as, str):
                self.tell(False, f"no subscription to {params[0]}")  # noqa: FBT003 (by position)
                return
            self._hearers[known_as] = hear
        self.tell(True, "open")  # noqa: FBT003 (told by position)

    def _hear(self, text: str) -> None:
        message = _object(text)
        number, told = message.get("id"), message.get("params")
        waiting = self._waiting.get(number) if isinstance(number, int) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(message)
        elif message.get("method") == "eth_subscription" and isinstance(told, dict):
            self._pass_on(cast("Answer", told))

    def _pass_on(self, told: Answer) -> None:
        hear, result = self._hearers.get(str(told.get("subscription"))), told.get("result")
        if hear is not None and isinstance(result, dict):
            hear(cast("Answer", result))

    def _let_go(self) -> None:
        self._socket = None
        self._hearers.clear()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError("the socket went down"))


def socket_url(rpc_url: str) -> str:
    """Give the WebSocket address of a node that serves both at one, as anvil and many hosts do."""
    return "ws" + rpc_url.removeprefix("http")


def _how(error: Exception) -> str:
    """Say how a connection failed; an answer's own text holds the URL, so its status speaks."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"{type(error).__name__}: status {error.status}"
    return type(error).__name__


def _acknowledge(stream: Any) -> None:  # noqa: ANN401 (the event loop's own kind of socket)
    """Acknowledge what came at once.

    A node that holds small writes back until the last one is acknowledged (Nagle; anvil does) keeps
    an answer behind a head for the 40 ms that this end would otherwise wait before it says so. The
    kernel forgets the wish after a while, so it is said with each message: a microsecond.
    """
    if _QUICK is not None and stream is not None:
        stream.setsockopt(tcp.IPPROTO_TCP, _QUICK, 1)


def _question(number: int, method: str, params: list[Any]) -> str:
    asked = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    return orjson.dumps(asked).decode()


def _object(text: str) -> Answer:
    """Read a message; one that is no JSON object is empty, and whoever waits for it times out."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return cast("Answer", found) if isinstance(found, dict) else {}
