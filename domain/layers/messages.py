"""Messages: what senders sent is what was recorded and what was noticed missing, and nothing else.

Senders number their frames, one more a frame, so what was sent is read off the numbers and need not
be believed. A sender that begins again at 0 was restarted. Where a channel's frames do not say who
sent them and their numbers run backwards, several senders are mixed and what was sent is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

V1_NUMBERS = 1 << 24
"""Numbers of v1 travel as 24 bits: after the highest comes 0."""


class Stretch(msgspec.Struct, frozen=True):
    """One sender's frames in one file of a channel, in the order they were recorded.

    Args:
        source: Who sent them; empty where the protocol does not say.
        first, last: Numbers of the first frame and of the newest; -1 where it has none.
        frames: Recorded, copies of what was recorded before not counted.
        missing: How many numbers were skipped in between.
        noticed: How many of this channel the relay said it had to drop.
        is_known: Whether the numbers only ran forward or began again at 0.
    """

    channel: str
    source: str
    first: int
    last: int
    frames: int
    missing: int
    noticed: int = 0
    is_known: bool = True


class Conserved(msgspec.Struct, frozen=True):
    """One sender of one channel over a day; counts of frames.

    Args:
        sent: By the sender's own numbers; None where they do not tell.
        unaccounted: Sent, neither recorded nor noticed missing; None where it is unknown.
    """

    channel: str
    source: str
    sent: int | None
    recorded: int
    noticed_missing: int
    unaccounted: int | None


def conserve(stretches: Iterable[Stretch]) -> list[Conserved]:
    """Count each sender's frames over its stretches.

    Args:
        stretches: Of any channels and senders; of one sender in the order they were recorded.

    Returns:
        One row a channel and sender, in order.
    """
    by_sender: defaultdict[tuple[str, str], list[Stretch]] = defaultdict(list)
    for one in stretches:
        by_sender[one.channel, one.source].append(one)
    return [_conserved(key, ones) for key, ones in sorted(by_sender.items())]


def _conserved(key: tuple[str, str], ones: Sequence[Stretch]) -> Conserved:
    recorded, noticed = sum(one.frames for one in ones), sum(one.noticed for one in ones)
    is_known = all(one.is_known for one in ones)
    wraps_at = 0 if key[1] else V1_NUMBERS
    numbered = [one for one in ones if one.frames]
    between = sum(
        skipped(before.last, after.first, wraps_at) for before, after in pairwise(numbered)
    )
    missing = between + sum(one.missing for one in ones)
    return Conserved(
        channel=key[0],
        source=key[1],
        sent=recorded + missing if is_known else None,
        recorded=recorded,
        noticed_missing=noticed,
        unaccounted=max(0, missing - noticed) if is_known else None,
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
