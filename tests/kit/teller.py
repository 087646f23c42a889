"""An exchange of the test's own: it holds true books and tells every change of them.

Bids rest below 0.5 and asks above, so no true book is crossed; prices and sizes keep their trailing
zeros. How an exchange writes is in :mod:`tests.kit.tellers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hypothesis import strategies as st

from domain.market.book import Book
from domain.market.level import written
from domain.market.word import BookKey

SYMBOLS = ("AB", "CD")
Side = dict[int, int]
Rows = list[list[str]]


class Truth(NamedTuple):
    """A true book: sizes by price, both in the teller's steps."""

    bids: Mapping[int, int]
    asks: Mapping[int, int]

    def rows(self) -> tuple[Rows, Rows]:
        """Write both sides, best first."""
        return _rows(self.bids, best=-1), _rows(self.asks, best=1)

    def is_held_by(self, book: Book, levels: int) -> bool:
        """Compare with a rebuilt book to the last digit, to a depth; 0 compares all."""
        held = tuple(
            [[written(price), written(size)] for price, size in side][: levels or None]
            for side in (book.bids, book.asks)
        )
        return held == tuple(side[: levels or None] for side in self.rows())


class Item(NamedTuple):
    """Something that travels: a frame, or the answer to a request when `url` is given."""

    key: BookKey
    text: str
    truth: Truth
    url: str = ""
    is_snapshot: bool = False


class Step(NamedTuple):
    """Levels of one book that are now as given; a size of 0 is gone."""

    symbol: str
    bids: Side
    asks: Side


@dataclass
class Teller:
    """One exchange.

    Args:
        says: Writes a message: (teller, symbol, bids, asks, is_snapshot) to an item's text.
        channel: As the parser names it.
        prefix: Of the symbol, as the parser names it.
        is_numbered: A lost or late message shows in the numbers alone.
        is_snapshot_asked: Snapshots are answers.
    """

    says: Callable[[Teller, str, Rows, Rows, bool], str]
    channel: str
    prefix: str = ""
    is_numbered: bool = True
    is_snapshot_asked: bool = False
    sides: dict[str, tuple[Side, Side]] = field(
        default_factory=lambda: {symbol: ({20: 3}, {60: 5}) for symbol in SYMBOLS}
    )
    numbers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SYMBOLS, 100))
    sent: int = -1

    def snapshot(self, symbol: str) -> Item:
        """Tell a whole book."""
        bids, asks = self._truth(symbol).rows()
        text = self.says(self, symbol, bids, asks, True)
        url = f"https://x/api/v3/depth?symbol={symbol}&limit=9" if self.is_snapshot_asked else ""
        return Item(self._key(symbol), text, self._truth(symbol), url, is_snapshot=True)

    def change(self, step: Step) -> Item:
        """Change a book and tell it."""
        for side, news in zip(self.sides[step.symbol], (step.bids, step.asks), strict=True):
            side.update(news)
            for price in [price for price, size in side.items() if not size]:
                del side[price]
        bids, asks = (
            [[_price(price), _size(size)] for price, size in news.items()]
            for news in (step.bids, step.asks)
        )
        text = self.says(self, step.symbol, bids, asks, False)
        return Item(self._key(step.symbol), text, self._truth(step.symbol))

    def next_number(self, symbol: str, by: int = 1) -> tuple[int, int]:
        """Count a change of a book: (number before, number after)."""
        before = self.numbers[symbol]
        self.numbers[symbol] += by
        return before, self.numbers[symbol]

    def story(self, steps: Sequence[Step], snapshots_at: Sequence[int] = (0,)) -> list[Item]:
        """Tell steps, with snapshots of every book before the steps of the given places."""
        told: list[Item] = []
        for at, step in enumerate(steps):
            if at in snapshots_at:
                told += [self.snapshot(symbol) for symbol in SYMBOLS]
            told.append(self.change(step))
        return told

    def ten_best(self, symbol: str) -> tuple[Rows, Rows]:
        """Write the ten best levels a side as they are now."""
        bids, asks = self._truth(symbol).rows()
        return bids[:10], asks[:10]

    def _key(self, symbol: str) -> BookKey:
        return BookKey(self.prefix + symbol, self.channel)

    def _truth(self, symbol: str) -> Truth:
        bids, asks = self.sides[symbol]
        return Truth(dict(bids), dict(asks))


def steps(min_size: int = 1, max_size: int = 12) -> st.SearchStrategy[list[Step]]:
    """Draw what happens at an exchange."""
    bids = st.dictionaries(st.integers(1, 9).map(lambda n: 5 * n - 4), st.integers(0, 4))
    asks = st.dictionaries(st.integers(1, 9).map(lambda n: 5 * n + 46), st.integers(0, 4))
    step = st.builds(Step, st.sampled_from(SYMBOLS), bids, asks)
    return st.lists(step, min_size=min_size, max_size=max_size)


def _rows(side: Mapping[int, int], best: int) -> Rows:
    return [[_price(price), _size(side[price])] for price in sorted(side, key=lambda p: best * p)]


def _price(steps: int) -> str:
    return f"0.{steps:02d}0"


def _size(lots: int) -> str:
    return f"{lots}.50000000" if lots else "0.00000000"
