"""Messages to frames and back: the table of v1's types and the two functions that read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from live.protocol.v1 import layouts_defi as defi
from live.protocol.v1 import layouts_market as market
from live.protocol.v1 import messages as m
from live.protocol.v1.fields import Reader
from live.protocol.v1.frames import Frame, push_frame
from live.protocol.v1.layouts_defi import ArbitrageLayout

_ARBITRAGE = 9


def encode(
    message: m.Message, sequence: int, *, flags: int = 0, arbitrage: ArbitrageLayout = "A"
) -> bytes:
    """Write a message as one frame.

    Args:
        message: Any v1 message.
        sequence: The sender's counter; its low 24 bits travel.
        flags: 0 for every v1 writer.
        arbitrage: Layout of type 9; A is the one deployed readers expect.

    Raises:
        LocalWireError: A field or the whole message does not fit; nothing ever wraps.
    """
    if isinstance(message, m.ArbitrageOpportunity):
        return push_frame(
            _ARBITRAGE, defi.push_arbitrage(message, arbitrage), sequence, flags=flags
        )
    number, push = _BY_CLASS[type(message)]
    return push_frame(number, push(message), sequence, flags=flags)


def decode(frame: Frame, *, arbitrage: ArbitrageLayout = "A") -> m.Message:
    """Read the message of a frame.

    Args:
        frame: As cut by :class:`~live.protocol.v1.frames.Decoder`.
        arbitrage: Layout of type 9, which the bytes do not tell.

    Raises:
        RemoteWireError: The payload is shorter than its type or its own counts say.
    """
    reader = Reader(frame.payload)
    if frame.type == _ARBITRAGE:
        return defi.pull_arbitrage(reader, arbitrage)
    return _BY_NUMBER[frame.type](reader)


_Push = Callable[[Any], bytes]
_Pull = Callable[[Reader], m.Message]

_TYPES: tuple[tuple[int, type[Any], _Push, _Pull], ...] = (
    (1, m.Trade, market.push_trade, market.pull_trade),
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
