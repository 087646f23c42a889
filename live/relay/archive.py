"""What the relay knows of its channels: their positions, their last frames, their last states.

Pure but for the clock. It answers what a subscription or a replay is to be told; who is told, and
through which filter, is the hub's affair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from domain.clock import Clock
from live.protocol import v2
from live.relay.chunks import Run
from live.relay.filters import Want, compiled
from live.relay.history import History, RunHistory
from live.relay.market_memory import MarketMemory
from live.relay.parcels import Parcel, own_parcel, state_of
from live.relay.policies import Limits
from live.relay.state_memory import StateMemory
from live.relay.wrapping import MARKET, Wrapper


class Answer(NamedTuple):
    """What one reader is told.

    Args:
        words: The relay's own frames, first.
        parcels: Frames of the channels, still to be filtered.
    """

    words: Sequence[Parcel]
    parcels: Sequence[Parcel]


class Archive:
    """Positions, histories and states of all channels.

    Args:
        clock: Dates what the relay says.
        memory: Of the market channel.
        limits: How far a replay can go back.
    """

    def __init__(self, clock: Clock, memory: MarketMemory, limits: Limits) -> None:
        self.epoch_ns = clock.now_ns()
        self._clock = clock
        self._limits = limits
        self._market = memory
        self._wrapper = Wrapper(memory)
        self._states = StateMemory()
        self._positions = dict.fromkeys(v2.CHANNELS, 0)
        self._marked = dict(self._positions)
        self._order = 0
        self._histories: dict[str, History] = {}
        self._runs: RunHistory | None = None

    def positions(self) -> Mapping[str, int]:
        """Give how many frames of each channel have come by."""
        return self._positions

    def keep(self, frame: v2.Frame, origin: str) -> Parcel:
        """Number a frame, remember it, and give it as a parcel.

        Raises:
            RemoteWireError: Its routing block or the front of its payload is malformed.
        """
        route = v2.route_of(frame)
        key, is_whole = state_of(frame)
        channel = route.channel
        position = self._positions.get(channel, 0) + 1
        self._order += 1
        parcel = Parcel(frame.raw, route, position, origin, key, is_whole, order=self._order)
        self._positions[channel] = position
        if channel in v2.CHANNELS:  # one that is newer than we are passes and is not replayed
            self._history(channel).keep(parcel)
        self._states.keep(parcel)
        return parcel

    def keep_run(self, run: Run, *, is_heard: bool) -> Sequence[Parcel]:
        """Number the frames of a run, remember them if anybody ever asked for the market.

        Args:
            run: Whole v1 frames.
            is_heard: Whether anybody wants them dressed for v2 readers now.

        Returns:
            The dressed frames, if so.
        """
        first = self._positions[MARKET] + 1
        self._positions[MARKET] += run.frames
        self._order += 1
        if self._runs is not None:
            self._runs.keep(run, self._order)
        if not is_heard:
            return ()
        return self._wrapper.wrap_run(run, first, self._clock.now_ns(), self._order)

    def answer(self, asked: v2.Subscribe, want: Want, before: Want | None) -> Answer:
        """Say what a subscription is told: where channels stand, then what it has to know.

        A gap is closed on all of the channels it asks about, or on none: then it is told so for
        each, and gets the state of everything. What is closed needs no state.

        Args:
            asked: The subscription.
            want: The same, as the filter it is.
            before: What the reader wanted until now, and has the state of.
        """
        self._remember_market(want)
        words = [self.say(v2.Ack(asked.request, self._stand(want)))]
        starts = [start for start in asked.replay_from if want.takes_channel(start.channel)]
        missed = {start.channel: self._after(start) for start in starts}
        if any(parcels is None for parcels in missed.values()):
            words += [self.say(self._unavailable(asked.request, start)) for start in starts]
            missed = {}
        replayed = [parcel for parcels in missed.values() for parcel in parcels or ()]
        replayed.sort(key=attrgetter("order"))
        return Answer(words, [*self._state(want, before, set(missed)), *replayed])

    def again(self, asked: v2.ReplayRequest) -> Answer:
        """Say what a request for a replay is told."""
        missed = self._after(asked.start)
        if missed is None:
            return Answer([self.say(self._unavailable(asked.request, asked.start))], ())
        stand = (self._position(asked.start.channel),)
        return Answer([self.say(v2.Ack(asked.request, stand))], missed)

    def has_moved(self) -> bool:
        """Whether any channel moved since this was asked last."""
        if self._marked == self._positions:
            return False
        self._marked = dict(self._positions)
        return True

    def mark(self, want: Want) -> Parcel:
        """Say where the wanted channels stand, to stand between frames."""
        return self.say(v2.Positions(self._stand(want)))

    def expiry_notice(self, parcel: Parcel) -> Parcel:
        """Say that a frame is worth nothing any more."""
        route = parcel.route
        return self.say(
            v2.ExpiryNotice(
                route.schema, route.source, route.sequence, route.correlation, route.expires_ns
            )
        )

    def say(self, message: v2.Message) -> Parcel:
        """Write a message in the relay's name; its sequence is 0, which every tracker accepts."""
        raw = v2.encode(message, source=v2.SOURCE_RELAY, sequence=0, sent_ns=self._clock.now_ns())
        return own_parcel(raw)

    def _history(self, channel: str) -> History:
        found = self._histories.get(channel)
        if found is None:
            found = History(self._limits.replay_frames, self._limits.replay_bytes)
            self._histories[channel] = found
        return found

    def _remember_market(self, want: Want) -> None:
        if self._runs is None and want.takes_channel(MARKET):
            self._runs = RunHistory(self._limits.replay_frames, self._limits.replay_bytes)

    def _stand(self, want: Want) -> tuple[v2.Position, ...]:
        return tuple(
            self._position(channel) for channel in v2.CHANNELS if want.takes_channel(channel)
        )

    def _position(self, channel: str) -> v2.Position:
        return v2.Position(channel, self.epoch_ns, self._positions.get(channel, 0))

    def _after(self, start: v2.Position) -> Sequence[Parcel] | None:
        newest = self._positions.get(start.channel)
        if newest is None or start.epoch_ns != self.epoch_ns:
            return None
        if start.channel != MARKET:
            return self._history(start.channel).after(start.sequence, newest)
        missed = self._runs.after(start.sequence, newest) if self._runs is not None else None
        if missed is None:
            return None
        now_ns = self._clock.now_ns()
        return [
            self._wrapper.wrap(found.raw, found.position, now_ns, found.origin, found.order)
            for found in missed
        ]

    def _unavailable(self, request: int, start: v2.Position) -> v2.ReplayUnavailable:
        newest = self._positions.get(start.channel, 0)
        reason = "the relay keeps fewer frames than have come by since"
        if start.epoch_ns != self.epoch_ns:
            reason = "the relay has begun anew since"
        elif start.sequence > newest:
            reason = "the channel has not come that far"
        elif self._after(start) is not None:
            reason = "another channel's gap cannot be closed, so this one's is not either"
        kept = self._runs if start.channel == MARKET else self._histories.get(start.channel)
        oldest = newest if kept is None else kept.oldest(newest)
        place = v2.Position(start.channel, self.epoch_ns, oldest)
        return v2.ReplayUnavailable(request, place, reason)

    def _state(self, want: Want, before: Want | None, closed: set[str]) -> list[Parcel]:
        """Give the states a reader needs: not those it has, not those a replay brings."""
        states = [parcel for parcel in self._states.replay() if parcel.route.channel not in closed]
        if want.takes_channel(MARKET) and MARKET not in closed:
            now_ns = self._clock.now_ns()
            states = [self._wrapper.wrap(raw, 0, now_ns) for raw in self._market.replay()] + states
        if before is None:
            return states
        had = compiled(before)
        return [parcel for parcel in states if had is not None and not had(parcel.route)]
