"""What the exchange's book is told as in v2: whole, or what changed, in the venue's own digits.

Pure: what the keeper knew before and knows now goes in, a message comes out. v1 carries the same
book at eight decimals; here a price is its integer over the decimals of its pair, so nothing is
rounded. A book that is not believed any more is told as such and not as an empty one: its sequence
is 0, which no book of the keeper has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.desk import ExchangeCard
from domain.market.level import Level
from live.collectors.book_keeper import Keeper
from live.collectors.grid import Digits
from live.protocol import v2

UNKNOWN = 0
"""The sequence of a book that nobody knows."""

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class BookTeller:
    """Tells of one exchange's one book.

    Args:
        card: The exchange.
        digits: How many decimals the pair's prices and sizes are written with.
    """

    card: ExchangeCard
    digits: Digits

    def whole(self, keeper: Keeper) -> v2.OrderBookState:
        """State the whole book, or that it is not known."""
        book = keeper.book
        if book is None:
            return self._message((), (), is_full=True, sequence=UNKNOWN)
        bids, asks = self._pairs(book.bids), self._pairs(book.asks)
        return self._message(bids, asks, is_full=True, sequence=keeper.sequence)

    def change(self, before: Keeper, after: Keeper) -> v2.OrderBookState | None:
        """Tell what one message changed; None when readers know it all already."""
        old, new = before.book, after.book
        if old is None or new is None:
            return None if old is new else self.whole(after)
        if before.sequence == after.sequence:
            return None
        bids, asks = _changed(old.bids, new.bids), _changed(old.asks, new.asks)
        return self._message(
            self._pairs(bids), self._pairs(asks), is_full=False, sequence=after.sequence
        )

    def _pairs(self, levels: Iterable[Level]) -> Pairs:
        price_digits, size_digits = self.digits
        return tuple(
            (int(price.scaleb(price_digits)), int(size.scaleb(size_digits)))
            for price, size in levels
        )

    def _message(
        self, bids: Pairs, asks: Pairs, *, is_full: bool, sequence: int
    ) -> v2.OrderBookState:
        card = self.card
        pair = card.symbol.replace("/", "-")
        return v2.OrderBookState(
            routing=v2.Routing(venues=(card.venue,), pairs=(pair,)),
            venue=card.venue,
            symbol=card.symbol,
            base_asset=card.base_asset,
            quote_asset=card.quote_asset,
            is_full=is_full,
            sequence=sequence,
            price_decimals=self.digits.price,
            size_decimals=self.digits.size,
            bids=bids,
            asks=asks,
        )


def _changed(before: tuple[Level, ...], after: tuple[Level, ...]) -> list[Level]:
    """Give the levels that are new or different, and those that are gone with a size of 0."""
    was, now = dict(before), dict(after)
    gone = [Level(price, size - size) for price, size in before if price not in now]
    return gone + [level for level in after if was.get(level.price) != level.size]
