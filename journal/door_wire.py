"""What is said through the recorder's door: messages and framing, no sockets.

Each message is a 4-byte big-endian length and a MessagePack body. A client appends or tails; the
recorder answers an append by its id, after the disk has it, and tells tails what was added.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain import errors
from domain.errors import InputRefused, InvariantBroken, PlatformError, RemoteWireError
from journal.entry import Entry
from journal.record import Record
from journal.records import KINDS, canonical_payload, parse_payload

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
"""A thousand facts are half a megabyte; more than this at once is nobody we know."""
_LENGTH_BYTES = 4


class WireEntry(msgspec.Struct, frozen=True, array_like=True):
    """An :class:`Entry` on the wire."""

    kind: str
    version: int
    payload: bytes
    observed_ns: int
    correlation_id: str
    causation_id: str
    venue_ns: int | None


class Append(msgspec.Struct, frozen=True, array_like=True, tag="append"):
    """Client: keep these facts; `call` comes back with the answer."""

    call: int
    entries: tuple[WireEntry, ...]


class Tail(msgspec.Struct, frozen=True, array_like=True, tag="tail"):
    """Client: tell me every fact of these kinds after a seq, for ever."""

    kinds: tuple[str, ...]
    after_seq: int


class Appended(msgspec.Struct, frozen=True, array_like=True, tag="appended"):
    """Recorder: the disk has them, at these seqs."""

    call: int
    seqs: tuple[int, ...]


class Failed(msgspec.Struct, frozen=True, array_like=True, tag="failed"):
    """Recorder: nothing of that call was kept, and why."""

    call: int
    error: str
    sentence: str


class Told(msgspec.Struct, frozen=True, array_like=True, tag="told"):
    """Recorder: these facts were added."""

    records: tuple[Record, ...]


Request = Append | Tail
Answer = Appended | Failed | Told

_encoder = msgspec.msgpack.Encoder()
_requests = msgspec.msgpack.Decoder(Request)
_answers = msgspec.msgpack.Decoder(Answer)


class MessageSplitter:
    """Cuts a byte stream into message bodies, whatever pieces it arrives in."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Give the bodies that are whole now.

        Raises:
            RemoteWireError: A message claims to be larger than any real one.
        """
        self._buffer += data
        bodies: list[bytes] = []
        while (body := self._next()) is not None:
            bodies.append(body)
        return bodies

    def _next(self) -> bytes | None:
        if len(self._buffer) < _LENGTH_BYTES:
            return None
        size = int.from_bytes(self._buffer[:_LENGTH_BYTES], "big")
        if size > MAX_MESSAGE_BYTES:
            raise RemoteWireError("this is not a message of the recorder's door", size_bytes=size)
        end = _LENGTH_BYTES + size
        if len(self._buffer) < end:
            return None
        body = bytes(self._buffer[_LENGTH_BYTES:end])
        del self._buffer[:end]
        return body


def push_message(message: Request | Answer) -> bytes:
    """Write one message with its length in front.

    Raises:
        InputRefused: It is larger than the door carries; write fewer facts at once.
    """
    body = _encoder.encode(message)
    if len(body) > MAX_MESSAGE_BYTES:
        raise InputRefused("hand the recorder fewer facts at once", size_bytes=len(body))
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


def pull_request(body: bytes) -> Request:
    """Read what a client says.

    Raises:
        RemoteWireError: It is no request.
    """
    try:
        return _requests.decode(body)
    except msgspec.DecodeError as error:
        raise RemoteWireError(f"this is not a request of the recorder's door: {error}") from error


def pull_answer(body: bytes) -> Answer:
    """Read what the recorder says.

    Raises:
        RemoteWireError: It is no answer.
    """
    try:
        return _answers.decode(body)
    except msgspec.DecodeError as error:
        raise RemoteWireError(f"this is not an answer of the recorder's door: {error}") from error


def push_entries(call: int, entries: Sequence[Entry]) -> Append:
    """Put entries into an append."""
    return Append(
        call,
        tuple(
            WireEntry(
                entry.fact.KIND,
                entry.fact.VERSION,
                canonical_payload(entry.fact),
                entry.observed_ns,
                entry.correlation_id,
                entry.causation_id,
                entry.venue_ns,
            )
            for entry in entries
        ),
    )


def pull_entries(append: Append) -> list[Entry]:
    """Take the entries out of an append, each checked against the shape of its kind.

    Raises:
        InputRefused: A kind, a version or a payload is not one this program knows.
    """
    return [_pull_entry(entry) for entry in append.entries]


def _pull_entry(entry: WireEntry) -> Entry:
    fact = parse_payload(entry.kind, entry.payload)
    if entry.version != KINDS[entry.kind].VERSION:
        raise InputRefused(
            "client and recorder are of different versions; restart both", kind=entry.kind
        )
    return Entry(fact, entry.observed_ns, entry.correlation_id, entry.causation_id, entry.venue_ns)


def push_failure(call: int, error: PlatformError) -> Failed:
    """Put a failure into an answer: its class by name, its sentence with context."""
    return Failed(call, type(error).__name__, str(error))


def pull_failure(failed: Failed) -> PlatformError:
    """Raise on this side what failed on that side; a class we do not know stops the caller."""
    known = getattr(errors, failed.error, InvariantBroken)
    if not (isinstance(known, type) and issubclass(known, PlatformError)):
        known = InvariantBroken
    if issubclass(known, errors.OutcomeUnknown):
        return known(failed.sentence, intent_id="")
    return known(failed.sentence)
