"""Bybit's topic ``orderbook.<depth>.<symbol>``: a snapshot, then changes whose ``u`` grows by one.

Source: https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook
"""

from __future__ import annotations

from rehearsal.exchange.dialects.voice import Moment, Rows, Terms, Voice, asked, written

DEPTH = 50


class Bybit(Voice):
    """Speaks as Bybit does."""

    depth = DEPTH

    def __init__(self, terms: Terms) -> None:
        super().__init__(terms)
        self._told = 0

    @property
    def symbol(self) -> str:
        """The pair as the venue writes it."""
        return f"{self.terms.base}{self.terms.quote}"

    def heard(self, text: str, now: Moment) -> list[str]:
        """Answer a subscription or a ping."""
        ask = asked(text)
        if ask.get("op") == "ping":
            return [written(success=True, ret_msg="pong", conn_id="x", req_id="", op="ping")]
        if ask.get("op") != "subscribe":
            return []
        is_ours = ask.get("args") == [self._topic()]
        said = "subscribe" if is_ours else f"error:handler not found,topic:{ask.get('args')}"
        acknowledged = written(
            success=is_ours, ret_msg=said, conn_id="x", req_id=ask.get("req_id"), op="subscribe"
        )
        if not is_ours:
            return [acknowledged]
        bids, asks = self.subscribed(now)
        self._told = now.number + 1
        return [acknowledged, self._frame("snapshot", bids, asks, now)]

    def change(self, bids: Rows, asks: Rows, now: Moment) -> str:
        """Write one change."""
        self._told += 1
        return self._frame("delta", bids, asks, now)

    def _topic(self) -> str:
        return f"orderbook.{DEPTH}.{self.symbol}"

    def _frame(self, kind: str, bids: Rows, asks: Rows, now: Moment) -> str:
        told = {"s": self.symbol, "b": bids, "a": asks, "u": self._told, "seq": now.number}
        return written(topic=self._topic(), type=kind, ts=now.at_ms, data=told, cts=now.at_ms - 1)
