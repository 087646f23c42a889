"""A v2 reader as the hub sees it: what it wants, whether it can take more, what waits for it.

Pure: where frames go is behind :class:`Sink`, which a socket, a browser's bridge or another relay's
join implements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from live.protocol import v2
from live.relay.filters import Want, compiled
from live.relay.ledger import Ledger
from live.relay.parcels import Parcel
from live.relay.queues import Queue


class Sink(Protocol):
    """Where a member's frames go."""

    def write(self, parcels: Sequence[Parcel], joined: bytes) -> None:
        """Take whole frames, in order; ``joined`` is their bytes. Called once a wake-up."""
        ...

    def cut_off(self, reason: str) -> None:
        """Say why and hang up; the member has left already."""
        ...


class Tally(NamedTuple):
    """What one wake-up held of one channel for one want."""

    channel: str
    offered: int
    filtered: int
    expired: int
    taken: int


class Selection(NamedTuple):
    """What one want takes of one wake-up: evaluated once, joined once, for all who want the same.

    Args:
        parcels: The frames, in order.
        joined: Their bytes.
        tallies: One a channel that had frames.
        expiring: Those of the frames that will be worth nothing one day.
    """

    parcels: Sequence[Parcel]
    joined: bytes
    tallies: Sequence[Tally]
    expiring: Sequence[Parcel]


class Member:
    """One reader.

    Args:
        sink: Where its frames go.
        name: For logs.
        new_queue: Makes its queue, given where to write down what became of frames.
        skip_origin: An ingest whose frames it must not hear back; empty for none.
        has_marks: Whether it asked to be told positions, to replay from.
    """

    def __init__(
        self,
        sink: Sink,
        name: str,
        new_queue: Callable[[Callable[[str], Ledger]], Queue],
        *,
        skip_origin: str = "",
        has_marks: bool = False,
    ) -> None:
        self.sink = sink
        self.name = name
        self.skip_origin = skip_origin
        self.has_marks = has_marks
        self.is_here = True
        self.is_paused = False
        self.accounts = {channel: Ledger() for channel in v2.CHANNELS}
        self.queue = new_queue(self.ledger)

    def ledger(self, channel: str) -> Ledger:
        """Give this reader's ledger of a channel; a newer producer's channel gets one too."""
        found = self.accounts.get(channel)
        if found is None:
            found = self.accounts[channel] = Ledger()
        return found

    def give(self, selection: Selection) -> bool:
        """Write frames, or let them wait.

        Returns:
            Whether they were written.
        """
        accounts = self.accounts
        for channel, offered, filtered, expired, _taken in selection.tallies:
            ledger = accounts.get(channel) or self.ledger(channel)
            ledger.offered += offered
            ledger.filtered += filtered
            ledger.expired += expired
        if not selection.parcels:
            return False
        if self.is_paused:
            self.queue.put(selection.parcels)
            return False
        for channel, _offered, _filtered, _expired, taken in selection.tallies:
            accounts[channel].delivered += taken
        self.sink.write(selection.parcels, selection.joined)
        return True

    def give_waiting(self, waiting: Sequence[Parcel]) -> None:
        """Write frames that waited, or that a reader of the same frames had before."""
        for parcel in waiting:
            self.ledger(parcel.route.channel).delivered += 1
        if waiting:
            self.sink.write(waiting, b"".join([parcel.raw for parcel in waiting]))

    def leave(self) -> None:
        """Write off what waits: nobody takes it any more."""
        self.is_here = False
        for ledger in self.accounts.values():
            ledger.abandon()


class Group:
    """All members who want the same."""

    def __init__(self, want: Want, skip_origin: str) -> None:
        self.want = want
        self.members: dict[Member, None] = {}
        self._skip_origin = skip_origin
        self._passes = compiled(want)

    @property
    def wants_everything(self) -> bool:
        """Whether nothing is filtered."""
        return self._passes is None and not self._skip_origin

    def select(self, parcels: Iterable[Parcel]) -> list[Parcel]:
        """Give the frames that these members want."""
        passes, skip = self._passes, self._skip_origin
        if skip:
            parcels = [parcel for parcel in parcels if parcel.origin != skip]
        if passes is None:
            return list(parcels)
        return [parcel for parcel in parcels if passes(parcel.route)]


def selection_of(taken: Sequence[Parcel], offered: dict[str, int], now_ns: int) -> Selection:
    """Make what a want takes of a wake-up.

    Args:
        taken: The frames that pass its filter.
        offered: How many frames there were, by channel.
        now_ns: What expired by now is not delivered.
    """
    passed = by_channel(taken)
    live, expired, expiring = taken, _NONE_EXPIRED, ()
    if any(parcel.route.expires_ns for parcel in taken):
        live = [p for p in taken if not 0 < p.route.expires_ns <= now_ns]
        expired = by_channel([p for p in taken if 0 < p.route.expires_ns <= now_ns])
        expiring = [parcel for parcel in live if parcel.route.expires_ns]
    tallies = [
        Tally(
            channel,
            count,
            count - passed.get(channel, 0),
            expired.get(channel, 0),
            passed.get(channel, 0) - expired.get(channel, 0),
        )
        for channel, count in offered.items()
    ]
    return Selection(live, b"".join([parcel.raw for parcel in live]), tallies, expiring)


def by_channel(parcels: Iterable[Parcel]) -> dict[str, int]:
    """Count frames by channel."""
    counts: dict[str, int] = {}
    for parcel in parcels:
        channel = parcel.route.channel
        counts[channel] = counts.get(channel, 0) + 1
    return counts


_NONE_EXPIRED: dict[str, int] = {}
