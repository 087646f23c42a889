"""Messages: what senders sent is what was recorded and what was noticed missing, and nothing else.

Senders number their frames, one more a frame, so what was sent is read off the numbers and need not
be believed. A sender that begins again at 0 was restarted. Where a channel's frames do not say who
sent them and their numbers run backwards, several senders are mixed and what was sent is unknown.
A channel of the relay is a sender too, ``relay:<channel>``, where the relay says what it meant for
us: its numbers are those of its words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

V1_NUMBERS = 1 << 24
"""Numbers of v1 travel as 24 bits: after the highest comes 0."""
UNNUMBERED = -2
"""First and last of frames whose numbers no word in their file tells."""


class Stretch(msgspec.Struct, frozen=True):
    """One sender's frames in one file of a channel, in the order they were recorded.

    Args:
        source: Who sent them; empty where the protocol does not say.
        first, last: Numbers of the first frame and of the newest; -1 where it has none, and below 0
            of what came before the relay's count began; `UNNUMBERED` where no word tells them.
        frames: Recorded, copies of what was recorded before not counted.
        missing: How many numbers were skipped in between.
        noticed: How many of this channel the relay said it had to drop.
        is_known: Whether the numbers only ran forward or began again at 0.
        conflated: How many the relay said a newer state had taken the place of.
    """

    channel: str
    source: str
    first: int
    last: int
    frames: int
    missing: int
    noticed: int = 0
    is_known: bool = True
    conflated: int = 0

    @property
    def is_unnumbered(self) -> bool:
        """Whether no word says which numbers its frames have: they go on from their neighbours'."""
        return self.last == UNNUMBERED

    def joined(self, other: Stretch) -> Stretch:
        """Take in the unnumbered frames of the file right behind, or right before."""
        is_behind = not self.is_unnumbered
        numbered, more = (self, other) if is_behind else (other, self)
        return msgspec.structs.replace(
            numbered,
            first=numbered.first - (0 if is_behind else more.frames),
            last=numbered.last + (more.frames if is_behind else 0),
            frames=self.frames + other.frames,
            noticed=self.noticed + other.noticed,
            conflated=self.conflated + other.conflated,
        )


class Conserved(msgspec.Struct, frozen=True):
    """One sender of one channel over a day; counts of frames.

    Args:
        sent: By the sender's own numbers; None where they do not tell.
        unaccounted: Sent, neither recorded nor noticed missing nor conflated; None where it is
            unknown.
        conflated: Not sent on, since a newer state took their place, and told so.
    """

    channel: str
    source: str
    sent: int | None
    recorded: int
    noticed_missing: int
    unaccounted: int | None
    conflated: int = 0


def conserve(stretches: Iterable[Stretch]) -> list[Conserved]:
    """Count each sender's frames over its stretches.

    Args:
        stretches: Of any channels and senders; of one sender in the order they were recorded.

    Returns:
        One row a channel and sender of which anything is known, in order.
    """
    by_sender: defaultdict[tuple[str, str], list[Stretch]] = defaultdict(list)
    for one in stretches:
        by_sender[one.channel, one.source].append(one)
    joined = ((key, _numbered(ones)) for key, ones in sorted(by_sender.items()))
    rows = (_conserved(key, ones) for key, ones in joined)
    return [row for row in rows if row.sent != 0 or row.recorded or row.noticed_missing]


def _numbered(ones: Iterable[Stretch]) -> list[Stretch]:
    """Join frames without numbers to what they stand beside; where there are no words, to none."""
    found: list[Stretch] = []
    for one in ones:
        if found and (one.is_unnumbered or found[-1].is_unnumbered):
            found.append(_beside(found.pop(), one))
        else:
            found.append(one)
    return [one for one in found if not one.is_unnumbered]


def _beside(one: Stretch, other: Stretch) -> Stretch:
    if one.is_unnumbered and other.is_unnumbered:
        return msgspec.structs.replace(one, frames=one.frames + other.frames)
    return one.joined(other)


def _conserved(key: tuple[str, str], ones: Sequence[Stretch]) -> Conserved:
    recorded, noticed = sum(one.frames for one in ones), sum(one.noticed for one in ones)
    conflated = sum(one.conflated for one in ones)
    is_known = all(one.is_known for one in ones)
    wraps_at = 0 if key[1] else V1_NUMBERS
    numbered = [one for one in ones if one.frames or one.first >= 0]
    between = sum(
        max(0, skipped(before.last, after.first, wraps_at)) for before, after in pairwise(numbered)
    )
    missing = between + sum(one.missing for one in ones)
    return Conserved(
        channel=key[0],
        source=key[1],
        sent=recorded + missing if is_known else None,
        recorded=recorded,
        noticed_missing=noticed,
        unaccounted=max(0, missing - noticed - conflated) if is_known else None,
        conflated=conflated,
    )


def skipped(last: int, number: int, wraps_at: int = 0) -> int:
    """Count the numbers between the newest and the next; after a restart those from 0 on.

    Args:
        last: The newest number so far.
        number: The next one; lower than the newest only after a restart, or where numbers end.
        wraps_at: As in :func:`conserve`.
    """
    if number > last:
        return number - last - 1
    return wraps_at - last - 1 + number if wraps_at and last - number > wraps_at // 2 else number
