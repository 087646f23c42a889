"""What execution needs of chain and exchange, as protocols.

Types only. `live/chain/rpc.py` is the chain, `exchange.py` the exchange; tests hand in scripted
ones.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from domain.chain.types import Receipt
from domain.market.book import Fill, Rung
from journal.records import OrderIntended
from live.chain.decoding import BlockHead
from live.chain.send_answers import SendAnswer
from live.execution.answers import OrderAnswer


class Chain(Protocol):
    """The part of :class:`live.chain.rpc.ChainClient` that execution uses."""

    async def head(self) -> BlockHead: ...
    async def block(self, which: int | str) -> BlockHead | None: ...
    async def receipt(self, tx_hash: str) -> Receipt | None: ...
    async def transaction(self, tx_hash: str) -> dict[str, Any] | None: ...
    async def nonce(self, address: str, tag: str = "latest") -> int: ...
    async def send_raw(self, raw: bytes) -> SendAnswer: ...
    async def call(
        self, to: str, data: bytes, block: int | str = "latest", sender: str | None = None
    ) -> bytes: ...
    async def balance_wei(self, address: str, block: int | str = "latest") -> int: ...
    async def erc20_balance(
        self, token_address: str, holder: str, block: int | str = "latest"
    ) -> int: ...


class Ladders(NamedTuple):
    """Both sides of a book, best first, in 10^-8."""

    bids: tuple[Rung, ...]
    asks: tuple[Rung, ...]


class Venue(Protocol):
    """An exchange that can be sent one kind of order and asked about it."""

    async def submit(self, intent: OrderIntended) -> OrderAnswer:
        """Send an order once; UNKNOWN when it may have arrived."""
        ...

    async def find(self, intent: OrderIntended) -> OrderAnswer:
        """Ask for an order by client id: ABSENT when there is none, UNKNOWN when it is silent."""
        ...

    async def balances(self) -> dict[str, int]:
        """Read what is free to trade, in base units by asset identity."""
        ...


class Market(Venue, Protocol):
    """An exchange whose market can be looked at, and where an order can rest."""

    async def rest(self, intent: OrderIntended) -> OrderAnswer:
        """Send an order once that stays on the book until it is filled or withdrawn."""
        ...

    async def withdraw(self, intent: OrderIntended) -> None:
        """Take an order off the book if it is still there; what became of it has to be asked."""
        ...

    async def ladders(self) -> Ladders:
        """Read the book.

        Raises:
            VenueUnavailable: It cannot be read; it is not empty.
            SchemaDrift: The answer is no book.
        """
        ...

    async def trades(self, after_ns: int) -> list[Fill]:
        """Read what the public traded after an instant; raises as `ladders` does."""
        ...
