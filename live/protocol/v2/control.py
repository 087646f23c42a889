"""The words of the wire itself: who speaks what, who wants what, and what is missing.

Control messages have no routing block; those that a relay says go to the one client they concern.
"""

from __future__ import annotations

import msgspec


class Heartbeat(msgspec.Struct, frozen=True):
    """The sender is alive; the envelope says who and when."""


class GapNotice(msgspec.Struct, frozen=True):
    """Frames are missing here: of a source, from `expected` up to before `got`, or of a channel."""

    source: str
    expected: int
    got: int
    channel: str = ""
    missing_frames: int = 0


class Hello(msgspec.Struct, frozen=True):
    """A client says which versions it speaks; the first frame of a connection, from the client."""

    lowest: int
    highest: int
    features: tuple[str, ...]
    client: str


class Welcome(msgspec.Struct, frozen=True):
    """The server answers a hello: this is what both speak."""

    version: int
    features: tuple[str, ...]
    server: str


class Refused(msgspec.Struct, frozen=True):
    """The server says no, in words, and hangs up when the connection itself is refused."""

    reason: str


class Position(msgspec.Struct, frozen=True):
    """Where a channel stands: `sequence` frames came by since the relay began at `epoch_ns`."""

    channel: str
    epoch_ns: int
    sequence: int


class Subscribe(msgspec.Struct, frozen=True):
    """A client says what it wants; an empty list wants all of its kind, a later one replaces."""

    request: int
    channels: tuple[str, ...] = ()
    schemas: tuple[int, ...] = ()
    venues: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    min_profit_usd_e6: int | None = None
    min_confidence_ppm: int | None = None
    replay_from: tuple[Position, ...] = ()


class Ack(msgspec.Struct, frozen=True):
    """A request was taken; `positions` say where each channel of it stands."""

    request: int
    positions: tuple[Position, ...] = ()


class ExpiryNotice(msgspec.Struct, frozen=True):
    """An opportunity that was delivered is worth nothing any more."""

    schema: int
    source: int
    sequence: int
    correlation: bytes
    expires_ns: int


class ReplayRequest(msgspec.Struct, frozen=True):
    """A client wants the frames of a channel again, from a position of its relay on."""

    request: int
    start: Position
    most_frames: int


class ReplayUnavailable(msgspec.Struct, frozen=True):
    """The relay cannot close that gap; what it still has begins at `oldest`."""

    request: int
    oldest: Position
    reason: str


class Positions(msgspec.Struct, frozen=True):
    """A mark between frames: having read up to here, a client stands at these positions."""

    positions: tuple[Position, ...]


class Count(msgspec.Struct, frozen=True):
    """What became of a channel for one client since it was counted last.

    Args:
        sent: Frames meant for the client since its count began, whatever became of them.
        dropped: Of those since the last word, how many a full queue cost; a gap notice told of it.
        superseded: Likewise, in whose place a newer state was sent.
    """

    channel: str
    sent: int
    dropped: int
    superseded: int


class Counts(msgspec.Struct, frozen=True):
    """A mark between frames: so many were sent up to here; a count of 0 begins anew."""

    counts: tuple[Count, ...]


class Conflated(msgspec.Struct, frozen=True):
    """Frames of a source were not sent because a newer state took their place."""

    source: str
    channel: str
    frames: int


ControlMessage = (
    Heartbeat
    | GapNotice
    | Hello
    | Welcome
    | Refused
    | Subscribe
    | Ack
    | ExpiryNotice
    | ReplayRequest
    | ReplayUnavailable
    | Positions
    | Counts
    | Conflated
)
"""What has no routing block."""
