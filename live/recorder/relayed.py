"""How much of what a relay meant for us a wire file holds, counted by the relay's own words.

The relay numbers nothing for one reader; it says between frames how many it meant for us since our
subscription. So a frame's number is known from the word before or behind it, and a channel of the
relay is counted as a sender is: what numbers skip is missing, what words say gave way is noticed or
conflated. What comes before a count begins has numbers below 0: it belongs to no count.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from domain.layers.messages import UNNUMBERED
from journal.records import SenderCount
from live.protocol import v2
from live.protocol.v2.table import TABLE

RELAY = "relay:"
"""A channel of the relay, as a sender: no producer's id has a colon."""
_CHANNELS = {schema.number: schema.channel for schema in TABLE.schemas}


@dataclass(slots=True)
class _Channel:
    first: int = -1
    last: int = -1
    stands_at: int = -1
    since: int = 0
    frames: int = 0
    missing: int = 0
    noticed: int = 0
    conflated: int = 0
    is_known: bool = True

    def word(self, count: v2.Count) -> None:
        """Take what the relay says between the frames since its last word and those to come."""
        if count.sent == 0:
            self._begin()
        elif self.stands_at < 0:
            self._number_back(count.sent)
        else:
            lost = count.sent - self.stands_at - self.since
            self.is_known &= lost >= 0
            self.missing += max(0, lost)
        self.noticed += count.dropped
        self.conflated += count.superseded
        self.stands_at, self.since = count.sent, 0

    def _begin(self) -> None:
        """Begin anew, at 0 behind what came before."""
        if self.stands_at < 0:
            self.first = -self.since

    def _number_back(self, sent: int) -> None:
        """Number the frames before the first word: a count goes on that began in another file."""
        self.first = sent - self.since
        self.is_known &= self.first >= 0

    def counted(self, name: str) -> SenderCount:
        """Give the count; without numbers where no word stands in the file."""
        is_numbered = self.stands_at >= 0
        return SenderCount(
            source=RELAY + name,
            first=self.first if is_numbered else UNNUMBERED,
            last=self.stands_at + self.since - 1 if is_numbered else UNNUMBERED,
            frames=self.frames,
            missing=self.missing,
            noticed=self.noticed,
            is_known=self.is_known,
            conflated=self.conflated,
        )


class Relayed:
    """The counts of one file."""

    def __init__(self) -> None:
        self._channels: defaultdict[str, _Channel] = defaultdict(_Channel)

    def frame(self, schema: int) -> None:
        """Take a producer's frame; of a schema newer than we are nobody knows the channel."""
        name = _CHANNELS.get(schema, v2.CONTROL)
        if name != v2.CONTROL:
            channel = self._channels[name]
            channel.frames += 1
            channel.since += 1

    def word(self, counts: v2.Counts) -> None:
        """Take what the relay says of its channels."""
        for count in counts.counts:
            self._channels[count.channel].word(count)

    def counts(self) -> list[SenderCount]:
        """Give a count a channel of which the file holds frames or words, by name."""
        return [one.counted(name) for name, one in sorted(self._channels.items())]
