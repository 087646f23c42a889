"""What a v2 producer's bytes mean: cut into frames, holes told, handed on.

Pure. A hole in a source's sequence is told to everyone who listens, before the frame behind it.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import Counter

from live.protocol import v2

_SKIPS = Counter(
    "alphapulse_relay_source_gaps_total", "Holes in the sequence of a v2 source.", ["origin"]
)

Publish = Callable[[v2.Frame, str], None]
Tell = Callable[[v2.GapNotice, str], None]


class DefiSession:
    """One v2 producer.

    Args:
        tracker: Shared by all sessions of an ingest, so that a reconnection is not a new start.
        publish: Hands a frame to the channel it names; refuses one that is malformed.
        tell: Tells everyone of a hole.
        origin: The ingest these frames come by.
    """

    def __init__(
        self, tracker: v2.SequenceTracker, publish: Publish, tell: Tell, *, origin: str = ""
    ) -> None:
        self._tracker = tracker
        self._publish = publish
        self._tell = tell
        self._origin = origin
        self._decoder = v2.Decoder()

    def take(self, data: bytes) -> None:
        """Take what arrived; whole frames before a break are still handed on.

        Raises:
            RemoteWireError: It is no stream of v2 frames.
        """
        for frame in self._decoder.feed(data):
            notice = self._tracker.observe(frame)
            if notice is not None:
                _SKIPS.labels(self._origin).inc()
                self._tell(notice, self._origin)
            self._publish(frame, self._origin)
        if self._decoder.broken is not None:
            raise self._decoder.broken
