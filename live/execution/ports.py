"""What execution needs of an exchange, as protocols.

Types only. `exchange.py` is one; tests hand in scripted ones. What is asked of a chain is
`live/chain/ports.py`.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from domain.market.book import Fill, Rung
from journal.records import OrderIntended
from live.execution.answers import OrderAnswer


class Ladders(NamedTuple):
    """Both sides of a book, best first, in 10^-8."""

    bids: tuple[Rung, ...]
    asks: tuple[Rung, ...]


class Holding(NamedTuple):
    """What an account holds of one asset, in base units: free to trade, and kept for orders."""

    free_units: int
    locked_units: int


class Venue(Protocol):
    """An exchange that can be sent one kind of order and asked about it."""

    async def submit(self, intent: OrderIntended) -> OrderAnswer:
        """Send an order once; UNKNOWN when it may have arrived."""
        ...

    async def find(self, intent: OrderIntended) -> OrderAnswer:
        """Ask for an order by client id: ABSENT when there is none, UNKNOWN when it is silent."""
        ...

    async def holdings(self) -> dict[str, Holding]:
        """Read what the account holds, by asset identity.

        Raises:
            VenueUnavailable: It cannot be read; it is not zero.
            SchemaDrift: The answer is not a balance.
        """
        ...

    async def balances(self) -> dict[str, int]:
        """Read what is free of that to trade; raises as `holdings` does."""
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
