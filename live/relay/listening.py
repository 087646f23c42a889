"""Opening a listening socket, in a folder or on TCP, with one meaning of "taken" for both."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from domain.errors import ConfigRefused
from live.aio.sockets import claim

BACKLOG = 512
"""Connections the kernel holds until we have accepted them; a burst of readers after a restart."""


class TcpAddress(NamedTuple):
    """A host and port; port 0 takes any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


Address = Path | TcpAddress


async def listen(
    new_protocol: Callable[[], asyncio.BaseProtocol], address: Address
) -> asyncio.Server:
    """Open a socket and serve it.

    Raises:
        ConfigRefused: Another process already serves this address, or it is not ours to serve.
    """
    loop = asyncio.get_running_loop()
    if isinstance(address, Path):
        return await loop.create_unix_server(new_protocol, claim(address), backlog=BACKLOG)
    try:
        return await loop.create_server(
            new_protocol, address.host, address.port, backlog=BACKLOG, reuse_address=True
        )
    except OSError as error:
        raise ConfigRefused(
            f"this address cannot be served: {_reason(error)}; choose another", address=address
        ) from error


def address_text(server: asyncio.Server) -> str:
    """Give where a server listens: its path, or HOST:PORT with the port that was taken."""
    name = server.sockets[0].getsockname()
    return name if isinstance(name, str) else str(TcpAddress(*name[:2]))


def tcp_address(text: str) -> TcpAddress:
    """Read ``HOST:PORT``; an IPv6 host stands in brackets.

    Raises:
        ConfigRefused: It is not that.
    """
    host, colon, port = text.rpartition(":")
    if not (host and colon and port.isascii() and port.isdigit() and int(port) <= _MOST_PORT):
        raise ConfigRefused("write an address as HOST:PORT, for example 127.0.0.1:7070", got=text)
    return TcpAddress(host.removeprefix("[").removesuffix("]"), int(port))


def _reason(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "another program listens there"
    return error.strerror or str(error)


_MOST_PORT = 65_535
"""A port has 16 bits."""
