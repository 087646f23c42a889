"""Binance's stream ``<symbol>@depth``, spot and futures: changes alone; snapshots are asked for.

Spot ids follow one another; on futures ids are left out and ``pu`` names the end of the change
before.

Source: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams and
https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rehearsal.exchange.dialects.voice import Moment, Rows, Terms, Voice, asked, written

LIMIT = 1_000
"""Levels a side a snapshot may be asked for."""


class Binance(Voice):
    """Speaks as Binance does on spot."""

    depth_path = "/api/v3/depth"

    def __init__(self, terms: Terms) -> None:
        super().__init__(terms)
        self._told = 0

    @property
    def symbol(self) -> str:
        """The pair as the venue writes it."""
        return f"{self.terms.base}{self.terms.quote}"

    def heard(self, text: str, now: Moment) -> list[str]:
        """Answer a subscription."""
        ask = asked(text)
        if ask.get("method") != "SUBSCRIBE":
            return []
        streams = {f"{self.symbol.lower()}@depth", f"{self.symbol.lower()}@depth@100ms"}
        if not streams.issuperset(ask.get("params", ())):
            refused = {"code": 2, "msg": "Invalid request: unknown stream"}
            return [written(error=refused, id=ask.get("id"))]
        self.subscribed(now)
        self._told = now.number
        return [written(result=None, id=ask.get("id"))]

    def answer(self, query: Mapping[str, str], now: Moment) -> str:
        """Answer a request for a snapshot."""
        if query.get("symbol") != self.symbol:
            return written(code=-1121, msg="Invalid symbol.")
        count = min(int(query.get("limit", LIMIT)), LIMIT)
        bids, asks = self.rows(now.bids[:count]), self.rows(now.asks[:count])
        return written(
            **self.stamped({"lastUpdateId": now.number, "bids": bids, "asks": asks}, now)
        )

    def change(self, bids: Rows, asks: Rows, now: Moment) -> str:
        """Write one change."""
        ids = self.ids(self._told, now.number)
        self._told = now.number
        told = {"e": "depthUpdate", "E": now.at_ms, "s": self.symbol, **ids, "b": bids, "a": asks}
        return written(**self.stamped(told, now))

    def ids(self, before: int, upto: int) -> dict[str, int]:
        """Say which ids a change covers."""
        return {"U": before + 1, "u": upto}

    def stamped(self, told: dict[str, Any], now: Moment) -> dict[str, Any]:  # noqa: ARG002
        """Add what futures add."""
        return told


class BinanceFutures(Binance):
    """Speaks as Binance does on futures."""

    depth_path = "/fapi/v1/depth"

    def ids(self, before: int, upto: int) -> dict[str, int]:
        """Leave ids out, and name the end of the change before."""
        return {"U": min(before + 2, upto), "u": upto, "pu": before}

    def stamped(self, told: dict[str, Any], now: Moment) -> dict[str, Any]:
        """Add the instants of message and matching."""
        return told | {"E": now.at_ms, "T": now.at_ms - 1}
