"""What a producer's bytes mean on each channel: cut into frames, stamped, remembered, handed on.

Pure but for the clock that is handed in. The market session is the guard of the v1 channel: nothing
but types 1 to 10 gets past its decoder.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import Counter

from domain.clock import Clock
from live.protocol import v1, v2
from live.relay.memory import DefiMemory, MarketMemory, stamp_relay_ns

_SKIPS = Counter(
    "alphapulse_relay_sequence_skips_total", "Frames that were not next in sequence.", ["channel"]
)
_SEQUENCES = 1 << v1.SEQUENCE_BITS

Publish = Callable[[bytes], None]


class MarketSession:
    """One v1 producer.

    Args:
        clock: Stamps trades.
        memory: What late joiners will be told.
        publish: Hands a raw frame to the channel.
    """

    def __init__(self, clock: Clock, memory: MarketMemory, publish: Publish) -> None:
        self._clock = clock
        self._memory = memory
        self._publish = publish
        self._decoder = v1.Decoder(v1.G1_TYPES)
        self._next: int | None = None

    def take(self, data: bytes) -> None:
        """Take what arrived; whole frames before a break are still handed on.

        Raises:
            RemoteWireError: It is no stream of v1 frames of types 1 to 10.
        """
        frames = self._decoder.feed(data)
        now_ns = self._clock.now_ns()
        for frame in frames:
            self._count_skips(frame.sequence)
            stamped = stamp_relay_ns(frame, now_ns)
            self._memory.keep(stamped)
            self._publish(stamped.raw)
        if self._decoder.broken is not None:
            raise self._decoder.broken

    def _count_skips(self, sequence: int) -> None:
        if self._next is not None and sequence not in {self._next, 0}:
            _SKIPS.labels("market").inc()
        self._next = (sequence + 1) % _SEQUENCES


class DefiSession:
    """One v2 producer; a hole in its sequence is told to everyone who listens.

    Args:
        clock: Dates the notices.
        memory: What late joiners will be told.
        tracker: Shared by all sessions of the channel, so that a reconnection is not a new start.
        publish: Hands a raw frame to the channel.
    """

    def __init__(
        self, clock: Clock, memory: DefiMemory, tracker: v2.SequenceTracker, publish: Publish
    ) -> None:
        self._clock = clock
        self._memory = memory
        self._tracker = tracker
        self._publish = publish
        self._decoder = v2.Decoder()

    def take(self, data: bytes) -> None:
        """Take what arrived; whole frames before a break are still handed on.

        Raises:
            RemoteWireError: It is no stream of v2 frames.
        """
        for frame in self._decoder.feed(data):
            self._memory.keep(frame)
            notice = self._tracker.observe(frame)
            if notice is not None:
                _SKIPS.labels("defi").inc()
                self._publish(gap_frame(notice, self._clock.now_ns()))
            self._publish(frame.raw)
        if self._decoder.broken is not None:
            raise self._decoder.broken


def gap_frame(notice: v2.GapNotice, now_ns: int) -> bytes:
    """Write a notice in the relay's name; its sequence is always 0, which every tracker accepts."""
    return v2.encode(notice, source=v2.SOURCE_RELAY, sequence=0, sent_ns=now_ns)
