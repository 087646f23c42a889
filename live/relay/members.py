"""A v2 reader as the hub sees it: what it wants, whether it can take more, what waits for it.

Pure: where frames go is behind :class:`Sink`, which a socket, a browser's bridge or another relay's
join implements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from live.protocol import v2
from live.relay.counting import Counting
from live.relay.filters import Want, compiled
from live.relay.ledger import Ledger, Ledgers
from live.relay.offers import Counts, Passed, Settled, by_channel
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


class Selection(NamedTuple):
    """What one want takes of one wake-up: evaluated once, joined once, for all who want the same.

    Args:
        parcels: The frames, in order.
        joined: Their bytes.
        passed: How many frames passed the filter, by channel.
        expired: How many of those are not among `parcels`: worth nothing any more, by channel.
        live: How many are, channel by channel.
        expiring: Those of the frames that will be worth nothing one day.
    """

    parcels: Sequence[Parcel]
    joined: bytes
    passed: Counts
    expired: Counts
    live: Sequence[tuple[str, int]]
    expiring: Sequence[Parcel]


class Member:
    """One reader.

    Args:
        sink: Where its frames go.
        name: For logs.
        new_queue: Makes its queue, given where to write down what became of frames.
        skip_origin: An ingest whose frames it must not hear back; empty for none.
        has_marks: Whether it asked to be told positions, to replay from.
        has_counts: Whether it asked to be told what was meant for it.
    """

    def __init__(
        self,
        sink: Sink,
        name: str,
        new_queue: Callable[[Callable[[str], Ledger]], Queue],
        *,
        skip_origin: str = "",
        has_marks: bool = False,
        has_counts: bool = False,
    ) -> None:
        self.sink = sink
        self.name = name
        self.skip_origin = skip_origin
        self.has_marks = has_marks
        self.counting = Counting() if has_counts else None
        self.settled = Settled({}, {}, {})
        self.is_here = True
        self.is_paused = False
        self.accounts = Ledgers({channel: Ledger() for channel in v2.CHANNELS})
        self.queue = new_queue(self.ledger)
        self._write = sink.write

    def ledger(self, channel: str) -> Ledger:
        """Give this reader's ledger of a channel; a newer producer's channel gets one too."""
        return self.accounts[channel]

    def give(self, selection: Selection) -> bool:
        """Write frames, at least one, or let them wait.

        Returns:
            Whether they were written.
        """
        if self.is_paused:
            self.queue.put(selection.parcels)
            return False
        accounts = self.accounts
        for channel, frames in selection.live:
            accounts[channel].delivered += frames
        self._write(selection.parcels, selection.joined)
        return True

    def offered_alone(self, selection: Selection) -> None:
        """Write down frames that nobody else is offered now."""
        for channel, passed in selection.passed.items():
            ledger = self.ledger(channel)
            ledger.offered += passed
            ledger.expired += selection.expired.get(channel, 0)

    def give_waiting(self, waiting: Sequence[Parcel]) -> None:
        """Write frames that waited, or that a reader of the same frames had before."""
        for parcel in waiting:
            self.ledger(parcel.route.channel).delivered += 1
        if waiting:
            self._write(waiting, joined(waiting))

    def leave(self) -> None:
        """Write off what waits: nobody takes it any more."""
        self.is_here = False
        for ledger in self.accounts.values():
            ledger.abandon()


class Group:
    """All members who want the same, and what passed their filter since there is such a group."""

    def __init__(self, want: Want, skip_origin: str) -> None:
        self.want = want
        self.members: dict[Member, None] = {}
        self.passed = Passed()
        self._skip_origin = skip_origin
        self._passes = compiled(want)

    @property
    def wants_everything(self) -> bool:
        """Whether nothing is filtered."""
        return self._passes is None and not self._skip_origin

    def select(self, parcels: Sequence[Parcel]) -> Sequence[Parcel]:
        """Give the frames that these members want."""
        passes, skip = self._passes, self._skip_origin
        if skip:
            parcels = [parcel for parcel in parcels if parcel.origin != skip]
        if passes is None:
            return parcels
        return [parcel for parcel in parcels if passes(parcel.route)]


def selection_of(taken: Sequence[Parcel], passed: Counts, now_ns: int) -> Selection:
    """Make what a want takes of a wake-up.

    Args:
        taken: The frames that pass its filter.
        passed: How many they are, by channel.
        now_ns: What expired by now is not delivered.
    """
    if not [parcel for parcel in taken if parcel.route.expires_ns]:
        return Selection(taken, joined(taken), passed, _NONE, tuple(passed.items()), ())
    live = [parcel for parcel in taken if not 0 < parcel.route.expires_ns <= now_ns]
    expiring = [parcel for parcel in live if parcel.route.expires_ns]
    expired = by_channel([parcel for parcel in taken if 0 < parcel.route.expires_ns <= now_ns])
    counts = tuple(by_channel(live).items())
    return Selection(live, joined(live), passed, expired, counts, expiring)


def joined(parcels: Sequence[Parcel]) -> bytes:
    """Give the bytes of frames; of one alone they are its own, uncopied."""
    return parcels[0].raw if len(parcels) == 1 else b"".join([parcel.raw for parcel in parcels])


_NONE: Counts = {}
