"""The v2 side of the relay: every frame once, to every member that wants it.

Pure but for the clock that is handed in. Frames go in by :meth:`Hub.publish` and
:meth:`Hub.market`; the rim calls :meth:`Hub.flush` at the end of the wake-up and :meth:`Hub.tick`
now and then; what is written goes to the sinks of members, one write each. Equal wants are one
evaluation and one joined buffer. What a subscription is answered is the archive's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domain.clock import Clock
from domain.errors import RemoteWireError
from live.protocol import v2
from live.protocol.v2.table import TABLE
from live.relay.archive import Archive
from live.relay.chunks import Run
from live.relay.counting import Counting
from live.relay.expiry import ExpiryQueue
from live.relay.filters import Want, want_of
from live.relay.ledger import Accounts, Ledger, summed
from live.relay.market_memory import MarketMemory
from live.relay.members import Group, Member, Selection, Sink, selection_of
from live.relay.offers import Offers, by_channel
from live.relay.parcels import Parcel
from live.relay.policies import DEFAULT_POLICIES, Limits, Policies
from live.relay.queues import Queue
from live.relay.wrapping import MARKET

NAME = "relay"
_PASSED_ON = frozenset(
    TABLE.by_message[message].number for message in (v2.Heartbeat, v2.GapNotice, v2.ExpiryNotice)
)
_OWN_WORDS = (
    frozenset(schema.number for schema in TABLE.schemas if schema.channel == v2.CONTROL)
    - _PASSED_ON
)
"""What is said between a relay and one client: never handed on from a producer."""


class Hub:
    """Members, and the frames on their way to them.

    Args:
        clock: Dates the relay's own frames and decides what has expired.
        memory: The market's, for the symbols of v1 frames and for late joiners.
        wake: Called when frames wait for the next :meth:`flush`.
        limits: How much is kept.
        policies: What gives way, by channel.
    """

    def __init__(
        self,
        clock: Clock,
        memory: MarketMemory,
        wake: Callable[[], None],
        *,
        limits: Limits | None = None,
        policies: Policies | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.archive = Archive(clock, memory, self.limits)
        self.refused_frames = 0
        self._clock = clock
        self._wake = wake
        self._policies = {**DEFAULT_POLICIES, **(policies or {})}
        self._groups: dict[tuple[Want, str], Group] = {}
        self._pending: list[Parcel] = []
        self._unheard_market = 0
        self._is_awake = False
        self._expiries: ExpiryQueue[Member] = ExpiryQueue(self.limits.expiries)
        self._offers = Offers()
        self._left: dict[str, Ledger] = {}
        self._members: dict[Member, Group | None] = {}
        self._counting: dict[Member, Counting] = {}

    @property
    def members(self) -> Sequence[Member]:
        """Who is here, subscribed or not."""
        return list(self._members)

    def accounts(self) -> Accounts:
        """Give what became of every frame, by channel, those who left included."""
        return summed([self._left, *(self.accounts_of(member) for member in self._members)])

    def accounts_of(self, member: Member) -> Accounts:
        """Give what became of every frame that one member was offered."""
        if member in self._members:
            self._settle(member)
        return member.accounts

    def publish(self, frame: v2.Frame, origin: str = "") -> None:
        """Hand on one frame of a producer; it is written at the end of this wake-up.

        Raises:
            RemoteWireError: Its routing block or the front of its payload is malformed.
        """
        if frame.schema in _OWN_WORDS:
            self.refused_frames += 1
            return
        self._queue((self.archive.keep(frame, origin),))

    def announce(self, notice: v2.GapNotice, origin: str = "") -> None:
        """Tell everyone that frames of a source never reached the relay."""
        [frame] = v2.Decoder().feed(self.archive.say(notice).raw)
        self.publish(frame, origin)

    def market(self, runs: Sequence[Run]) -> None:
        """Hand on v1 frames that the v1 readers have been written already."""
        is_heard = any(group.want.takes_channel(MARKET) for group in self._groups.values())
        for run in runs:
            self._queue(self.archive.keep_run(run, is_heard=is_heard))
            if self._members and not is_heard:
                self._unheard_market += run.frames

    def flush(self) -> int:
        """Write what is pending: one evaluation and one join a want, one write a member.

        Returns:
            How many frames it was.
        """
        self._is_awake = False
        pending, self._pending = self._pending, []
        unheard, self._unheard_market = self._unheard_market, 0
        if not pending and not unheard:
            return 0
        offered = by_channel(pending)
        self._offers.count(offered)
        if unheard:
            self._offers.count({MARKET: unheard})
        now_ns = self._clock.now_ns()
        everything: Selection | None = None
        for group in list(self._groups.values()):
            taken = pending if group.wants_everything else group.select(pending)
            if len(taken) == len(pending):
                everything = everything or selection_of(pending, offered, now_ns)
                self._give(group, everything)
            elif taken:
                self._give(group, selection_of(taken, by_channel(taken), now_ns))
        return len(pending)

    def tick(self) -> None:
        """Tell expiries that are due, and the positions of those who asked for marks."""
        self.flush()
        for expired in self._expiries.due(self._clock.now_ns()):
            notice = self.archive.expiry_notice(expired.parcel)
            for member in expired.readers:
                if member.is_here:
                    self._tell(member, [notice])
        self._mark()
        self._count()

    def attach(
        self,
        sink: Sink,
        *,
        name: str = "",
        skip_origin: str = "",
        has_marks: bool = False,
        has_counts: bool = False,
    ) -> Member:
        """Let a reader in; it gets nothing before it subscribes (:meth:`subscribe`).

        Args:
            sink: Where its frames go.
            name: For logs.
            skip_origin: An ingest whose frames it must not hear back; empty for none.
            has_marks: Whether it is told positions, to replay from.
            has_counts: Whether it is told how much was meant for it, and what gave way.
        """

        def new_queue(account: Callable[[str], Ledger]) -> Queue:
            return Queue(self.limits.queue_bytes, self._policies, account)

        self.flush()
        member = Member(
            sink,
            name,
            new_queue,
            skip_origin=skip_origin,
            has_marks=has_marks,
            has_counts=has_counts,
        )
        member.settled = self._offers.stand(None)
        self._members[member] = None
        if member.counting is not None:
            self._counting[member] = member.counting
        return member

    def subscribe(self, member: Member, wanted: v2.Subscribe) -> None:
        """Give a member what it wants from now on; another subscription replaces the first.

        Raises:
            RemoteWireError: It asks for what does not exist, or for more than we filter by.
        """
        want = want_of(wanted)
        self.flush()
        before, group = self._members[member], self._group(want, member.skip_origin)
        heard = self.archive.answer(wanted, want, before.want if before else None)
        self._move(member, group)
        self._tell(member, heard.words)
        self._tell(member, group.select(heard.parcels))
        if member.has_marks:
            self._tell(member, [self.archive.mark(want)])
        if member.counting is not None:
            self._settle(member)
            begun = member.counting.begin(member.accounts, self._clock.now_ns())
            self._tell(member, [self.archive.say(begun)])

    def replay(self, member: Member, asked: v2.ReplayRequest) -> None:
        """Give a member frames of a channel again, as far as it wants and may have them.

        Raises:
            RemoteWireError: It has not subscribed.
        """
        group = self._members[member]
        if group is None:
            raise RemoteWireError("subscribe before you ask for a replay")
        self.flush()
        heard = self.archive.again(asked)
        self._tell(member, heard.words)
        told = group.select(heard.parcels)
        self._tell(member, told[: asked.most_frames] if asked.most_frames else told)

    def pause(self, member: Member) -> None:
        """Let a member's frames wait: it takes no more for now."""
        member.is_paused = True

    def resume(self, member: Member) -> None:
        """Give a member all that waited, led by what it missed, in one write."""
        if not member.is_here:
            return
        now_ns = self._clock.now_ns()
        member.is_paused = False
        notices, waiting = member.queue.take(now_ns)
        conflated = member.queue.take_conflations() if member.counting is not None else []
        missing = [self.archive.say(notice) for notice in (*notices, *conflated)]
        for _ in missing:
            member.ledger(v2.CONTROL).offered += 1
        member.give_waiting([*missing, *waiting])
        for parcel in waiting:
            if parcel.route.expires_ns:
                self._expiries.delivered(parcel, [member])

    def leave(self, member: Member) -> None:
        """Forget a member; what waited for it is written off."""
        if member not in self._members:
            return
        self._move(member, None)
        del self._members[member]
        self._counting.pop(member, None)
        member.leave()
        self._left = summed([self._left, member.accounts])

    def _queue(self, parcels: Sequence[Parcel]) -> None:
        if not self._members:
            return
        self._pending += parcels
        if not self._is_awake:
            self._is_awake = True
            self._wake()

    def _settle(self, member: Member) -> None:
        group = self._members[member]
        passed = group.passed if group is not None else None
        member.settled = self._offers.settle(member.accounts, member.settled, passed)

    def _give(self, group: Group, selection: Selection) -> None:
        group.passed.count(selection.passed, selection.expired)
        if not selection.parcels:
            return
        members = list(group.members)
        written = [member for member in members if member.give(selection)]
        if len(written) < len(members):
            for member in members:
                if member.queue.is_beyond_help:
                    self._cut_off(member)
        if selection.expiring and written:
            for parcel in selection.expiring:
                self._expiries.delivered(parcel, written)

    def _tell(self, member: Member, parcels: Sequence[Parcel]) -> None:
        """Give one member frames that nobody else gets now."""
        if not parcels or not member.is_here:
            return
        selection = selection_of(parcels, by_channel(parcels), self._clock.now_ns())
        member.offered_alone(selection)
        if not selection.parcels:
            return
        if member.give(selection):
            for parcel in selection.expiring:
                self._expiries.delivered(parcel, [member])
        elif member.queue.is_beyond_help:
            self._cut_off(member)

    def _cut_off(self, member: Member) -> None:
        self.leave(member)
        member.sink.cut_off("you read too slowly for a channel that may lose nothing; come back")

    def _group(self, want: Want, skip_origin: str) -> Group:
        return self._groups.setdefault((want, skip_origin), Group(want, skip_origin))

    def _move(self, member: Member, group: Group | None) -> None:
        before = self._members[member]
        self._settle(member)
        if before is not None:
            before.members.pop(member, None)
            if not before.members and before is not group:
                self._groups.pop((before.want, member.skip_origin), None)
        if group is not None:
            group.members[member] = None
            member.settled = self._offers.stand(group.passed)
        self._members[member] = group

    def _mark(self) -> None:
        if not self.archive.has_moved():
            return
        for group in list(self._groups.values()):
            mark = self.archive.mark(group.want)
            for member in list(group.members):
                if member.has_marks and not member.is_paused:
                    self._tell(member, [mark])

    def _count(self) -> None:
        """Tell those who asked for it, now and then, what was meant for them."""
        now_ns = self._clock.now_ns()
        for member, counting in list(self._counting.items()):
            if member.is_paused or not counting.is_due(now_ns):
                continue
            self._settle(member)
            word = counting.word(member.accounts, now_ns)
            if word is not None:
                self._tell(member, [self.archive.say(word)])
