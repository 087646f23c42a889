"""Runs of whole v1 frames, kept in one piece for as long as nobody needs to look inside.

A read of a busy collector holds hundreds of frames that every v1 reader gets alike, so they are
walked once, in place, and handed on as one run. Only a slow reader's outbox and the v2 side ever
cut a run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from live.protocol import v1

_LENGTH_AT = 3


class Run(NamedTuple):
    """Whole frames in order.

    Args:
        raw: Their bytes.
        frames: How many they are.
        origin: The ingest they came by.
    """

    raw: bytes
    frames: int
    origin: str = ""


def frame_end(raw: bytes | bytearray, at: int) -> int:
    """Give the offset behind the frame at an offset."""
    length = raw[at + _LENGTH_AT] | raw[at + _LENGTH_AT + 1] << 8
    return at + v1.HEADER_BYTES + length


def frames_of(raw: bytes) -> Iterator[bytes]:
    """Cut a run into its frames."""
    at = 0
    while at < len(raw):
        end = frame_end(raw, at)
        yield raw[at:end]
        at = end


def without_oldest(run: Run, surplus_bytes: int) -> Run:
    """Drop the oldest whole frames of a run, at least so many bytes of them."""
    at, frames = 0, run.frames
    while at < surplus_bytes and frames:
        at = frame_end(run.raw, at)
        frames -= 1
    return Run(run.raw[at:], frames, run.origin)
