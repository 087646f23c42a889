"""OKX's channel ``books``: a snapshot, then changes, each with a checksum and a chain of ids.

Source: https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel
"""

from __future__ import annotations

from rehearsal.exchange.dialects.voice import (
    Moment,
    Rows,
    Terms,
    Voice,
    asked,
    interleaved_checksum,
    written,
)

CHANNEL = "books"


class Okx(Voice):
    """Speaks as OKX does."""

    depth = 400

    def __init__(self, terms: Terms) -> None:
        super().__init__(terms)
        self._told = -1

    def heard(self, text: str, now: Moment) -> list[str]:
        """Answer a subscription or a ping."""
        if text == "ping":
            return ["pong"]
        ask = asked(text)
        if ask.get("op") != "subscribe":
            return []
        if ask.get("args") != [self._arg()]:
            return [written(event="error", code="60018", msg=f"{ask.get('args')} doesn't exist")]
        bids, asks = self.subscribed(now)
        self._told = -1
        snapshot = self._frame("snapshot", bids, asks, now)
        return [written(event="subscribe", arg=self._arg(), connId="a4d3ae55"), snapshot]

    def change(self, bids: Rows, asks: Rows, now: Moment) -> str:
        """Write one change."""
        return self._frame("update", bids, asks, now)

    def _arg(self) -> dict[str, str]:
        return {"channel": CHANNEL, "instId": f"{self.terms.base}-{self.terms.quote}"}

    def _frame(self, action: str, bids: Rows, asks: Rows, now: Moment) -> str:
        entry = {
            "asks": [[*row, "0", "1"] for row in asks],
            "bids": [[*row, "0", "1"] for row in bids],
            "ts": str(now.at_ms),
            "checksum": interleaved_checksum(self.rows(now.bids), self.rows(now.asks)),
            "seqId": now.number,
            "prevSeqId": self._told,
        }
        self._told = now.number
        return written(arg=self._arg(), action=action, data=[entry])
