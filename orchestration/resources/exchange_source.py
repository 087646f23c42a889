"""The exchange as the books read it: statements through the unmodified ccxt client.

Paging, the client's ids and its errors are known here alone; rows keep what the exchange wrote
(`info`), never ccxt's floats. ccxt takes seconds to import and is imported when first asked.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from domain.desk import ExchangeCard
from domain.errors import ConfigRefused, PlatformError, RateLimited, SchemaDrift, VenueUnavailable
from domain.identity import told_host, without_secrets
from domain.venues.kraken import client_options, result_of, rewritten_urls

KEY_VARIABLE = "ALPHAPULSE_EXCHANGE_KEY"
SECRET_VARIABLE = "ALPHAPULSE_EXCHANGE_SECRET"  # noqa: S105 (the name, not the secret)
PAGE_ROWS = 50
"""What Kraken's history endpoints give at once."""
ORDERS_A_QUERY = 50

Page = Callable[[int], list[dict[str, Any]]]


class ExchangeSource:
    """One account at one exchange, asked synchronously.

    Args:
        card: Where it is and which dialect it speaks.

    Raises:
        ConfigRefused: The account's key or secret is not in the environment.
    """

    def __init__(self, card: ExchangeCard) -> None:
        self.card = card
        key, secret = os.environ.get(KEY_VARIABLE, ""), os.environ.get(SECRET_VARIABLE, "")
        if not key or not secret:
            raise ConfigRefused(f"set {KEY_VARIABLE} and {SECRET_VARIABLE} to read the statements")
        import ccxt

        self._ccxt: Any = ccxt
        self._client: Any = getattr(ccxt, card.dialect)(
            client_options(key, secret)
            | {"options": {"fetchMarkets": {"types": ["spot"]}}, "precisionMode": ccxt.TICK_SIZE}
        )
        self._client.urls = rewritten_urls(self._client.urls, card.rest_url, card.ws_url)

    def fills(self, after_ns: int, until_ns: int) -> list[dict[str, Any]]:
        """List our trades in (after, until], with our own order id on each, any order."""
        found = self._pages(
            lambda offset: self._client.fetch_my_trades(
                self.card.symbol, _since_ms(after_ns), PAGE_ROWS, {"ofs": offset}
            )
        )
        rows = [row for row in found if after_ns <= _time_ns(row) <= until_ns]
        ours = self._client_ids(rows)
        return [row | {"client_order_id": ours[row["order"]]} for row in rows]

    def ledger_lines(self, after_ns: int, until_ns: int) -> list[dict[str, Any]]:
        """List our statement's lines in [after, until], any order."""
        found = self._pages(
            lambda offset: self._client.fetch_ledger(
                None, _since_ms(after_ns), PAGE_ROWS, {"ofs": offset}
            )
        )
        return [row for row in found if after_ns <= _time_ns(row) <= until_ns]

    def payments(self, after_ns: int, until_ns: int) -> list[dict[str, Any]]:
        """List our deposits and withdrawals asked for in [after, until], with hash and address."""
        since_ms = _since_ms(after_ns)
        found = [
            row | {"kind": kind}
            for kind, ask in (
                ("deposit", self._client.fetch_deposits),
                ("withdrawal", self._client.fetch_withdrawals),
            )
            for row in self._call(ask, None, since_ms)
        ]
        return [row for row in found if after_ns <= _time_ns(row) <= until_ns]

    def balances(self) -> dict[str, str]:
        """Ask what we hold now: unified currency code -> amount as written, orders' holds in it."""
        answer = self._call(self._client.fetch_balance)
        told = answer["info"]["result"]
        return {self._client.safe_currency_code(code): told[code]["balance"] for code in told}

    def public_trades(self, after_ns: int, until_ns: int) -> list[dict[str, Any]]:
        """List the public tape in [after, until], oldest first."""
        found: list[dict[str, Any]] = []
        since_ms = after_ns // 1_000_000
        while True:
            page = self._call(self._client.fetch_trades, self.card.symbol, since_ms, 1000)
            fresh = [
                row for row in page if row["id"] not in {known["id"] for known in found[-2000:]}
            ]
            found += fresh
            if not fresh or _time_ns(page[-1]) > until_ns:
                return [row for row in found if after_ns <= _time_ns(row) <= until_ns]
            since_ms = page[-1]["timestamp"]

    def _client_ids(self, rows: list[dict[str, Any]]) -> dict[str, str]:
        ids = sorted({row["order"] for row in rows})
        orders: list[dict[str, Any]] = []
        for start in range(0, len(ids), ORDERS_A_QUERY):
            chunk = ids[start : start + ORDERS_A_QUERY]
            orders += self._call(self._client.fetch_orders_by_ids, chunk, self.card.symbol)
        told = {order["id"]: order["info"].get("cl_ord_id") or "" for order in orders}
        if missing := set(ids) - told.keys():
            raise VenueUnavailable(
                "the exchange left out orders of its own trades; run this again",
                venue=self.card.venue,
                orders=", ".join(sorted(missing)),
            )
        return told

    def _pages(self, page: Page) -> list[dict[str, Any]]:
        """Read every page; a row that slid onto the next page while reading is kept once."""
        found: dict[str, dict[str, Any]] = {}
        offset = 0
        while rows := self._call(page, offset):
            found.update({row["id"]: row for row in rows})
            offset += len(rows)
            if len(rows) < PAGE_ROWS:
                break
        return list(found.values())

    def _call(self, ask: Callable[..., Any], *args: object) -> Any:  # noqa: ANN401 (ccxt's rows)
        try:
            rows = ask(*args)
        except self._ccxt.BaseError as error:
            raise _translated(self._ccxt, error, self.card) from error
        result_of(_json_or_text(self._client.last_http_response))
        return rows


def _json_or_text(body: str) -> object:
    """Read the last answer again: ccxt takes garbage for an empty page, the books must not."""
    try:
        return json.loads(body)
    except ValueError:
        return body


def _translated(ccxt: Any, error: Exception, card: ExchangeCard) -> PlatformError:  # noqa: ANN401
    if isinstance(error, ccxt.DDoSProtection | ccxt.RateLimitExceeded):
        return RateLimited("the exchange asks for fewer questions; run this again in a minute")
    if isinstance(error, ccxt.AuthenticationError):
        return ConfigRefused(
            f"the exchange refuses our key; check {KEY_VARIABLE}", venue=card.venue
        )
    if isinstance(error, ccxt.NetworkError) or (
        isinstance(error, ccxt.ExchangeError) and "500" in str(error)
    ):
        return VenueUnavailable(
            "the exchange does not answer, so nothing was captured; start it and run this again",
            venue=card.venue,
            exchange=told_host(card.rest_url),
        )
    return SchemaDrift(
        "the exchange answered in a shape its dialect does not allow",
        answer=without_secrets(str(error))[:200],
    )


def _since_ms(after_ns: int) -> int | None:
    """Kraken's `start` is exclusive and in whole seconds: ask from two seconds earlier."""
    return (after_ns // 1_000_000_000 - 2) * 1000 if after_ns > 0 else None


def _time_ns(row: dict[str, Any]) -> int:
    return time_ns(str(row["info"]["time"] if isinstance(row["info"], dict) else row["info"][2]))


def time_ns(seconds_text: str) -> int:
    """Turn an exchange's decimal seconds into nanoseconds, every digit kept."""
    whole, _, rest = seconds_text.partition(".")
    return int(whole) * 1_000_000_000 + int((rest + "0" * 9)[:9])
