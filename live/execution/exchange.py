"""The rim to the exchange: the unmodified ccxt client, pointed at the desk's venue.

Here foreign exceptions become answers: what the exchange proves it refused is REJECTED, everything
else that is not an order is UNKNOWN. Amounts go out as the decimal text of exact integers and come
back from the exchange's own text. ccxt is imported when the client opens: it takes seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from importlib import import_module
from typing import Any, cast

from domain.desk import DeskCard
from domain.errors import SchemaDrift, VenueUnavailable
from domain.identity import told_host
from domain.market.book import Fill
from domain.money import from_units
from domain.venues.kraken import client_options, result_of, rewritten_urls
from journal.records import OrderIntended
from live.execution.answers import OrderAnswer
from live.execution.kraken_answers import (
    proves_refusal,
    read_book,
    read_holding,
    read_order,
    read_trades,
)
from live.execution.ports import Holding, Ladders


class KrakenVenue:
    """One account at one exchange of Kraken's dialect.

    Args:
        card: The exchange and its assets.
        key: API key.
        secret: API secret, base64; kept by ccxt alone and never logged.
    """

    def __init__(self, card: DeskCard, key: str, secret: str) -> None:
        ccxt: Any = import_module("ccxt.async_support")  # it ships no types
        self._card = card
        self._failures: type[Exception] = ccxt.BaseError
        self._client: Any = ccxt.kraken(client_options(key, secret))
        self._client.urls = rewritten_urls(
            self._client.urls, card.exchange.rest_url, card.exchange.ws_url
        )
        self._base_decimals = card.asset(card.exchange.base_asset).decimals
        self._quote_decimals = card.asset(card.exchange.quote_asset).decimals

    async def open(self) -> None:
        """Learn the exchange's markets.

        Raises:
            VenueUnavailable: It does not answer.
        """
        await self._asked(self._client.load_markets())
        self._client.number = Decimal  # not before: its own market parser wants floats

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.close()

    async def submit(self, intent: OrderIntended) -> OrderAnswer:
        """Send an immediate-or-cancel limit order once, and ask what became of it.

        Args:
            intent: Durable already; its client order id is the exchange's key against a second one.
        """
        return await self._placed(intent, "IOC")

    async def rest(self, intent: OrderIntended) -> OrderAnswer:
        """Send a limit order once that stays on the book, and ask what became of it."""
        return await self._placed(intent, "GTC")

    async def withdraw(self, intent: OrderIntended) -> None:
        """Take an order off the book; whatever the exchange says to that, what counts is asked."""
        with suppress(self._failures):
            await self._client.privatePostCancelOrder({"cl_ord_id": intent.client_order_id})

    async def ladders(self) -> Ladders:
        """Read the best levels of the book.

        Raises:
            VenueUnavailable: The exchange does not answer.
            SchemaDrift: The answer is no book.
        """
        pair = self._client.market(self._card.exchange.symbol)["id"]
        return read_book(await self._asked(self._client.publicGetDepth({"pair": pair})), pair)

    async def trades(self, after_ns: int) -> list[Fill]:
        """Read what the public traded after an instant, at most what one answer holds.

        Raises:
            VenueUnavailable: The exchange does not answer.
            SchemaDrift: The answer is no list of trades.
        """
        pair = self._client.market(self._card.exchange.symbol)["id"]
        question = {"pair": pair, "since": str(after_ns)}
        return read_trades(await self._asked(self._client.publicGetTrades(question)), pair)

    @property
    def least(self) -> str:
        """Smallest order the exchange takes, as decimal text of whole base."""
        return str(self._client.market(self._card.exchange.symbol)["info"]["ordermin"])

    async def _placed(self, intent: OrderIntended, time_in_force: str) -> OrderAnswer:
        try:
            order = await self._client.create_order(
                intent.symbol,
                "limit",
                intent.side,
                from_units(intent.base_units, self._base_decimals),
                intent.limit_price,
                {"clientOrderId": intent.client_order_id, "timeInForce": time_in_force},
            )
        except self._failures as error:
            if proves_refusal(str(error)):
                return OrderAnswer("REJECTED", reason=str(error))
            return OrderAnswer("UNKNOWN", reason=str(error))
        if not order.get("id"):
            return OrderAnswer("UNKNOWN", reason="the exchange answered without an order id")
        return await self.find(intent)

    async def find(self, intent: OrderIntended) -> OrderAnswer:
        """Ask for an order by the id we gave it, among the open ones first.

        An order that closes between the two questions is found by the second. ccxt reads garbage
        as an empty list, so the answer's own shape is looked at: only a list without it says
        "absent".
        """
        question = {"cl_ord_id": intent.client_order_id}
        try:
            open_ones = _entries(await self._client.privatePostOpenOrders(question), "open")
            closed = _entries(await self._client.privatePostClosedOrders(question), "closed")
        except (self._failures, SchemaDrift, VenueUnavailable) as error:
            return OrderAnswer("UNKNOWN", reason=str(error))
        found = {**open_ones, **closed}
        if not found:
            return OrderAnswer("ABSENT")
        order_id, info = next(iter(found.items()))
        return self._read(intent, order_id, info)

    async def holdings(self) -> dict[str, Holding]:
        """Read what the account holds, from the exchange's own text.

        Raises:
            VenueUnavailable: The exchange does not answer; what is there is unknown, not zero.
            SchemaDrift: The answer is not a balance.
        """
        answer = await self._asked(self._client.fetch_balance())
        told = _result(answer.get("info"))
        by_code = {self._client.safe_currency_code(name): one for name, one in told.items()}
        exchange = self._card.exchange
        return {
            asset: read_holding(
                by_code.get(asset.partition(":")[2]), self._card.asset(asset).decimals
            )
            for asset in (exchange.base_asset, exchange.quote_asset)
        }

    async def balances(self) -> dict[str, int]:
        """Read what is free to trade, rounded down to the assets' digits; raises as `holdings`."""
        return {asset: one.free_units for asset, one in (await self.holdings()).items()}

    def _read(self, intent: OrderIntended, order_id: str, info: Mapping[str, Any]) -> OrderAnswer:
        try:
            return read_order(
                order_id,
                info,
                asked_base_units=intent.base_units,
                base_decimals=self._base_decimals,
                quote_decimals=self._quote_decimals,
            )
        except SchemaDrift as error:
            return OrderAnswer("UNKNOWN", reason=str(error))

    async def _asked(self, question: Any) -> Any:  # noqa: ANN401 (ccxt ships no types)
        try:
            return await question
        except self._failures as error:
            raise VenueUnavailable(
                "the exchange does not answer; is it running?",
                exchange=told_host(self._card.exchange.rest_url),
            ) from error


def _result(answer: object) -> Mapping[str, Any]:
    """Give what Kraken answers by name.

    Raises:
        VenueUnavailable: The answer is not Kraken's.
        SchemaDrift: It is no table of names.
    """
    result = result_of(answer)
    if isinstance(result, Mapping):
        return cast("Mapping[str, Any]", result)
    raise SchemaDrift("the exchange answered no table of names; ask again")


def _entries(answer: object, name: str) -> Mapping[str, Any]:
    entries = _result(answer).get(name)
    if not isinstance(entries, Mapping):
        raise SchemaDrift("the exchange left out a list of orders; ask again", missing=name)
    return cast("Mapping[str, Any]", entries)
