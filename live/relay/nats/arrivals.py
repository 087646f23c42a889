"""What a relay does with the messages of the others: takes each once, none of its own.

Pure: frames go to feeds, which are the relay's ingest. Each publishing relay has a feed of its own,
for each has its own sources.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple, Protocol

from domain.errors import RemoteWireError
from live.relay.nats.letters import channel_of, hold_one_frame


class Feed(Protocol):
    """What takes a producer's bytes in."""

    def take(self, data: bytes) -> None:
        """Take bytes.

        Raises:
            RemoteWireError: They are no frames; the feed is dead.
        """
        ...


class Arrival(NamedTuple):
    """One message as it came.

    Args:
        sequence: In its stream.
        subject: It came under.
        relay: Who published it.
        data: The frame.
    """

    sequence: int
    subject: str
    relay: str
    data: bytes


class Arrivals:
    """The messages of one stream.

    Args:
        own_name: Of this relay.
        channels: What it wants to hear.
        new_feed: Makes what takes frames in.
        is_v1: Whether the stream's frames are v1.
    """

    def __init__(
        self,
        own_name: str,
        channels: Collection[str],
        new_feed: Callable[[], Feed],
        *,
        is_v1: bool,
    ) -> None:
        self._own_name = own_name
        self._channels = channels
        self._new_feed = new_feed
        self._is_v1 = is_v1
        self._feeds: dict[str, Feed] = {}
        self._last = 0
        self.taken = 0
        self.repeated = 0
        self.refused = 0

    def begin_after(self, sequence: int) -> None:
        """Go on behind this sequence; the server may repeat what lies before it."""
        self._last = sequence

    def take(self, arrival: Arrival) -> None:
        """Take one message; whatever it is, it has been dealt with then."""
        if arrival.sequence <= self._last:
            self.repeated += 1
            return
        self._last = arrival.sequence
        if arrival.relay == self._own_name or channel_of(arrival.subject) not in self._channels:
            return
        try:
            hold_one_frame(arrival.data, is_v1=self._is_v1)
            self._feed(arrival.relay).take(arrival.data)
        except RemoteWireError:
            self._feeds.pop(arrival.relay, None)
            self.refused += 1
            return
        self.taken += 1

    def _feed(self, relay: str) -> Feed:
        feed = self._feeds.get(relay)
        if feed is None:
            feed = self._feeds[relay] = self._new_feed()
        return feed
