"""An exchange that says on a real socket what was recorded of one, to whoever subscribes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from aiohttp import WSMsgType, web

from ops.market.recording import Form, Line


@asynccontextmanager
async def replaying_exchange(frames: Sequence[Line], answers: Sequence[Line]) -> AsyncIterator[int]:
    """Run an exchange on a free port.

    Args:
        frames: Said in order, all at once, after the first thing a client says.
        answers: Given to requests for the same symbol.

    Yields:
        The port.
    """

    async def socket(request: web.Request) -> web.StreamResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        is_told = False
        async for message in connection:
            if message.type is WSMsgType.TEXT and not is_told:
                is_told = True
                await _acknowledge(connection, message.data)
                for line in frames:
                    await connection.send_str(line.text)
        return connection

    async def answer(request: web.Request) -> web.StreamResponse:
        (line,) = [line for line in answers if _symbol(line.url) == request.query["symbol"]]
        return web.Response(text=line.text, content_type="application/json")

    app = web.Application()
    app.router.add_get("/api/v3/depth", answer)
    app.router.add_get("/{path:.*}", socket)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def heard_lines(lines: Sequence[Line]) -> list[Line]:
    """Give the lines an exchange said."""
    return [line for line in lines if line.form is Form.HEARD and line.text]


async def _acknowledge(connection: web.WebSocketResponse, asked: str) -> None:
    """Answer Binance's kind of subscription, on which its client waits with its request."""
    if '"SUBSCRIBE"' in asked:
        await connection.send_json({"result": None, "id": 1})


def _symbol(url: str) -> str:
    return parse_qs(urlsplit(url).query)["symbol"][0]
