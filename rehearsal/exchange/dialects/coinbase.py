"""Coinbase's channel ``level2``: a snapshot, then changes; every frame of a connection is counted.

Source: https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels
"""

from __future__ import annotations

import json
from typing import Any

from rehearsal.exchange.dialects.voice import Moment, Rows, Terms, Voice, asked, written
from rehearsal.exchange.kraken_form import rfc3339

BEATS = "heartbeats"
BOOKS = "level2"


class Coinbase(Voice):
    """Speaks as Coinbase does."""

    def __init__(self, terms: Terms) -> None:
        super().__init__(terms)
        self._sent = 0
        self._beats = 0
        self._channels: dict[str, list[str]] = {}

    @property
    def symbol(self) -> str:
        """The pair as the venue writes it."""
        return f"{self.terms.base}-{self.terms.quote}"

    def heard(self, text: str, now: Moment) -> list[str]:
        """Answer a subscription."""
        ask = asked(text)
        channel = ask.get("channel")
        if ask.get("type") != "subscribe" or channel not in {BEATS, BOOKS}:
            return [json.dumps({"type": "error", "message": "failed to parse subscription"})]
        if channel == BOOKS and ask.get("product_ids") != [self.symbol]:
            return [json.dumps({"type": "error", "message": "product not found"})]
        self._channels[channel] = ask.get("product_ids", [])
        told: list[str] = []
        if channel == BOOKS:
            bids, asks = self.subscribed(now)
            told.append(self._book("snapshot", bids, asks, now))
        return [*told, self._counted("subscriptions", {"subscriptions": self._channels}, now)]

    def beat(self, now: Moment) -> list[str]:
        """Count a second, where that is subscribed."""
        if BEATS not in self._channels:
            return []
        self._beats += 1
        event = {"current_time": rfc3339(now.at_ms * 1000), "heartbeat_counter": str(self._beats)}
        return [self._counted(BEATS, event, now)]

    def change(self, bids: Rows, asks: Rows, now: Moment) -> str:
        """Write one change."""
        return self._book("update", bids, asks, now)

    def _book(self, kind: str, bids: Rows, asks: Rows, now: Moment) -> str:
        at = rfc3339(now.at_ms * 1000)
        updates = [
            {"side": side, "event_time": at, "price_level": price, "new_quantity": size}
            for side, rows in (("bid", bids), ("offer", asks))
            for price, size in rows
        ]
        event = {"type": kind, "product_id": self.symbol, "updates": updates}
        return self._counted("l2_data", event, now)

    def _counted(self, channel: str, event: dict[str, Any], now: Moment) -> str:
        self._sent += 1
        return written(
            channel=channel,
            client_id="",
            timestamp=rfc3339(now.at_ms * 1000),
            sequence_num=self._sent - 1,
            events=[event],
        )
