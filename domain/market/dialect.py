"""What a venue's book feed promises, so that one state machine serves all venues.

One value a venue, made in its file in :mod:`domain.venues`; no venue is named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from domain.errors import InputRefused
from domain.market.book import Book
from domain.market.word import BookKey, Word


class Pair(NamedTuple):
    """What is traded in one book.

    Args:
        base: Code of what is bought and sold, as the desk writes it.
        quote: Code of what prices are in.
        settle: Code of what a contract is settled in; empty where coins change hands.
    """

    base: str
    quote: str
    settle: str = ""


def pair_of(symbol: str) -> Pair:
    """Read a unified symbol, ``BTC/USDT`` or, for a contract without an end, ``BTC/USDT:USDT``.

    Raises:
        InputRefused: It is neither.
    """
    found = _SYMBOL.fullmatch(symbol)
    if found is None:
        raise InputRefused("write a symbol as BASE/QUOTE or BASE/QUOTE:SETTLE", got=symbol)
    return Pair(found["base"], found["quote"], found["settle"] or "")


_SYMBOL = re.compile(r"(?P<base>[^/:\s]+)/(?P<quote>[^/:\s]+)(?::(?P<settle>[^/:\s]+))?")


def no_answer(url: str, body: str) -> list[Word]:  # noqa: ARG001 (the form of a parser of answers)
    """Read nothing from answers, as befits a venue whose feed begins with a snapshot."""
    return []


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one venue tells its books, and how it proves them.

    Args:
        venue: Its name on the command line.
        parse: Reads one received frame; raises any of `TypeError`, `ValueError` and `LookupError`
            for one whose shape it does not know, and gives nothing for one that is not about books.
        key_of: Names the book of a pair as `parse` does, on the channel a collector subscribes.
        parse_answer: Reads the answer to a request, given its address.
        checksum: Computes what the venue's own checksum should be; ``None`` where it sends none.
        proved_levels: Levels a side the proof covers; 0 for the whole book. What lies deeper was
            told too, but nobody would notice if it were wrong.
        is_snapshot_asked: The snapshot comes by request, and changes heard before it are kept for
            it. Otherwise the feed begins with a snapshot, after every connection again.
        tells_only_news: A deletion of a level we do not hold, or a level told as we hold it, hints
            at a lost message. No more than that: a venue may send one in error.
    """

    venue: str
    parse: Callable[[str], list[Word]]
    key_of: Callable[[Pair], BookKey]
    parse_answer: Callable[[str, str], list[Word]] = no_answer
    checksum: Callable[[Book], int] | None = None
    proved_levels: int = 0
    is_snapshot_asked: bool = False
    tells_only_news: bool = False
