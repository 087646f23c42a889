"""ccxt's own clients of exchanges, with an ear on the raw text they receive.

ccxt keeps the connection, the subscription, the pings and the requests; its order books are floats,
so the text of every message comes to us first, and what we understood is not handed on. Nothing of
ccxt is replaced: a listener stands in front of the handler of each connection it makes, and behind
each answer it gets. What it subscribes is named by the desk card alone, so no list of an exchange's
markets is asked for. Importing ccxt takes seconds, hence inside.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import Any, Protocol

from domain.desk import ExchangeCard
from domain.market.dialect import Pair, pair_of
from domain.venues.kraken import REQUEST_TIMEOUT_MS, rewritten_urls
from live.collectors.lines import Line, line_of

Subscription = Callable[[], Awaitable[object]]
"""Subscribes once a connection, and ends with ccxt's error when that is gone."""


class Listener(Protocol):
    """Who hears what an exchange says; called in the event loop, must not block."""

    def hear_sign(self) -> None:
        """Hear that the connection lives: anything at all arrived."""
        ...

    def hear_text(self, text: str) -> bool:
        """Take in one message; say whether it was understood and ccxt need not read it."""
        ...

    def hear_answer(self, url: str, body: str) -> None:
        """Take in the answer to a request."""
        ...


def load_ccxt() -> None:
    """Import ccxt, which takes seconds: call it in a thread, so that the process answers."""
    import_module("ccxt.pro")


def listening_client(card: ExchangeCard, listener: Listener) -> Any:  # noqa: ANN401 (ccxt is untyped)
    """Build an unconnected client of ccxt's that tells `listener` what it receives.

    Args:
        card: Where the exchange is, or its own addresses where the card gives none.
        listener: Hears.

    Raises:
        ConfigRefused: Nobody here speaks its dialect.
    """
    line = line_of(card.dialect)
    pro: Any = import_module("ccxt.pro")
    client: Any = getattr(pro, card.dialect)(_options(line))
    if card.ws_url:
        client.urls = rewritten_urls(client.urls, card.rest_url, card.ws_url)
    client.streaming = {**client.streaming, "keepAlive": line.ping_ms}
    client.set_markets([_market(client, card.symbol, line)])
    _listen_to_connections(client, listener)
    _listen_to_answers(client, listener)
    return client


def subscriptions(client: Any, card: ExchangeCard) -> list[Subscription]:  # noqa: ANN401
    """Give what to call again and again for as long as the exchange is listened to."""
    line = line_of(card.dialect)
    watched = [partial(client.watch_order_book, card.symbol, line.asked_levels)]
    if line.has_trades:
        watched.append(partial(client.watch_trades, card.symbol))
    if line.beats:
        watched.append(partial(client.subscribe, line.beats, False))  # noqa: FBT003 (ccxt's form)
    return watched


async def ask_snapshot(client: Any, card: ExchangeCard) -> None:  # noqa: ANN401
    """Ask for a snapshot of the book; the listener hears the answer.

    Raises:
        BaseException: ccxt's error, where the exchange does not give one.
    """
    await client.fetch_order_book(card.symbol, line_of(card.dialect).asked_levels)


def _options(line: Line) -> dict[str, Any]:
    """Throttle requests where any are made, and let ccxt believe whatever checksum there is."""
    return {
        "enableRateLimit": line.dialect.is_snapshot_asked,
        "timeout": REQUEST_TIMEOUT_MS,
        "options": {"watchOrderBook": {"checksum": False}},
    }


def _market(client: Any, symbol: str, line: Line) -> Any:  # noqa: ANN401
    """Describe the one market as ccxt describes those it asked for."""
    pair = pair_of(symbol)
    name = line.dialect.key_of(pair).symbol.rpartition(":")[2]
    return client.safe_market_structure(
        {
            "id": name,
            "lowercaseId": name.lower(),
            "symbol": symbol,
            "base": pair.base,
            "quote": pair.quote,
            "baseId": pair.base,
            "quoteId": pair.quote,
            "active": True,
            "info": {"wsname": name},
            **_kind(pair),
        }
    )


def _kind(pair: Pair) -> dict[str, Any]:
    is_swap = bool(pair.settle)
    is_linear = is_swap and pair.settle == pair.quote
    return {
        "type": "swap" if is_swap else "spot",
        "spot": not is_swap,
        "swap": is_swap,
        "contract": is_swap,
        "settle": pair.settle or None,
        "settleId": pair.settle or None,
        "linear": is_linear if is_swap else None,
        "inverse": not is_linear if is_swap else None,
        "margin": False,
        "future": False,
        "option": False,
    }


def _listen_to_connections(client: Any, listener: Listener) -> None:  # noqa: ANN401
    made_by_ccxt = client.client

    def connection_to(url: str) -> Any:  # noqa: ANN401
        connection = made_by_ccxt(url)
        if not getattr(connection, "is_listened_to", False):
            connection.is_listened_to = True
            _listen(connection, listener)
        return connection

    client.client = connection_to


def _listen(connection: Any, listener: Listener) -> None:  # noqa: ANN401
    handle, read = connection.handle_message, connection.handle_text_or_binary_message

    def heard(message: Any) -> None:  # noqa: ANN401
        listener.hear_sign()
        handle(message)

    def heard_text(data: str | bytes) -> None:
        if not listener.hear_text(data.decode() if isinstance(data, bytes) else data):
            read(data)

    connection.handle_message = heard
    connection.handle_text_or_binary_message = heard_text


def _listen_to_answers(client: Any, listener: Listener) -> None:  # noqa: ANN401
    handle = client.on_rest_response

    def answered(*told: Any) -> Any:  # noqa: ANN401
        # (code, reason, url, method, response headers, response body, ...)
        listener.hear_answer(told[2], told[5])
        return handle(*told)

    client.on_rest_response = answered
