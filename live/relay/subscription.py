"""A v2 reader's side of a relay: hello, subscribe, and what was missed while away. Pure.

One subscription outlives its connections. It remembers the positions it was told last and the
frames that came since; when it connects again it asks for what lies behind, and drops what it has
already. Either the gap closes without a word, or the reader is told to start afresh: a state of
everything it wants follows. An event (a signal, a result, an alert) is given once even then.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from domain.errors import RemoteWireError
from live.protocol import v2
from live.protocol.v2.table import TABLE
from live.relay.visit import COUNTS, REPLAY

_ACK, _POSITIONS, _REFUSED, _UNAVAILABLE = (
    TABLE.by_message[message].number
    for message in (v2.Ack, v2.Positions, v2.Refused, v2.ReplayUnavailable)
)
_WORDS = frozenset((_ACK, _POSITIONS, _REFUSED, _UNAVAILABLE))
_SOURCE_READER = 0
_IDENTITY = slice(6, 44)
"""Source, schema, sequence, times and checksum: what tells one frame from every other."""
_STATES = frozenset(
    TABLE.by_message[message].number
    for message in (v2.PoolState, v2.ChainHead, v2.OrderBookState, v2.V1Frame)
)
"""What a relay may say twice on purpose, to who starts afresh."""
RECENT = 1_024
"""Events remembered across a restart of the relay; one that reads from others may hand the last
few on again (`nats/link.py`)."""
MOST_UNMARKED = 100_000
"""Frames remembered since the last mark; a relay of ours marks every few milliseconds."""


class Taken(NamedTuple):
    """What came of some bytes.

    Args:
        is_fresh: Whether what was known may be old: the first connection, or a gap that stays open.
            The frames after it begin with the state of everything.
        frames: For the reader, in order.
        v1: Whole v1 frames, on a relay that knows no v2.
        reply: What has to be written now.
    """

    is_fresh: bool
    frames: Sequence[v2.Frame]
    v1: bytes = b""
    reply: bytes = b""


class Subscription:
    """One reader of one relay.

    Args:
        wanted: What it wants; its `replay_from` is ours to fill.
        name: What it calls itself.
        may_fall_back: Whether it can live with v1 from an old relay.
        is_counting: Whether it wants to be told what was meant for it, as frames among the others.
    """

    def __init__(
        self,
        wanted: v2.Subscribe,
        *,
        name: str,
        may_fall_back: bool = False,
        is_counting: bool = False,
    ) -> None:
        self._wanted = wanted
        self._name = name
        self._may_fall_back = may_fall_back
        self._features = (REPLAY, COUNTS) if is_counting else (REPLAY,)
        self._positions: tuple[v2.Position, ...] = ()
        self._unmarked: list[v2.Frame] = []
        self._had: set[bytes] = set()
        self._recent: deque[v2.Frame] = deque(maxlen=RECENT)
        self._before: frozenset[bytes] = frozenset()
        self._is_asking = False
        self._is_fresh = False
        self._frames: list[v2.Frame] = []
        self._talk = self._new_talk()

    @property
    def is_settled(self) -> bool:
        """Whether it is known what this connection speaks: it was welcomed, or has fallen back."""
        return self._is_settled

    def connected(self) -> bytes:
        """Begin a connection; gives what to write first."""
        self._talk = self._new_talk()
        self._had |= {frame.raw[_IDENTITY] for frame in self._unmarked}
        self._unmarked.clear()
        self._before = frozenset(frame.raw[_IDENTITY] for frame in self._recent)
        return self._talk.hello()

    def receive(self, data: bytes) -> Taken:
        """Take what the relay sent.

        Raises:
            RemoteWireError: It is no answer to us, or a refusal in words; connect again later.
        """
        self._frames, self._is_fresh = [], False
        old, reply = b"", b""
        run: list[v2.Frame] = []
        for event in self._talk.receive(data):
            if isinstance(event, v2.Heard):
                if event.frame.schema not in _WORDS:
                    run.append(event.frame)
                    continue
                self._take(run)
                run = []
                self._hear(event.frame)
            elif isinstance(event, v2.Agreed):
                reply = self._subscribe(event.features)
            elif isinstance(event, v2.V1Bytes):
                old += event.data
            elif isinstance(event, v2.SaidNo):
                raise _refused(event.reason)
        self._take(run)
        return Taken(self._is_fresh, self._frames, old, reply)

    def timed_out(self) -> None:
        """Give up waiting for a welcome: this connection is v1.

        Raises:
            RemoteWireError: This reader may not fall back.
        """
        self._talk.timed_out()
        self._is_settled = True

    def _new_talk(self) -> v2.ClientTalk:
        self._is_settled = False
        return v2.ClientTalk(
            features=self._features, may_fall_back=self._may_fall_back, name=self._name
        )

    def _subscribe(self, features: Sequence[str]) -> bytes:
        self._is_settled = True
        positions = self._positions if REPLAY in features else ()
        self._is_asking = bool(positions)
        wanted = msgspec.structs.replace(self._wanted, replay_from=positions)
        return v2.encode(wanted, source=_SOURCE_READER, sequence=0, sent_ns=0)

    def _hear(self, frame: v2.Frame) -> None:
        schema = frame.schema
        if schema == _POSITIONS:
            self._stand_at(frame)
        elif schema == _UNAVAILABLE or (schema == _ACK and not self._is_asking):
            self._start_afresh()
        elif schema == _REFUSED:
            message = frame.message
            raise _refused(message.reason if isinstance(message, v2.Refused) else "")

    def _stand_at(self, frame: v2.Frame) -> None:
        message = frame.message
        if isinstance(message, v2.Positions):
            self._positions = message.positions
            self._unmarked.clear()
            self._had.clear()

    def _start_afresh(self) -> None:
        self._is_fresh = True
        self._positions = ()
        self._unmarked.clear()
        self._had.clear()

    def _take(self, run: list[v2.Frame]) -> None:
        """Take frames that no word of the relay stands between: as few steps as there can be."""
        if self._had or self._before:
            run = [frame for frame in run if self._is_new(frame)]
        self._recent.extend([frame for frame in run if frame.schema not in _STATES])
        if self._positions:
            self._unmarked += run
            if len(self._unmarked) > MOST_UNMARKED:
                self._positions = ()  # too many to tell what came twice: the next gap stays open
                self._unmarked.clear()
        self._frames += run

    def _is_new(self, frame: v2.Frame) -> bool:
        identity = frame.raw[_IDENTITY]
        if identity in self._had:
            self._had.discard(identity)
            self._unmarked.append(frame)
            return False
        return frame.schema in _STATES or identity not in self._before


def _refused(reason: str) -> RemoteWireError:
    return RemoteWireError(f"the relay refused us: {reason}")
