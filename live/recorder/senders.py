"""Whose frames a file of the raw wire holds, counted by the numbers their senders gave them.

A v2 frame names its sender and numbers itself; what the relay itself says is not numbered. A v1
frame has a number and no name, so all of a channel count as one sender's, and where several are
mixed the numbers run backwards and prove nothing. What the counts mean is `domain.layers.messages`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from domain.errors import RemoteWireError
from domain.layers.messages import V1_NUMBERS, skipped
from journal.records import SenderCount
from live.protocol import v1, v2
from live.protocol.v2.table import TABLE
from live.recorder.relayed import Relayed

_TOLD = frozenset(
    TABLE.by_message[message].number for message in (v2.GapNotice, v2.Conflated, v2.Counts)
)
"""What a relay says that counts."""
_V1_MAGIC = b"\xfe"
_V1_NUMBER = slice(5, 8)
"""Of a v1 header: the sender's counter, its low 24 bits."""
_NOBODY = ""


@dataclass(slots=True)
class _Tally:
    first: int = -1
    last: int = -1
    newest_ns: int = -1
    frames: int = 0
    missing: int = 0
    noticed: int = 0
    is_known: bool = True
    conflated: int = 0

    def number(self, number: int, sent_ns: int) -> None:
        """Take a numbered frame; an older one is a copy, one that begins again a restart."""
        if self.last >= 0:
            if number <= self.last and sent_ns <= self.newest_ns:
                return
            self.missing += skipped(self.last, number)
        else:
            self.first = number
        self.frames += 1
        self.last, self.newest_ns = number, sent_ns

    def nameless(self, number: int) -> None:
        """Take a frame that nobody signed: the next number, or a proof that several are mixed."""
        if self.last >= 0:
            has_wrapped = self.last - number > V1_NUMBERS // 2
            self.is_known &= number > self.last or number == 0 or has_wrapped
            self.missing += skipped(self.last, number, V1_NUMBERS)
        else:
            self.first = number
        self.frames += 1
        self.last = number


def senders_of(frames: Iterable[bytes]) -> tuple[SenderCount, ...]:
    """Count the frames of a file by sender.

    Args:
        frames: Whole frames of either version, as recorded; bytes of neither count for nobody.

    Returns:
        One count a sender, by name; copies of what the file already holds are not counted. A
        channel of a relay that says how much it meant for us is a sender too, ``relay:<channel>``.
    """
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    relayed = Relayed()
    for raw in frames:
        if raw.startswith(_V1_MAGIC) and len(raw) >= v1.HEADER_BYTES:
            tallies[_NOBODY].nameless(int.from_bytes(raw[_V1_NUMBER], "little"))
        else:
            _count(raw, tallies, relayed)
    senders = [_counted(source, one) for source, one in sorted(tallies.items())]
    return (*senders, *relayed.counts())


def _count(raw: bytes, tallies: defaultdict[str, _Tally], relayed: Relayed) -> None:
    try:
        stamp = v2.stamp_of(raw)
        if stamp.source != v2.SOURCE_RELAY:
            tallies[str(stamp.source)].number(stamp.sequence, stamp.sent_ns)
            relayed.frame(stamp.schema)
        elif stamp.schema in _TOLD:
            _take(v2.decode_payload(stamp.schema, raw[v2.HEADER_BYTES :]), tallies, relayed)
    except RemoteWireError:
        return


def _take(told: object, tallies: defaultdict[str, _Tally], relayed: Relayed) -> None:
    match told:
        case v2.GapNotice() if told.missing_frames:
            tallies[told.source].noticed += told.missing_frames
        case v2.Conflated():
            tallies[told.source].conflated += told.frames
        case v2.Counts():
            relayed.word(told)
        case _:
            pass


def _counted(source: str, one: _Tally) -> SenderCount:
    return SenderCount(
        source=source,
        first=one.first,
        last=one.last,
        frames=one.frames,
        missing=one.missing,
        noticed=one.noticed,
        is_known=one.is_known,
        conflated=one.conflated,
    )
