"""Coinbase's dialect, as far as its order books on the Advanced Trade feed.

The channel ``level2`` (``l2_data`` in messages) begins with a snapshot and goes on with changes.
``sequence_num`` counts every message of the *connection*, heartbeats and acknowledgements too, so a
missing one may concern any book, and all of them wait for new snapshots. The older Exchange feed
(``l2update``) numbers nothing and carries no checksum: nothing there can be proved, so no book is
built from it.

Documentation: https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels#level2-channel
"""

from __future__ import annotations

from typing import Any, cast

from domain.market.dialect import Dialect, Pair
from domain.market.word import BookKey, Counted, Word
from domain.venues.frames import book_said, message_of

_CHANNEL = "l2_data"


def parse(frame: str) -> list[Word]:
    """Read one frame as far as it is about books; any frame is counted.

    Raises:
        TypeError, ValueError, LookupError: It is a book message of an unknown shape.
    """
    message = message_of(frame)
    if not isinstance(message, dict) or "sequence_num" not in message:
        return []
    fields = cast("dict[str, Any]", message)
    words: list[Word] = [Counted(int(fields["sequence_num"]))]
    if fields.get("channel") == _CHANNEL:
        words += [_book(event) for event in fields["events"]]
    return words


def _book(event: dict[str, Any]) -> Word:
    rows: dict[str, list[tuple[Any, Any]]] = {"bid": [], "offer": []}
    for update in event["updates"]:
        rows[update["side"]].append((update["price_level"], update["new_quantity"]))
    return book_said(
        BookKey(event["product_id"], _CHANNEL),
        rows["bid"],
        rows["offer"],
        is_snapshot=event["type"] == "snapshot",
    )


def key_of(pair: Pair) -> BookKey:
    """Name a pair's book, as in ``BTC-USD``."""
    return BookKey(f"{pair.base}-{pair.quote}", _CHANNEL)


BOOKS = Dialect(venue="coinbase", parse=parse, key_of=key_of)
"""How Coinbase tells and proves its books."""
