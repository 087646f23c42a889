"""Binance's dialect, as far as its order books, for spot (Binance.US too) and for futures.

The stream ``<symbol>@depth`` tells changes alone; the snapshot is asked for at ``/depth``, and the
changes heard meanwhile are kept for it. Each change covers ids ``U`` to ``u``. On spot the next one
begins at ``u + 1``; on futures ids are skipped and ``pu`` names the end of the one before. So a
change takes the book from ``U - 1``, or from ``pu``, to ``u``, and joins a snapshot whose
``lastUpdateId`` it does not leave a hole after. ``<symbol>@bookTicker`` tells the best bid and ask
at an id of the same count.

The same symbol names a pair on spot and a contract on futures. A change with ``pu`` is a
contract's: told under the wrong venue it is refused, never mixed in.

Documentation:
https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#how-to-manage-a-local-order-book-correctly
and
https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/How-to-manage-a-local-order-book-correctly
"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from domain.market.dialect import Dialect, Pair
from domain.market.level import Level, number_of
from domain.market.reason import Reason
from domain.market.word import BookKey, TopSaid, Unread, Word
from domain.venues.frames import book_said, message_of, milliseconds_ns

_CHANNEL = "depth"
_TOP_FIELDS = {"u", "s", "b", "B", "a", "A"}
"""Spot's tops do not say what they are."""


def parse_spot(frame: str) -> list[Word]:
    """Read one frame of spot as far as it is about books.

    Raises:
        TypeError, ValueError, LookupError: It is a book message of an unknown shape.
    """
    return _parsed(frame, is_futures=False)


def parse_futures(frame: str) -> list[Word]:
    """Read one frame of futures as far as it is about books.

    Raises:
        TypeError, ValueError, LookupError: It is a book message of an unknown shape.
    """
    return _parsed(frame, is_futures=True)


def parse_answer(url: str, body: str) -> list[Word]:
    """Read the answer to a request as far as it is a snapshot; the address names its symbol.

    Raises:
        TypeError, ValueError, LookupError: It is a snapshot of an unknown shape.
    """
    address = urlsplit(url)
    symbols = parse_qs(address.query).get("symbol")
    if not address.path.endswith("/depth") or not symbols:
        return []
    message = message_of(body)
    if not isinstance(message, dict):
        return []
    fields = cast("dict[str, Any]", message)
    said = book_said(
        BookKey(symbols[0].upper(), _CHANNEL),
        fields["bids"],
        fields["asks"],
        is_snapshot=True,
        upto=int(fields["lastUpdateId"]),
        venue_ns=milliseconds_ns(fields.get("E")),
    )
    return [said]


def _parsed(frame: str, *, is_futures: bool) -> list[Word]:
    message = message_of(frame)
    if not isinstance(message, dict):
        return []
    fields = cast("dict[str, Any]", message)
    told: dict[str, Any] = fields["data"] if "stream" in fields else fields
    kind = told.get("e")
    if kind == "depthUpdate":
        return [_change(told, is_futures=is_futures)]
    is_top = kind == "bookTicker" or (kind is None and told.keys() >= _TOP_FIELDS)
    return [_top(told)] if is_top else []


def _change(told: dict[str, Any], *, is_futures: bool) -> Word:
    key = BookKey(told["s"], _CHANNEL)
    if ("pu" in told) != is_futures:
        return Unread(key, Reason.AMBIGUOUS_SYMBOL)
    return book_said(
        key,
        told["b"],
        told["a"],
        is_snapshot=False,
        after=int(told["pu"]) if is_futures else int(told["U"]) - 1,
        upto=int(told["u"]),
        venue_ns=milliseconds_ns(told.get("E")),
    )


def _top(told: dict[str, Any]) -> Word:
    return TopSaid(
        BookKey(told["s"], _CHANNEL),
        upto=int(told["u"]),
        bid=Level(number_of(told["b"]), number_of(told["B"])),
        ask=Level(number_of(told["a"]), number_of(told["A"])),
    )


def key_of(pair: Pair) -> BookKey:
    """Name the book of a pair or a contract, as in ``BTCUSDT``."""
    return BookKey(f"{pair.base}{pair.quote}", _CHANNEL)


SPOT_BOOKS = Dialect(
    venue="binance",
    parse=parse_spot,
    key_of=key_of,
    parse_answer=parse_answer,
    is_snapshot_asked=True,
)
"""How Binance tells and proves its books on spot."""

FUTURES_BOOKS = Dialect(
    venue="binance-futures",
    parse=parse_futures,
    key_of=key_of,
    parse_answer=parse_answer,
    is_snapshot_asked=True,
)
"""How Binance tells and proves its books on futures."""
