"""A checksum two venues share: CRC32 over the best levels, bid and ask in turn.

``bid1 price:bid1 size:ask1 price:ask1 size:bid2 price:...``, 25 levels a side with every digit as
sent; where one side has fewer levels, the other goes on alone. The result is a *signed* 32-bit
number. Who uses it is said in :mod:`domain.venues.okx` and :mod:`domain.venues.bitget`.
"""

from __future__ import annotations

import zlib
from itertools import chain, zip_longest

from domain.market.book import Book
from domain.market.level import joined

LEVELS = 25
_SIGN = 1 << 31


def interleaved_crc32(book: Book) -> int:
    """Compute the checksum of a book, between -2^31 and 2^31 - 1."""
    pairs = zip_longest(book.bids[:LEVELS], book.asks[:LEVELS])
    text = joined([level for level in chain.from_iterable(pairs) if level], ":")
    return (zlib.crc32(text.encode()) ^ _SIGN) - _SIGN
