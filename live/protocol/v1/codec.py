"""Messages to frames and back: the table of v1's types and the two functions that read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.errors import LocalWireError
from live.protocol.v1 import layouts_defi as defi
from live.protocol.v1 import layouts_market as market
from live.protocol.v1 import messages as m
from live.protocol.v1.fields import Reader
from live.protocol.v1.frames import Frame, push_frame
from live.protocol.v1.layouts_defi import ArbitrageLayout
from live.protocol.v1.trades import TRADE, pull_trade_frame, push_trade_frame

_ARBITRAGE = 9


def encode(
    message: m.Message,
    sequence: int,
    *,
    flags: int = 0,
    arbitrage: ArbitrageLayout | None = None,
) -> bytes:
    """Write a message as one frame.

    Args:
        message: Any v1 message.
        sequence: The sender's counter; its low 24 bits travel.
        flags: 0 for every v1 writer.
        arbitrage: Layout of type 9, which has to be said; A is the one deployed readers expect.

    Raises:
        LocalWireError: A field or the whole message does not fit (nothing ever wraps), or the
            layout of a type 9 was not said.
    """
    if isinstance(message, m.Trade):
        return push_trade_frame(message, sequence, flags)
    if isinstance(message, m.ArbitrageOpportunity):
        payload = defi.push_arbitrage(message, _said(arbitrage))
        return push_frame(_ARBITRAGE, payload, sequence, flags=flags)
    found = _BY_CLASS.get(type(message))
    if found is None:
        raise LocalWireError("v1 has no type for this message", got=type(message).__name__)
    number, push = found
    return push_frame(number, push(message), sequence, flags=flags)


def decode(frame: Frame, *, arbitrage: ArbitrageLayout | None = None) -> m.Message:
    """Read the message of a frame.

    Args:
        frame: As cut by :class:`~live.protocol.v1.frames.Decoder`.
        arbitrage: Layout of type 9, which the bytes do not tell.

    Raises:
        RemoteWireError: The payload is shorter than its type or its own counts say.
        LocalWireError: It is a type 9 whose layout was not said.
    """
    number = frame.type
    if number == TRADE:
        return pull_trade_frame(frame.raw)
    reader = Reader(frame.payload)
    if number == _ARBITRAGE:
        return defi.pull_arbitrage(reader, _said(arbitrage))
    return _BY_NUMBER[number](reader)


def message_types() -> dict[int, type[m.Message]]:
    """Give every type number with the message it carries."""
    kinds: dict[int, type[Any]] = {number: kind for number, kind, _push, _pull in _TYPES}
    kinds |= {TRADE: m.Trade, _ARBITRAGE: m.ArbitrageOpportunity}
    return dict(sorted(kinds.items()))


def _said(layout: ArbitrageLayout | None) -> ArbitrageLayout:
    if layout is None:
        raise LocalWireError("say which layout of type 9 this is, A or B: its bytes do not tell")
    return layout


_Push = Callable[[Any], bytes]
_Pull = Callable[[Reader], m.Message]

_TYPES: tuple[tuple[int, type[Any], _Push, _Pull], ...] = (
    (2, m.OrderBook, market.push_order_book, market.pull_order_book),
    (3, m.Heartbeat, market.push_heartbeat, market.pull_heartbeat),
    (4, m.Metrics, market.push_metrics, market.pull_metrics),
    (5, m.L2Snapshot, market.push_snapshot, market.pull_snapshot),
    (6, m.L2Delta, market.push_delta, market.pull_delta),
    (7, m.L2Reset, market.push_reset, market.pull_reset),
    (8, m.SymbolMapping, market.push_mapping, market.pull_mapping),
    (10, m.StatusUpdate, defi.push_status, defi.pull_status),
    (11, m.MessageTrace, defi.push_trace, defi.pull_trace),
    (12, m.SwapEvent, defi.push_swap, defi.pull_swap),
    (13, m.PoolUpdate, defi.push_pool, defi.pull_pool),
    (14, m.TokenInfo, defi.push_token, defi.pull_token),
)
_BY_CLASS: dict[type[Any], tuple[int, _Push]] = {
    message: (number, push) for number, message, push, _pull in _TYPES
}
_BY_NUMBER = {number: pull for number, _message, _push, pull in _TYPES}
