"""Who speaks what: the few words between connecting and the first data. Pure: bytes in, events out.

The server never speaks first. Silence, or anything that is not a hello, is a v1 client, which is
served v1 for ever. A hello is answered once, with a welcome or with a refusal in words. A client
whose hello nobody answers stands before an old relay: it falls back to v1 if it may, and only then.

A version is a u16, major in the high byte: 0x0200 is 2.0. Which bytes are due when is all that is
here; sockets, clocks and time-outs belong to the rims.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from domain.errors import LocalWireError, RemoteWireError
from live.protocol.v1 import HEADER_BYTES as V1_HEADER_BYTES
from live.protocol.v1 import MAGIC as V1_MAGIC
from live.protocol.v2.control import Hello, Refused, Welcome
from live.protocol.v2.frames import HEADER_BYTES, MAGIC, Decoder, Frame, encode
from live.protocol.v2.table import TABLE
from live.protocol.v2.talk import (
    V2_0,
    Agreed,
    Event,
    FellBack,
    Heard,
    SaidNo,
    SpeaksV1,
    V1Bytes,
    version_text,
)

HELLO_BYTES = 256
"""The most a hello may have: an old relay never reads it, so it must fit any socket's buffer."""

_SIZE_AT = 12
_SIZE_END = 16
_RELAY, _CLIENT = 3, 0
_HELLO = TABLE.by_message[Hello].number


class _State(Enum):
    OPENING = "opening"
    ANSWERED = "answered"
    V1 = "v1"
    V2 = "v2"
    CLOSED = "closed"


class ServerTalk:
    """The server's side of one connection.

    Args:
        versions: Every version this server speaks; those below 2.0 need no hello.
        features: What it can do beyond.
        name: What it calls itself.
    """

    def __init__(
        self, versions: Iterable[int], features: Iterable[str] = (), *, name: str = "relay"
    ) -> None:
        self._versions = tuple(sorted(v for v in versions if v >= V2_0))
        self._features = tuple(features)
        self._name = name
        self._state = _State.OPENING
        self._opening = b""
        self._decoder = Decoder()

    @property
    def is_v2(self) -> bool:
        """Whether this client has been welcomed."""
        return self._state is _State.V2

    def receive(self, data: bytes, now_ns: int = 0) -> list[Event]:
        """Take what the client sent.

        Args:
            data: As read.
            now_ns: Dates the answer.

        Returns:
            What follows from it; nothing at all from a v1 client, whatever it says.
        """
        match self._state:
            case _State.OPENING:
                return self._open(data, now_ns)
            case _State.V2:
                return self._hear(data, now_ns)
            case _:
                return []

    def silent(self) -> SpeaksV1:
        """Say what a client is that has not said hello within the time it was given."""
        return SpeaksV1()

    def _open(self, data: bytes, now_ns: int) -> list[Event]:
        self._opening += data
        opening = self._opening
        if not opening.startswith(MAGIC[: len(opening)]):
            self._state, self._opening = _State.V1, b""
            return [SpeaksV1()]
        size = int.from_bytes(opening[_SIZE_AT:_SIZE_END], "little")
        if len(opening) >= _SIZE_END and HEADER_BYTES + size > HELLO_BYTES:
            return [self._refuse("say hello first, in at most 256 bytes", now_ns)]
        if len(opening) < HEADER_BYTES + size:
            return []
        self._opening = b""
        return self._hear(opening, now_ns)

    def _hear(self, data: bytes, now_ns: int) -> list[Event]:
        events: list[Event] = []
        try:
            for frame in self._decoder.feed(data):
                events.append(self._heard(frame, now_ns))
                if self._state is _State.CLOSED:
                    return events
        except RemoteWireError as error:
            return [*events, self._refuse(str(error), now_ns)]
        if self._decoder.broken is not None:
            events.append(self._refuse(str(self._decoder.broken), now_ns))
        return events

    def _heard(self, frame: Frame, now_ns: int) -> Event:
        is_hello = frame.schema == _HELLO
        if is_hello == (self._state is _State.V2):
            sentence = "say hello once" if is_hello else "say hello before anything else"
            return self._refuse(sentence, now_ns)
        return self._welcome(frame, now_ns) if is_hello else Heard(frame)

    def _welcome(self, frame: Frame, now_ns: int) -> Event:
        hello = frame.message
        if not isinstance(hello, Hello):
            return self._refuse("say hello before anything else", now_ns)
        both = [v for v in self._versions if hello.lowest <= v <= hello.highest]
        if not both:
            return self._refuse(self._impossible(hello), now_ns)
        features = tuple(f for f in self._features if f in hello.features)
        self._state = _State.V2
        welcome = Welcome(both[-1], features, self._name)
        return Agreed(both[-1], features, hello.client, _written(welcome, now_ns, _RELAY))

    def _impossible(self, hello: Hello) -> str:
        spoken = ", ".join(version_text(v) for v in self._versions) or "v1 only"
        asked = f"{version_text(hello.lowest)} to {version_text(hello.highest)}"
        return f"this relay speaks {spoken} and you ask for {asked}; none is both"

    def _refuse(self, reason: str, now_ns: int) -> SaidNo:
        self._state = _State.CLOSED
        return SaidNo(reason, _written(Refused(reason), now_ns, _RELAY))


