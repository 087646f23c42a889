"""Addresses, and what is said of those that are taken."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import ConfigRefused
from live.relay.listening import TcpAddress, listen, tcp_address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:7070", TcpAddress("127.0.0.1", 7070)),
        ("[::1]:0", TcpAddress("::1", 0)),
        ("relay.example:65535", TcpAddress("relay.example", 65535)),
    ],
)
def test_an_address_is_host_and_port(text, expected):
    assert tcp_address(text) == expected
    assert str(TcpAddress("a", 1)) == "a:1"


@pytest.mark.parametrize("text", ["", "7070", ":7070", "a:", "a:b", "a:65536", "a:-1", "a:١"])
def test_anything_else_is_refused(text):
    with pytest.raises(ConfigRefused, match="HOST:PORT"):
        tcp_address(text)


def test_an_address_that_is_taken_is_refused_in_words(tmp_path):
    async def scenario() -> None:
        first = await listen(asyncio.Protocol, TcpAddress("127.0.0.1", 0))
        port = first.sockets[0].getsockname()[1]
        with pytest.raises(ConfigRefused, match="another program listens there"):
            await listen(asyncio.Protocol, TcpAddress("127.0.0.1", port))
        with pytest.raises(ConfigRefused, match="cannot be served"):
            await listen(asyncio.Protocol, TcpAddress("192.0.2.1", 1))
        own = await listen(asyncio.Protocol, tmp_path / "x.sock")
        with pytest.raises(ConfigRefused, match="already serves"):
            await listen(asyncio.Protocol, tmp_path / "x.sock")
        for server in (first, own):
            server.close()

    asyncio.run(scenario())
