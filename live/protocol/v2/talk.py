"""What follows from what was said while versions are agreed: events, and versions as numbers.

A version is a u16, major in the high byte. Who says what when is in `negotiation.py`.
"""

from __future__ import annotations

import msgspec

from live.protocol.v2.frames import Frame

V1_0 = 0x0100
V2_0 = 0x0200


class Agreed(msgspec.Struct, frozen=True):
    """Both speak this from here on.

    Args:
        version: The highest both speak.
        features: What both can do.
        peer: What the other side calls itself.
        reply: What a server has to write now; empty for a client.
    """

    version: int
    features: tuple[str, ...]
    peer: str
    reply: bytes = b""


class Heard(msgspec.Struct, frozen=True):
    """A v2 frame came, after the agreement."""

    frame: Frame


class SaidNo(msgspec.Struct, frozen=True):
    """One side refused the other; what a server has to write before it hangs up is `reply`."""

    reason: str
    reply: bytes = b""


class SpeaksV1(msgspec.Struct, frozen=True):
    """To the server: this client is served v1; a hello that comes later still counts."""


class V1Bytes(msgspec.Struct, frozen=True):
    """To the client: whole v1 frames, which keep coming until the welcome."""

    data: bytes


class FellBack(msgspec.Struct, frozen=True):
    """To the client: nobody answered; this connection is v1."""


Event = Agreed | Heard | SaidNo | SpeaksV1 | V1Bytes | FellBack


def version_text(version: int) -> str:
    """Write a version for a person: 0x0201 is 2.1."""
    return f"{version >> 8}.{version & 0xFF}"
