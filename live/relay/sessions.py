"""What a producer's bytes mean on each channel: cut into frames, stamped, remembered, handed on.

Pure but for the clock that is handed in. The market session is the guard of the v1 channel: nothing
but types 1 to 10 gets past it. It walks a read once, in place, and hands it on as one run.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from prometheus_client import Counter

from domain.clock import Clock
from domain.errors import RemoteWireError
from live.protocol import v1
from live.relay.chunks import Run
from live.relay.market_memory import REMEMBERED, MarketMemory

_SKIPS = Counter(
    "alphapulse_relay_sequence_skips_total", "Frames that were not next in sequence.", ["channel"]
)
_SEQUENCES = 1 << v1.SEQUENCE_BITS
_HEADER = struct.Struct("<BBBHHB")
_U64 = struct.Struct("<Q")
_TRADE = 1
_TRADE_BYTES = v1.HEADER_BYTES + 64
_INGESTION_AT = v1.HEADER_BYTES + 8
_RELAY_AT = v1.HEADER_BYTES + 16

Publish = Callable[[Run], None]


class MarketSession:
    """One v1 producer.

    Args:
        clock: Stamps trades.
        memory: What late joiners will be told.
        publish: Hands a run of whole frames to the channel.
        origin: The ingest these frames come by.
        is_stamping: False for frames that another relay of ours has stamped already.
    """

    def __init__(
        self,
        clock: Clock,
        memory: MarketMemory,
        publish: Publish,
        *,
        origin: str = "",
        is_stamping: bool = True,
    ) -> None:
        self._clock = clock
        self._memory = memory
        self._publish = publish
        self._origin = origin
        self._is_stamping = is_stamping
        self._tail = b""
        self._next: int | None = None
        self._frames = 0
        self._skips = 0
        self._broken: RemoteWireError | None = None

    def take(self, data: bytes) -> None:
        """Take what arrived; whole frames before a break are still handed on.

        Raises:
            RemoteWireError: It is no stream of v1 frames of types 1 to 10; so it stays.
        """
        if self._broken is None:
            buffer = bytearray(self._tail + data if self._tail else data)
            end = self._walk(buffer)
            self._tail = bytes(buffer[end:]) if end < len(buffer) else b""
            if end:
                del buffer[end:]
                self._publish(Run(bytes(buffer), self._frames, self._origin))
            if self._skips:
                _SKIPS.labels("market").inc(self._skips)
        if self._broken is not None:
            raise self._broken

    def _walk(self, buffer: bytearray) -> int:
        """Check, stamp and remember every whole frame; gives the offset behind the good ones."""
        self._frames = self._skips = at = 0
        now_ns = self._clock.now_ns()
        size = len(buffer)
        try:
            while size - at >= v1.HEADER_BYTES:
                magic, kind, _flags, length, low, high = _HEADER.unpack_from(buffer, at)
                if magic != v1.MAGIC or kind not in v1.G1_TYPES:
                    raise RemoteWireError(
                        "this is not a frame of this channel", magic=magic, type=kind
                    )
                end = at + v1.HEADER_BYTES + length
                if end > size:
                    break
                if kind == _TRADE:
                    if self._is_stamping:
                        stamp(buffer, at, end, now_ns)
                elif kind in REMEMBERED:
                    self._memory.keep(kind, bytes(buffer[at:end]))
                self._count(low | high << 16)
                at = end
        except RemoteWireError as error:
            self._broken = error
        return at

    def _count(self, sequence: int) -> None:
        if sequence != self._next and self._next is not None and sequence:
            self._skips += 1
        self._next = (sequence + 1) % _SEQUENCES
        self._frames += 1


def stamp(buffer: bytearray, at: int, end: int, now_ns: int) -> None:
    """Write the relay's time into the trade at an offset, never before its ingestion.

    Raises:
        RemoteWireError: The trade is shorter than a trade.
    """
    if end - at < _TRADE_BYTES:
        raise RemoteWireError("this trade is shorter than a trade", size_bytes=end - at)
    [ingestion_ns] = _U64.unpack_from(buffer, at + _INGESTION_AT)
    _U64.pack_into(buffer, at + _RELAY_AT, max(now_ns, ingestion_ns))
