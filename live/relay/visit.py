"""One client's visit to an outgoing socket: what it says, and what has to be done about it.

Pure: bytes in, acts out; the rim carries the acts out in order. The theory in one table::

    state      hears                  does                            becomes
    opening    nothing, in time       serve v1                        v1
    opening    anything but a hello   serve v1                        v1
    opening,v1 a hello                welcome, stop v1                v2
    opening,v1 an impossible hello    refuse in words, hang up        closed
    v1         anything else          nothing; in the end, not read   v1
    v2         subscribe, replay      that                            v2
    v2         heartbeat              nothing                         v2
    v2         anything else          refuse in words, hang up        closed

On the v1 socket a visit opens as v1, because the first relay streams at once; a hello still counts.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from domain.clock import SECOND_NS
from domain.errors import RemoteWireError
from live.protocol import v2
from live.protocol.v2.negotiation import Event

VERSIONS = (v2.V2_0,)
REPLAY = "replay"
COUNTS = "counts"
FEATURES = (REPLAY, COUNTS)
"""``replay``: the client is told positions between frames, from which it can ask for a replay.
``counts``: it is told how many frames were meant for it, and what of them gave way."""
TOLERATED_INPUT_BYTES = 64 * 1024
"""What a v1 client may send before it is not read any more; the first relay read nothing."""
MOST_REQUESTS = 20
"""Frames a second that a v2 client may say; a person changes a filter, a flood says thousands."""


class ServeV1(msgspec.Struct, frozen=True):
    """Give it the market channel as the first relay would."""


class Write(msgspec.Struct, frozen=True):
    """Write these bytes."""

    data: bytes


class Join(msgspec.Struct, frozen=True):
    """It speaks v2 from now on: end its v1 stream and let it in, behind `welcome`."""

    welcome: bytes
    client: str
    has_marks: bool
    has_counts: bool = False


class Want(msgspec.Struct, frozen=True):
    """Give it what it wants from now on."""

    subscribe: v2.Subscribe


class Replay(msgspec.Struct, frozen=True):
    """Give it frames again."""

    request: v2.ReplayRequest


class StopReading(msgspec.Struct, frozen=True):
    """Read no more of it; what it says is for nobody."""


class HangUp(msgspec.Struct, frozen=True):
    """Close, once what was written has left."""

    reason: str


Act = ServeV1 | Write | Join | Want | Replay | StopReading | HangUp


class _State(Enum):
    OPENING = "opening"
    V1 = "v1"
    V2 = "v2"
    CLOSED = "closed"


class Visit:
    """The state of one visit.

    Args:
        opens_as_v1: Whether this socket streams v1 before anything was said.
        no_room: Why it may not stay, when it may not. Only who says hello is told: a v1 reader must
            never meet a v2 frame.
    """

    def __init__(self, *, opens_as_v1: bool, no_room: str = "") -> None:
        self._no_room = no_room
        self._talk = v2.ServerTalk(VERSIONS, FEATURES)
        self._opens_as_v1 = opens_as_v1
        self._state = _State.OPENING
        self._heard_bytes = 0
        self._second = 0
        self._requests = 0

    @property
    def is_undecided(self) -> bool:
        """Whether the time to say hello is running."""
        return self._state is _State.OPENING

    def opened(self) -> list[Act]:
        """Say what a new connection gets."""
        return self._serve_v1() if self._opens_as_v1 else []

    def silent(self) -> list[Act]:
        """Say what is done about a client that has not said hello in time."""
        return self._serve_v1() if self._state is _State.OPENING else []

    def receive(self, data: bytes, now_ns: int) -> list[Act]:
        """Take what the client sent."""
        if self._state is _State.CLOSED:
            return []
        acts: list[Act] = []
        for event in self._talk.receive(data, now_ns):
            acts += self._after(event, now_ns)
            if self._is(_State.CLOSED):
                return acts
        if self._state is _State.V1:
            self._heard_bytes += len(data)
            if self._heard_bytes > TOLERATED_INPUT_BYTES:
                acts.append(StopReading())
        return acts

    def refuse(self, reason: str, now_ns: int) -> list[Act]:
        """Say no in words and hang up."""
        if self._state is _State.CLOSED:
            return []
        self._state = _State.CLOSED
        said = v2.encode(v2.Refused(reason), source=v2.SOURCE_RELAY, sequence=0, sent_ns=now_ns)
        return [Write(said), HangUp(reason)]

    def _is(self, state: _State) -> bool:
        return self._state is state

    def _serve_v1(self) -> list[Act]:
        if self._no_room:
            self._state = _State.CLOSED
            return [HangUp(self._no_room)]
        self._state = _State.V1
        return [ServeV1()]

    def _after(self, event: Event, now_ns: int) -> list[Act]:
        match event:
            case v2.Agreed() if self._no_room:
                return self.refuse(self._no_room, now_ns)
            case v2.Agreed():
                self._state = _State.V2
                features = event.features
                return [Join(event.reply, event.peer, REPLAY in features, COUNTS in features)]
            case v2.SaidNo():
                self._state = _State.CLOSED
                return [Write(event.reply), HangUp(event.reason)]
            case v2.SpeaksV1():
                return self.silent()
            case v2.Heard():
                return self._request(event.frame, now_ns)
            case _:
                return []

    def _request(self, frame: v2.Frame, now_ns: int) -> list[Act]:
        try:
            message = frame.message
        except RemoteWireError as error:
            return self.refuse(str(error), now_ns)
        if self._is_flooding(now_ns):
            return self.refuse("ask less often: 20 requests a second at most", now_ns)
        if isinstance(message, v2.Heartbeat):
            return []
        if isinstance(message, v2.Subscribe | v2.ReplayRequest):
            return [Want(message) if isinstance(message, v2.Subscribe) else Replay(message)]
        name = type(message).__name__
        return self.refuse(f"a reader subscribes or asks for a replay, not {name}", now_ns)

    def _is_flooding(self, now_ns: int) -> bool:
        second = now_ns // SECOND_NS
        if second != self._second:
            self._second, self._requests = second, 0
        self._requests += 1
        return self._requests > MOST_REQUESTS
