"""One stream of a joined relay across connections: what it has to say, what it has heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from live.protocol import v2
from live.relay.nats.arrivals import Arrivals, Feed
from live.relay.nats.letters import MARKET_LANE, Lane, Letter
from live.relay.nats.position import ReadPosition
from live.relay.nats.settings import NatsSettings
from live.relay.nats.spool import Spool


class LaneState:
    """What a lane keeps while connections come and go.

    Args:
        lane: Which stream.
        settings: Of the join.
        folder: Of the file that says how far the stream has been read.
        new_feed: Makes what takes its frames in.

    Raises:
        StorageFailed: The folder cannot be written.
    """

    def __init__(
        self, lane: Lane, settings: NatsSettings, folder: Path, new_feed: Callable[[], Feed]
    ) -> None:
        self.lane = lane
        self.stream = lane.stream(settings.prefix)
        self.position = ReadPosition(folder / f"{self.stream}-{settings.name}.position")
        self.spool = Spool(settings.buffer_bytes)
        self.stirred = asyncio.Event()
        wanted = set(settings.read) & set(lane.channels)
        self.is_read = bool(wanted)
        self.is_published = bool(set(settings.publish) & set(lane.channels))
        self.arrivals = Arrivals(
            settings.name, wanted | {v2.CONTROL}, new_feed, is_v1=lane is MARKET_LANE
        )

    def put(self, letter: Letter) -> None:
        """Let a letter wait for the server."""
        self.spool.put(letter)
        self.stirred.set()
