"""What every venue's frames have in common: they are JSON, or they are no messages at all.

Digits stay as sent: venues write prices and sizes as text, and the one that writes numbers is read
with `exact_message_of`. What a message means is in the file of its venue.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from domain.market.level import levels_of
from domain.market.reason import Reason
from domain.market.word import BookKey, BookSaid, Unread

MILLISECOND_NS = 1_000_000


def message_of(frame: str) -> Any:  # noqa: ANN401 (JSON is what it is)
    """Read one frame; ``None`` for one that is no JSON object or list, such as ``pong``.

    Raises:
        ValueError: It begins like a message and is none.
    """
    text = frame.strip()
    # orjson, because it stops at a depth of 1024 whatever others do to Python's own guard.
    return orjson.loads(text) if text[:1] in {"{", "["} else None


def exact_message_of(frame: str) -> Any:  # noqa: ANN401 (JSON is what it is)
    """Read one frame with every number as its text; for frames `message_of` has read already."""
    return json.loads(frame, parse_float=str, parse_int=str)


def milliseconds_ns(found: Any) -> int:  # noqa: ANN401 (JSON is what it is)
    """Read a time in milliseconds, written as text or number; 0 when it is not told."""
    return int(found or 0) * MILLISECOND_NS


def book_said(
    key: BookKey,
    bids: Any,  # noqa: ANN401 (JSON is what it is)
    asks: Any,  # noqa: ANN401 (JSON is what it is)
    *,
    is_snapshot: bool,
    **told: Any,  # noqa: ANN401 (of the fields' own types)
) -> BookSaid | Unread:
    """Put a message about a book together, or say why its levels are none.

    Args:
        key: Of the book.
        bids: Rows as the venue lists them.
        asks: Likewise.
        is_snapshot: As in :class:`BookSaid`.
        told: Whatever else of :class:`BookSaid` the venue says.
    """
    read = levels_of(bids, may_be_gone=not is_snapshot)
    if isinstance(read, Reason):
        return Unread(key, read)
    other = levels_of(asks, may_be_gone=not is_snapshot)
    if isinstance(other, Reason):
        return Unread(key, other)
    return BookSaid(key, is_snapshot, read, other, **told)
