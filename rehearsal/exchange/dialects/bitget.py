"""Bitget's channel ``books``, version 2: a snapshot, then changes, each with OKX's checksum.

Source: https://www.bitget.com/api-doc/spot/websocket/public/Depth-Channel
"""

from __future__ import annotations

from rehearsal.exchange.dialects.voice import (
    Moment,
    Rows,
    Voice,
    asked,
    interleaved_checksum,
    written,
)


class Bitget(Voice):
    """Speaks as Bitget does."""

    def heard(self, text: str, now: Moment) -> list[str]:
        """Answer a subscription or a ping."""
        if text == "ping":
            return ["pong"]
        ask = asked(text)
        if ask.get("op") != "subscribe":
            return []
        if ask.get("args") != [self._arg()]:
            return [written(event="error", arg=ask.get("args"), code=30001, msg="doesn't exist")]
        bids, asks = self.subscribed(now)
        snapshot = self._frame("snapshot", bids, asks, now)
        return [written(event="subscribe", arg=self._arg()), snapshot]

    def change(self, bids: Rows, asks: Rows, now: Moment) -> str:
        """Write one change."""
        return self._frame("update", bids, asks, now)

    def _arg(self) -> dict[str, str]:
        symbol = f"{self.terms.base}{self.terms.quote}"
        return {"instType": "SPOT", "channel": "books", "instId": symbol}

    def _frame(self, action: str, bids: Rows, asks: Rows, now: Moment) -> str:
        entry = {
            "asks": asks,
            "bids": bids,
            "checksum": interleaved_checksum(self.rows(now.bids), self.rows(now.asks)),
            "seq": now.number,
            "ts": str(now.at_ms),
        }
        return written(action=action, arg=self._arg(), data=[entry], ts=now.at_ms)
