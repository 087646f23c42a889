"""OKX's dialect, as far as its order books.

The channels ``books``, ``books-l2-tbt`` and ``books50-l2-tbt`` begin with a snapshot and go on with
changes. Each message carries a checksum over 25 levels a side (:mod:`domain.venues.interleaved`)
and, in newer feeds, a chain of ids: ``prevSeqId`` names the ``seqId`` before. Both numbers may fall
when OKX resets them, and the chain still holds; a change that names one id twice is a sign of life
without levels. Channels that repeat a few best levels (``books5``, ``bbo-tbt``) prove nothing and
are left alone. A checksum of 0 is one that OKX does not compute.

Documentation: https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel
"""

from __future__ import annotations

from typing import Any, cast

from domain.market.dialect import Dialect, Pair
from domain.market.word import BookKey, Word
from domain.venues.frames import book_said, message_of, milliseconds_ns
from domain.venues.interleaved import LEVELS, interleaved_crc32

CHANNELS = frozenset({"books", "books-l2-tbt", "books50-l2-tbt"})


def parse(frame: str) -> list[Word]:
    """Read one frame as far as it is about books.

    Raises:
        TypeError, ValueError, LookupError: It is a book message of an unknown shape.
    """
    message = message_of(frame)
    if not isinstance(message, dict) or "data" not in message:
        return []
    fields = cast("dict[str, Any]", message)
    asked = fields["arg"]
    if asked.get("channel") not in CHANNELS:
        return []
    key = BookKey(asked["instId"], asked["channel"])
    return [_book(key, entry, is_snapshot=_is_snapshot(fields)) for entry in fields["data"]]


def _is_snapshot(fields: dict[str, Any]) -> bool:
    action = fields["action"]
    if action not in {"snapshot", "update"}:
        raise ValueError(action)
    return action == "snapshot"


def _book(key: BookKey, entry: dict[str, Any], *, is_snapshot: bool) -> Word:
    return book_said(
        key,
        entry["bids"],
        entry["asks"],
        is_snapshot=is_snapshot,
        checksum=int(entry.get("checksum") or 0) or None,
        after=_id(entry.get("prevSeqId")),
        upto=_id(entry.get("seqId")),
        venue_ns=milliseconds_ns(entry.get("ts")),
    )


def _id(found: Any) -> int | None:  # noqa: ANN401 (JSON is what it is)
    return None if found is None else int(found)


def key_of(pair: Pair) -> BookKey:
    """Name a pair's book, as in ``BTC-USDT``; of a contract, as in ``BTC-USDT-SWAP``."""
    swap = "-SWAP" if pair.settle else ""
    return BookKey(f"{pair.base}-{pair.quote}{swap}", "books")


BOOKS = Dialect(
    venue="okx",
    parse=parse,
    key_of=key_of,
    checksum=interleaved_crc32,
    proved_levels=LEVELS,
)
"""How OKX tells and proves its books."""
