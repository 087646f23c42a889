"""Which runs a stretch of the journal or of the books asks for: arithmetic on cursors alone.

A cursor moves over what was asked for exactly once, so the same tick twice asks for one run; the
run's key is derived from the cursor, so even a tick repeated after a crash is the same run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from domain.clock import SECOND_NS, utc_day

FINALISED = ("execution.finalised", "desk.closed")
TROUBLE = ("feed.gap",)
DESK = ("desk.opened", "desk.closed")
SILENCE_NS = 60 * SECOND_NS
"""The detector marks the market at least once a second; a minute without a fact is no pause."""


class Noticed(msgspec.Struct, frozen=True):
    """One journal record as a sensor sees it."""

    seq: int
    kind: str
    recorded_ns: int


class Wanted(msgspec.Struct, frozen=True):
    """One run to ask for."""

    run_key: str
    day: str


def sequence_of(cursor: str | None) -> int:
    """Read a cursor that is a journal sequence; none at first is 0."""
    return int(cursor) if cursor else 0


def runs_for(job: str, noticed: Iterable[Noticed]) -> list[Wanted]:
    """Ask for one run a UTC day, however many records of it were noticed.

    The key names the last record of the stretch: a longer stretch is another run.
    """
    last = {utc_day(one.recorded_ns): one.seq for one in sorted(noticed, key=lambda one: one.seq)}
    return [Wanted(f"{job}:{day}:{seq}", day) for day, seq in sorted(last.items())]


def unsettled(noticed: Iterable[Noticed], settled_seq: Mapping[str, int]) -> list[Noticed]:
    """Leave out what the books already hold.

    Args:
        noticed: Records that a settlement of their day would settle.
        settled_seq: UTC day -> the last record its published books were made from. Captured is not
            settled: a run that died in between published nothing, and is asked for again.
    """
    return [one for one in noticed if one.seq > settled_seq.get(utc_day(one.recorded_ns), 0)]


def moved(cursor: int, noticed: Iterable[Noticed]) -> int:
    """Move a cursor over what was noticed; it never moves back."""
    return max([cursor, *(one.seq for one in noticed)])


def silence(last: Noticed | None, now_ns: int, *, is_open: bool) -> Wanted | None:
    """Ask for a reconciliation when an open desk's journal stands still, once a stillness."""
    if last is None or not is_open or now_ns - last.recorded_ns < SILENCE_NS:
        return None
    return Wanted(f"silence:{last.seq}", utc_day(last.recorded_ns))


def appeared(
    cursor: str | None, breaks: Mapping[str, str], *, is_whole: bool = True
) -> tuple[str, list[str]]:
    """Find breaks that were not there at the last look.

    Args:
        cursor: Names of breaks seen before, space separated, as this function returned them.
        breaks: Name -> severity, of what is there now.
        is_whole: Whether that is all there is; where a part was not read, nothing seen is
            forgotten.

    Returns:
        The new cursor, and the names that appeared and are more than information, in order.
    """
    seen = set((cursor or "").split())
    fresh = sorted(
        one for one, severity in breaks.items() if one not in seen and severity != "info"
    )
    kept = sorted({*fresh, *(seen & set(breaks) if is_whole else seen)})
    return " ".join(kept), fresh
