"""What travels between joined relays: which stream a frame goes by, under which subject and id.

Pure. The data of a message is the frame, byte for byte: v1 on `market`, v2 elsewhere. Market data
and DeFi have a stream each, so that neither waits behind the other; within a stream one order
holds, which is what the sequences of v2 sources are checked by.

The id makes giving a frame twice giving it once. A v2 frame is named by what its source said of it
(source, sequence, time, checksum), so that a producer may repeat itself to a relay that was
restarted; a v1 frame says nothing of the kind and is named by the relay that took it in (name,
epoch, position).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from domain.errors import RemoteWireError
from live.protocol import v1, v2
from live.relay.chunks import frame_end
from live.relay.parcels import Parcel
from live.relay.wrapping import MARKET

MESSAGE_ID = "Nats-Msg-Id"
"""JetStream's own header: within its window a second message of the same id is not stored."""
RELAY = "Alphapulse-Relay"
"""Header with the name of the relay that published: its own frames are not for it to read."""

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_NOTHING = "_"
_SENT_NS, _CRC = slice(24, 32), slice(40, 44)
_SIZE_AT = 12


class Lane(NamedTuple):
    """One stream and the channels that go by it.

    Args:
        name: Last word of the stream's name.
        channels: In it.
    """

    name: str
    channels: tuple[str, ...]

    def stream(self, prefix: str) -> str:
        """Name the stream."""
        return f"{prefix}-{self.name}"

    def subjects(self, prefix: str) -> list[str]:
        """Give what the stream listens to."""
        return [f"{prefix}.{channel}.>" for channel in self.channels]


MARKET_LANE = Lane("market", (MARKET,))
DEFI_LANE = Lane("defi", tuple(channel for channel in v2.CHANNELS if channel != MARKET))
LANES = (MARKET_LANE, DEFI_LANE)


class Letter(NamedTuple):
    """A frame on its way to the others.

    Args:
        subject: ``prefix.channel.venue.pair``.
        message_id: Under which it is stored once.
        channel: Of the frame.
        data: The frame.
    """

    subject: str
    message_id: str
    channel: str
    data: bytes


def letter_of(parcel: Parcel, prefix: str, relay: str) -> Letter:
    """Address a frame.

    Args:
        parcel: The frame.
        prefix: Of subjects.
        relay: Name and epoch of this relay, for what has no name of its own.
    """
    route, raw = parcel.route, parcel.raw
    subject = subject_of(prefix, route.channel, route.venues, route.pairs)
    if parcel.v1:
        return Letter(subject, f"{relay}-{parcel.position}", route.channel, parcel.v1)
    sent_ns = int.from_bytes(raw[_SENT_NS], "little")
    named = f"{route.source}-{route.sequence}-{sent_ns}-{raw[_CRC].hex()}"
    return Letter(subject, named, route.channel, raw)


@lru_cache(maxsize=4_096)
def subject_of(prefix: str, channel: str, venues: tuple[str, ...], pairs: tuple[str, ...]) -> str:
    """Write a subject; a frame of several venues or pairs goes by its first.

    Characters that mean something in a subject become ``_``: who must know exactly, reads the
    frame.
    """
    venue, pair = (_token(texts[0]) if texts else _NOTHING for texts in (venues, pairs))
    return f"{prefix}.{channel}.{venue}.{pair}"


def channel_of(subject: str) -> str:
    """Read the channel out of a subject."""
    return subject.split(".", 2)[1]


def hold_one_frame(data: bytes, *, is_v1: bool) -> None:
    """Hold that a message is one whole frame, by its own word.

    Raises:
        RemoteWireError: It is more or less than one.
    """
    if is_v1:
        size = frame_end(data, 0) if len(data) >= v1.HEADER_BYTES else 0
    else:
        size = v2.HEADER_BYTES + int.from_bytes(data[_SIZE_AT : _SIZE_AT + 4], "little")
    if size != len(data) or not data:
        raise RemoteWireError("a joined relay sent what is not one frame", size_bytes=len(data))


def origin_of(headers: Mapping[str, str] | None) -> str:
    """Read which relay published a message; empty when it does not say."""
    return (headers or {}).get(RELAY, "")


def _token(text: str) -> str:
    return _UNSAFE.sub("_", text) or _NOTHING
