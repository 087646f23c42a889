"""What waits for one slow v2 reader: whole frames, bounded, each channel under its policy.

Pure. A flood on one channel costs that channel first: when the queue is full, the oldest frame of
the channel that holds the most gives way. What a reader missed it is told before what comes next,
by channel and by source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter

from live.protocol import v2
from live.relay.ledger import Drop, Ledger
from live.relay.parcels import Parcel
from live.relay.policies import Policies, Policy

Account = Callable[[str], Ledger]
"""Gives the reader's ledger of a channel."""


class Queue:
    """Frames one reader has not taken yet.

    Args:
        limit_bytes: The most that may wait.
        policies: What gives way, by channel; a channel not named there drops its oldest.
        account: Where it is written down what became of each frame.
    """

    def __init__(self, limit_bytes: int, policies: Policies, account: Account) -> None:
        self._limit_bytes = limit_bytes
        self._policies = policies
        self._account = account
        self._lanes: dict[str, _Lane] = {}
        self._order = 0
        self.waiting_bytes = 0
        self.is_beyond_help = False
        """Full of frames that may not give way: this reader must be cut off."""

    def put(self, parcels: Iterable[Parcel]) -> None:
        """Let frames wait; what gives way is written down as dropped."""
        for parcel in parcels:
            self._order += 1
            lane = self._lane(parcel.route.channel)
            superseded = lane.add(self._order, parcel)
            self._account(lane.channel).waiting += 1
            self._drop(lane, superseded, Drop.SUPERSEDED)
            self.waiting_bytes += len(parcel.raw)
        while self.waiting_bytes > self._limit_bytes and not self.is_beyond_help:
            self._make_room()

    def take(self, now_ns: int) -> tuple[list[v2.GapNotice], list[Parcel]]:
        """Empty the queue: what is missing, and the frames in the order they came.

        Frames that expired while they waited are written down as such and not given.
        """
        notices = [notice for lane in self._lanes.values() for notice in lane.take_notices()]
        waiting = [item for lane in self._lanes.values() for item in lane.take()]
        waiting.sort(key=itemgetter(0))
        given: list[Parcel] = []
        for _, parcel in waiting:
            ledger = self._account(parcel.route.channel)
            ledger.waiting -= 1
            if 0 < parcel.route.expires_ns <= now_ns:
                ledger.expired += 1
            else:
                given.append(parcel)
        self.waiting_bytes = 0
        return notices, given

    def take_conflations(self) -> list[v2.Conflated]:
        """Say what was superseded since it was last said, a word a channel and source."""
        return [word for lane in self._lanes.values() for word in lane.take_conflations()]

    def _lane(self, channel: str) -> _Lane:
        lane = self._lanes.get(channel)
        if lane is None:
            policy = self._policies.get(channel, Policy.DROP_OLDEST)
            lane = self._lanes[channel] = _Lane(channel, policy)
        return lane

    def _make_room(self) -> None:
        lanes = [lane for lane in self._lanes.values() if lane.may_give_way]
        if lanes:
            fullest = max(lanes, key=lambda lane: lane.waiting_bytes)
            self._drop(fullest, [fullest.drop_oldest()], Drop.OVERFLOWED)
        else:
            self.is_beyond_help = True

    def _drop(self, lane: _Lane, parcels: list[Parcel], reason: Drop) -> None:
        if parcels:
            ledger = self._account(lane.channel)
            ledger.waiting -= len(parcels)
            ledger.dropped[reason] += len(parcels)
            self.waiting_bytes -= sum(len(parcel.raw) for parcel in parcels)


class _Lane:
    """One channel's part of a queue."""

    def __init__(self, channel: str, policy: Policy) -> None:
        self.channel = channel
        self.waiting_bytes = 0
        self._is_yielding = policy is not Policy.DISCONNECT
        self._is_conflating = policy is Policy.CONFLATE
        self._waiting: dict[int, Parcel] = {}
        self._orders: dict[bytes, list[int]] = {}
        self._missing: dict[int, _Missing] = {}
        self._superseded: dict[int, int] = {}

    @property
    def may_give_way(self) -> bool:
        """Whether a frame of this channel can be dropped now."""
        return self._is_yielding and bool(self._waiting)

    def add(self, order: int, parcel: Parcel) -> list[Parcel]:
        """Take a frame, and give those whose place it takes."""
        superseded: list[Parcel] = []
        if self._is_conflating and parcel.key:
            orders = self._orders.setdefault(parcel.key, [])
            if parcel.is_whole:
                superseded = [self._waiting.pop(old) for old in orders if old in self._waiting]
                orders.clear()
                for old in superseded:
                    source = old.route.source
                    self._superseded[source] = self._superseded.get(source, 0) + 1
            orders.append(order)
        self._waiting[order] = parcel
        self.waiting_bytes += len(parcel.raw) - sum(len(old.raw) for old in superseded)
        return superseded

    def drop_oldest(self) -> Parcel:
        """Drop the oldest frame and remember that it is missing."""
        dropped = self._waiting.pop(next(iter(self._waiting)))
        self.waiting_bytes -= len(dropped.raw)
        source = dropped.route.source
        sequence = dropped.position if dropped.v1 else dropped.route.sequence
        missing = self._missing.setdefault(source, _Missing(sequence))
        missing.until = sequence + 1
        missing.frames += 1
        return dropped

    def take(self) -> Iterable[tuple[int, Parcel]]:
        """Empty the lane."""
        waiting = self._waiting
        self._waiting, self._orders, self.waiting_bytes = {}, {}, 0
        return waiting.items()

    def take_notices(self) -> list[v2.GapNotice]:
        """Say what was dropped since it was last said, a notice a source."""
        missing: Mapping[int, _Missing] = self._missing
        self._missing = {}
        return [
            v2.GapNotice(str(source), lost.first, lost.until, self.channel, lost.frames)
            for source, lost in missing.items()
        ]

    def take_conflations(self) -> list[v2.Conflated]:
        """Say what was superseded since it was last said, a word a source."""
        superseded: Mapping[int, int] = self._superseded
        self._superseded = {}
        return [
            v2.Conflated(str(source), self.channel, frames) for source, frames in superseded.items()
        ]


class _Missing:
    """What was dropped of one source."""

    def __init__(self, first: int) -> None:
        self.first = self.until = first
        self.frames = 0
