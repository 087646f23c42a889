"""What happens on each channel to a reader who is too slow, and how much may wait for one.

Policies are data; `queues.py` carries them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import msgspec

from live.protocol import v2


class Policy(Enum):
    """What gives way when a reader's queue is full."""

    CONFLATE = "conflate"
    """A newer state replaces an older one of the same thing at once; then as `drop_oldest`."""
    DROP_OLDEST = "drop_oldest"
    """The oldest frame goes, and a gap notice stands in its place."""
    DISCONNECT = "disconnect"
    """Nothing goes: the reader is told why and cut off, and may come back and ask for a replay."""


Policies = Mapping[str, Policy]

DEFAULT_POLICIES: Policies = {
    v2.CONTROL: Policy.DISCONNECT,  # notices of what is missing must not be missing themselves
    "market": Policy.DROP_OLDEST,
    "books": Policy.CONFLATE,
    "pools": Policy.CONFLATE,
    "chain": Policy.CONFLATE,  # only the newest head is worth anything
    "signals": Policy.DROP_OLDEST,  # an old opportunity is the one that expires first
    "executions": Policy.DISCONNECT,  # a result that silently never came is a position nobody knows
    "risk": Policy.DISCONNECT,  # so is an alert
    "strategy": Policy.DROP_OLDEST,
}


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much the relay keeps and for whom.

    Args:
        queue_bytes: The most that waits for one slow reader, beyond the kernel's and 256 KiB of our
            own buffer. Some 50 000 trades; the first relay kept 100 000 messages for all readers.
        clients: The most readers at once; each costs a file descriptor and some 10 kB.
        replay_frames: The most frames of one channel that a replay can go back. A minute of a busy
            channel at 1000 frames/s, which a restarted reader needs less than.
        replay_bytes: The same in bytes.
        grace_ms: How long a client on a v2 socket may take to say hello before it is served v1. A
            local client says it within a millisecond; a far one within two round trips.
        expiries: The most delivered opportunities whose expiry is still to be told.
    """

    queue_bytes: int = 4 * 1024 * 1024
    clients: int = 20_000
    replay_frames: int = 65_536
    replay_bytes: int = 16 * 1024 * 1024
    grace_ms: int = 500
    expiries: int = 65_536
