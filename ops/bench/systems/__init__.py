"""What a frame can travel through: our relay and its peers, one file each, with the same three.

`serve(folder)` runs the server as a process of its own and gives its address; `sender(address)` and
`read(address, take)` are the client, as a user of that system would write it. Nothing measures.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

Send = Callable[[Sequence[bytes]], Awaitable[None]]
"""Hands frames over, each on its own; returns when the client would take more."""


class Decoded(Protocol):
    """What decoders of both versions give."""

    @property
    def raw(self) -> bytes:
        """The bytes of the frame; a trade's are the last 72 in either version."""
        ...


Take = Callable[[Sequence[Decoded]], None]
"""Told the frames of each read."""


VENUE, PAIR = "paper", "ETH-USDC"
SYMBOL = f"{VENUE}:{PAIR}"
"""What the trades are of."""


class System(Protocol):
    """What each module here is."""

    def serve(self, folder: Path) -> AbstractContextManager[str]:
        """Run the server while the context is open; gives its address."""
        ...

    async def sender(self, address: str) -> Send:
        """Connect the one publisher."""
        ...

    async def read(self, address: str, take: Take) -> None:
        """Connect one subscriber and hear for ever."""
        ...


def system(name: str) -> System:
    """Give a system by the name of its module."""
    return cast("System", import_module(f"{__name__}.{name}"))