class ClientTalk:
    """The client's side of one connection.

    Args:
        lowest, highest: Versions it speaks beyond v1; both at least 2.0.
        features: What it can do beyond.
        may_fall_back: Whether it can live with v1; if not, v1 bytes are an error.
        name: What it calls itself.

    Raises:
        LocalWireError: No hello can say this.
    """

    def __init__(
        self,
        lowest: int = V2_0,
        highest: int = V2_0,
        features: Sequence[str] = (),
        *,
        may_fall_back: bool,
        name: str = "client",
    ) -> None:
        if not V2_0 <= lowest <= highest:
            raise LocalWireError("a hello asks for 2.0 or more", lowest=lowest, highest=highest)
        self._lowest, self._highest = lowest, highest
        self._features = tuple(features)
        self._may_fall_back = may_fall_back
        self._hello = _written(Hello(lowest, highest, self._features, name), 0, _CLIENT)
        if len(self._hello) > HELLO_BYTES:
            raise LocalWireError("name fewer features: a hello has 256 bytes at most")
        self._state = _State.OPENING
        self._held = b""
        self._decoder = Decoder()

    def hello(self) -> bytes:
        """Give what to write first."""
        return self._hello

    def receive(self, data: bytes) -> list[Event]:
        """Take what the server sent.

        Raises:
            RemoteWireError: It is not what we may be answered: no frames, a welcome to something we
                did not offer, v1 where we may not fall back, or an answer after we gave up.
        """
        if self._state is _State.V2:
            return self._heard(data)
        if self._state is _State.ANSWERED:
            return self._answered(data)
        data, self._held = self._held + data, b""
        at = self._end_of_v1(data)
        events: list[Event] = [V1Bytes(data[:at])] if at else []
        rest = data[at:]
        if rest.startswith(MAGIC):
            return events + self._answered(rest)
        self._held = rest
        return events

    def timed_out(self) -> FellBack | None:
        """Give up waiting for an answer; None when it has come already.

        Raises:
            RemoteWireError: This client may not fall back to v1.
        """
        if self._state is _State.V2:
            return None
        if not self._may_fall_back:
            raise RemoteWireError(
                "nobody answered the hello, as an old relay does; allow v1 or upgrade the relay"
            )
        self._state = _State.V1
        return FellBack()

    def _end_of_v1(self, data: bytes) -> int:
        """Say where the whole v1 frames at the front end."""
        at = 0
        while at < len(data) and data[at] == V1_MAGIC:
            if not self._may_fall_back:
                raise RemoteWireError("v1 came where only v2 may: nobody here knows our hello")
            end = at + V1_HEADER_BYTES + int.from_bytes(data[at + 3 : at + 5], "little")
            if at + V1_HEADER_BYTES > len(data) or end > len(data):
                return at
            at = end
        if not MAGIC.startswith(data[at : at + len(MAGIC)]):
            raise RemoteWireError("this is neither v1 nor v2", got=data[at : at + 8].hex())
        return at

    def _answered(self, data: bytes) -> list[Event]:
        if self._state is _State.V1:
            raise RemoteWireError("the hello was answered after we gave up; connect again")
        self._state = _State.ANSWERED
        frames = self._decoder.feed(data)
        if not frames:
            return []
        answer = frames[0].message
        if isinstance(answer, Refused):
            self._state = _State.CLOSED
            return [SaidNo(answer.reason)]
        if not isinstance(answer, Welcome):
            raise RemoteWireError("a hello is answered first", schema=frames[0].schema)
        return [self._agreed(answer), *map(Heard, frames[1:])]

    def _agreed(self, welcome: Welcome) -> Agreed:
        is_offered = set(welcome.features) <= set(self._features)
        if not (self._lowest <= welcome.version <= self._highest and is_offered):
            raise RemoteWireError(
                "this welcome is to something we did not offer",
                version=version_text(welcome.version),
                features=", ".join(welcome.features),
            )
        self._state = _State.V2
        return Agreed(welcome.version, welcome.features, welcome.server)

    def _heard(self, data: bytes) -> list[Event]:
        return [Heard(frame) for frame in self._decoder.feed(data)]


def _written(message: Hello | Welcome | Refused, now_ns: int, source: int) -> bytes:
    return encode(message, source=source, sequence=0, sent_ns=now_ns)
