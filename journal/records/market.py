"""What was heard: raw frames in files, what a whole asset is worth, what we hold, what failed.

Quotes themselves are in the files that a segment vouches for, never in the journal.
"""

from __future__ import annotations

import msgspec

from journal.records.fact import Fact


class SenderCount(msgspec.Struct, frozen=True, kw_only=True):
    """One sender's frames in one file of raw frames, by the numbers the sender gave them.

    Args:
        source: Its id on the wire; empty where the protocol names nobody.
        first, last: Numbers of the first frame and of the newest.
        frames: Those recorded, copies of earlier ones not counted.
        missing: Numbers skipped in between.
        noticed: Frames of this sender that the relay said it had dropped.
        is_known: Whether the numbers ran forward, or began again at 0, throughout.
        conflated: Frames of this sender that the relay said a newer state took the place of.
    """

    source: str
    first: int
    last: int
    frames: int
    missing: int
    noticed: int
    is_known: bool
    conflated: int = 0


class WireSegment(Fact, frozen=True, kw_only=True):
    """A closed file of raw relay frames, and the digest that vouches for it.

    `first_frame` and `last_frame` count frames as the recorder received them, from 0, on `channel`.
    `senders` says whose they are; a file of before senders were counted has none.
    """

    KIND = "market.segment"
    KEY = ("channel", "path")
    channel: str
    path: str
    first_frame: int
    last_frame: int
    frames: int
    size_bytes: int
    sha256: str
    first_ns: int
    last_ns: int
    senders: tuple[SenderCount, ...] = ()


class MarkObserved(Fact, frozen=True, kw_only=True):
    """What one whole asset was worth in the book currency, by a named policy, at `observed_ns`."""

    KIND = "market.mark"
    KEY = ("underlying", "policy", "observed_ns")
    underlying: str
    policy: str
    venue: str
    mark_e6: int
    observed_ns: int
    channel: str
    frame: int


class AssetHeld(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one asset an account held."""

    asset: str
    units: int


class InventoryRead(Fact, frozen=True, kw_only=True):
    """What the loop read that an account of ours holds, and decides by; all of it at one block."""

    KIND = "inventory.read"
    KEY = ("account", "block_hash", "read_ns")
    account: str
    block_number: int
    block_hash: str
    holdings: tuple[AssetHeld, ...]
    read_ns: int


class AssetTold(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one asset an exchange says an account may spend, and how much orders keep."""

    asset: str
    free_units: int
    locked_units: int


class InventoryTold(Fact, frozen=True, kw_only=True):
    """What an exchange told the loop of an account of ours, which decides by what is free.

    An exchange does not say of which instant it speaks: of one between `asked_ns` and
    `answered_ns`, by our clock.
    """

    KIND = "inventory.told"
    KEY = ("account", "answered_ns")
    account: str
    holdings: tuple[AssetTold, ...]
    asked_ns: int
    answered_ns: int


class GapNoticed(Fact, frozen=True, kw_only=True):
    """A source skipped, repeated or fell silent.

    `noticed` is ``gap``, ``reorder``, ``silence``, ``checksum`` or ``reorg``.
    """

    KIND = "feed.gap"
    KEY = ("source", "noticed", "expected", "noticed_ns")
    source: str
    noticed: str
    expected: int
    got: int
    noticed_ns: int
