"""ccxt's own Kraken client, with an ear on the raw text of its WebSocket.

ccxt keeps the connection, the subscriptions and the pings; its order books are floats, so the text
of every message is handed to us before ccxt parses it. Nothing of ccxt is replaced: the listener
stands in front of the handler of each connection ccxt makes. Importing ccxt takes seconds, hence
inside.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from domain.desk import ExchangeCard
from domain.venues.kraken import client_options, rewritten_urls

Listener = Callable[[str], None]


def load_ccxt() -> None:
    """Import ccxt, which takes seconds: call it in a thread, so that the process answers."""
    import_module("ccxt.pro")


def listening_kraken(card: ExchangeCard, listener: Listener) -> Any:  # noqa: ANN401 (ccxt is untyped)
    """Build an unconnected ``ccxt.pro.kraken`` that tells `listener` the text of each message.

    Args:
        card: Where the exchange is.
        listener: Called in the event loop, before ccxt sees the message; must not block.
    """
    pro: Any = import_module("ccxt.pro")
    exchange: Any = pro.kraken(client_options())
    exchange.urls = rewritten_urls(exchange.urls, card.rest_url, card.ws_url)
    made_by_ccxt = exchange.client

    def client(url: str) -> Any:  # noqa: ANN401
        connection = made_by_ccxt(url)
        if not getattr(connection, "is_listened_to", False):
            connection.is_listened_to = True
            _listen(connection, listener)
        return connection

    exchange.client = client
    return exchange


def _listen(connection: Any, listener: Listener) -> None:  # noqa: ANN401
    pass_on = connection.handle_text_or_binary_message

    def heard(data: str | bytes) -> None:
        listener(data.decode() if isinstance(data, bytes) else data)
        pass_on(data)

    connection.handle_text_or_binary_message = heard
