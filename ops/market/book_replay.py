"""Order books rebuilt from a recording, with every proof the exchange gave along the way.

Here: which lines go where, and the report. How a book is rebuilt and proved is in
:mod:`domain.market.feeds`; what a venue's frames mean is in :mod:`domain.venues`.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from domain.clock import iso_utc
from domain.errors import InputRefused
from domain.market.dialect import Dialect
from domain.market.feed import Kind, Standing
from domain.market.feeds import Feeds, Told
from domain.market.reason import Reason
from domain.market.word import BookKey
from ops.market.recording import Form, Line, read_recording


class Break(NamedTuple):
    """A book stopped being believed."""

    at_ns: int
    told: Told


class Replay(NamedTuple):
    """What a recording holds.

    Args:
        dialect: It was read with.
        feeds: The books at its end.
        breaks: In order, each book's first one before its next snapshot.
        strange: Lines that have no form of a recording.
        garbled: Lines that look like a message whose time or beginning is damaged.
        is_broken_off: The recording ends within a message.
    """

    dialect: Dialect
    feeds: Feeds
    breaks: list[Break]
    strange: int
    garbled: int
    is_broken_off: bool

    @property
    def is_proved(self) -> bool:
        """Ask whether every book was known in the end and nothing ever contradicted one."""
        is_sound = self.feeds.tally.is_proved and not self.garbled
        return is_sound and not self.feeds.keys(Standing.WAITING, Standing.STALE)


def replay_recording(dialect: Dialect, recording: Path, answers: Path | None = None) -> Replay:
    """Rebuild the books of a recording.

    Args:
        dialect: Of the venue it was made at.
        recording: The file.
        answers: A recording of answers to requests, taken in at their times.

    Raises:
        InputRefused: A file is no recording, is damaged, or holds no book of this venue.
    """
    lines = read_recording(recording)
    if answers is not None:
        lines = heapq.merge(_answers(answers), lines, key=lambda line: line.at_ns)
    replay = _replayed(dialect, lines)
    if not replay.feeds.keys():
        raise InputRefused(
            "this recording holds no order book of this venue; check --venue",
            file=str(recording),
            venue=dialect.venue,
        )
    return replay


def report(replay: Replay) -> dict[str, Any]:
    """Write down what the exchange proved, as JSON."""
    tally = replay.feeds.tally
    return {
        "venue": replay.dialect.venue,
        "symbols": len({key.symbol for key in replay.feeds.keys()}),  # noqa: SIM118 (no mapping)
        "snapshots": tally.snapshots,
        "updates": tally.updates,
        "checks": tally.checks,
        "mismatches": tally.mismatches,
        "gaps": tally.gaps,
        "sequence_links": tally.sequence_links,
        "bbo_checks": tally.bbo_checks,
        "bbo_mismatches": tally.bbo_mismatches,
    }


def details(replay: Replay) -> dict[str, Any]:
    """Write down whatever else was counted, as JSON."""
    tally = replay.feeds.tally
    return {
        "bbo_last_checks": tally.bbo_last_checks,
        "bbo_last_mismatches": tally.bbo_last_mismatches,
        "messages_applied": tally.messages,
        "messages_in_snapshot": tally.in_snapshot,
        "messages_skipped": tally.skipped,
        "no_news": tally.hints,
        "proved_levels": replay.dialect.proved_levels or "all",
        "unread_messages": tally.unread,
        "strange_lines": replay.strange,
        "reasons": {str(reason): count for reason, count in sorted(tally.reasons.items())},
        "faults": {str(reason): count for reason, count in sorted(tally.faults.items())},
        "unknown": sorted(map(_name, replay.feeds.keys(Standing.WAITING, Standing.STALE))),
    }


def sentences(replay: Replay) -> Iterator[str]:
    """Say what was not proved, a line each."""
    for at_ns, (key, event) in replay.breaks:
        why = event.reason.sentence if event.reason else ""
        numbers = f" (expected {event.expected}, got {event.got})" if event.got else ""
        yield f"{_name(key)} is unknown from {iso_utc(at_ns)} on: {why}{numbers}"
    for key in replay.feeds.keys(Standing.WAITING):
        yield f"{_name(key)} was never known: no snapshot joins its changes; give one by --snapshot"
    tally = replay.feeds.tally
    if tally.bbo_mismatches:
        yield f"{tally.bbo_mismatches} times the exchange's own best bid and ask were others"
    if tally.hints:
        yield f"{tally.hints} levels were told that were no news: changes may be missing"
    if tally.unread:
        yield f"{tally.unread} messages could not be read"
    if replay.garbled:
        yield f"{replay.garbled} lines look like messages whose time or beginning is damaged"
    if replay.is_broken_off:
        yield "the recording breaks off within its last line, which was left out"
    if replay.dialect.checksum is None and (crossed := tally.faults[Reason.CROSSED]):
        yield f"{crossed} times a book was crossed: a message may have been altered"


def _answers(path: Path) -> Iterator[Line]:
    return (line for line in read_recording(path) if line.form is Form.ANSWERED)


def _replayed(dialect: Dialect, lines: Iterable[Line]) -> Replay:
    feeds, strange, garbled, is_broken_off = Feeds(dialect), 0, 0, False
    breaks: list[Break] = []
    broken: set[BookKey] = set()
    for line in lines:
        if line.is_open and _is_cut(dialect, line):
            is_broken_off = True
            continue
        strange += line.form is Form.STRANGE
        garbled += _is_garbled(line)
        for told in _taken(feeds, line):
            if told.event.kind is Kind.SYNCED:
                broken.discard(told.key)
            elif told.event.kind is Kind.BROKEN and told.key not in broken:
                broken.add(told.key)
                breaks.append(Break(line.at_ns, told))
    return Replay(dialect, feeds, breaks, strange, garbled, is_broken_off)


def _is_garbled(line: Line) -> bool:
    """Ask whether a line was a message before its time or its first characters were damaged."""
    if line.form is Form.STRANGE:
        return bool(_GARBLED.match(line.text))
    is_message = line.form is not Form.HEARD or line.text.lstrip()[:1] in {"{", "["}
    return not is_message and '":' in line.text


_GARBLED = re.compile(r"[^\s\"]{1,40} ?[\[{].*\"")


def _is_cut(dialect: Dialect, line: Line) -> bool:
    """Ask whether a line without an end lacks a part of what it says."""
    if line.form is Form.STRANGE:
        return True
    try:
        if line.form is Form.ANSWERED:
            dialect.parse_answer(line.url, line.text)
        else:
            dialect.parse(line.text)
    except (TypeError, ValueError, LookupError):
        return True
    return False


def _taken(feeds: Feeds, line: Line) -> list[Told]:
    if line.form is Form.HEARD:
        return feeds.hear(line.text, line.at_ns)
    if line.form is Form.ANSWERED:
        return feeds.hear_answer(line.url, line.text, line.at_ns)
    return feeds.reconnected() if line.form is Form.MADE else []


def _name(key: BookKey) -> str:
    return f"{key.symbol} {key.channel}"
