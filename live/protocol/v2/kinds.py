"""The field kinds of v2: how each is written and read. Little-endian; lengths and counts are u32.

A kind is named by a text, so that schemas stay data: a plain name of :data:`KINDS`, with ``?``
behind it for a value that may be absent (u8 0 or 1, then the value) and ``*`` for a list of it
(u32 count, then each). A value that does not fit is our bug; a field that runs past its payload is
the peer's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from domain.errors import LocalWireError, RemoteWireError

_HASH = re.compile(r"0x[0-9a-f]{64}")


class Kind(NamedTuple):
    """How a field kind is written, and read at an offset (value and the offset behind it)."""

    push: Callable[[Any], bytes]
    pull: Callable[[bytes, int], tuple[Any, int]]


def take(payload: bytes, at: int, size: int) -> tuple[bytes, int]:
    """Cut bytes out of a payload, and give the offset behind them.

    Raises:
        RemoteWireError: The payload ends before.
    """
    end = at + size
    if end > len(payload):
        raise RemoteWireError("this payload is shorter than its schema", need=end, got=len(payload))
    return payload[at:end], end


def integer(bits: int, *, is_signed: bool) -> Kind:
    """Make the kind of an integer."""
    size = bits // 8

    def push(value: int) -> bytes:
        try:
            return value.to_bytes(size, "little", signed=is_signed)
        except OverflowError as error:
            raise LocalWireError(
                "this number does not fit its field", value=value, bits=bits
            ) from error

    def pull(payload: bytes, at: int) -> tuple[int, int]:
        end = at + size
        if end > len(payload):
            take(payload, at, size)
        return int.from_bytes(payload[at:end], "little", signed=is_signed), end

    return Kind(push, pull)


_U8 = integer(8, is_signed=False)
_U32 = integer(32, is_signed=False)


def optional(inner: Kind) -> Kind:
    """Make the kind of a value that may be absent: unknown is none, never zero."""

    def push(value: object) -> bytes:
        return b"\0" if value is None else b"\1" + inner.push(value)

    def pull(payload: bytes, at: int) -> tuple[Any, int]:
        is_there, at = _pull_bool(payload, at)
        return inner.pull(payload, at) if is_there else (None, at)

    return Kind(push, pull)


def list_of(inner: Kind) -> Kind:
    """Make the kind of a list; nothing is built from a count before its bytes are there."""

    def push(values: tuple[Any, ...]) -> bytes:
        return _U32.push(len(values)) + b"".join(map(inner.push, values))

    def pull(payload: bytes, at: int) -> tuple[tuple[Any, ...], int]:
        count, at = _U32.pull(payload, at)
        take(payload, at, count)  # no kind is empty, so a count beyond the bytes is a lie
        found: list[Any] = []
        for _ in range(count):
            value, at = inner.pull(payload, at)
            found.append(value)
        return tuple(found), at

    return Kind(push, pull)


def _push_bool(value: bool) -> bytes:  # noqa: FBT001 (the value of a field)
    return b"\1" if value else b"\0"


def _pull_bool(payload: bytes, at: int) -> tuple[bool, int]:
    value, end = _U8.pull(payload, at)
    if value > 1:
        raise RemoteWireError("yes is 1 and no is 0 here", at=at, got=value)
    return value == 1, end


def _push_bytes(value: bytes) -> bytes:
    return _U32.push(len(value)) + value


def _pull_bytes(payload: bytes, at: int) -> tuple[bytes, int]:
    size, at = _U32.pull(payload, at)
    return take(payload, at, size)


def _push_text(value: str) -> bytes:
    try:
        return _push_bytes(value.encode())
    except UnicodeEncodeError as error:
        raise LocalWireError("this field is text that UTF-8 can write", got=value) from error


def _pull_text(payload: bytes, at: int) -> tuple[str, int]:
    taken, end = _pull_bytes(payload, at)
    try:
        return taken.decode(), end
    except UnicodeDecodeError as error:
        raise RemoteWireError("this text is not UTF-8", at=at) from error


def _push_hash(value: str) -> bytes:
    if not _HASH.fullmatch(value):
        raise LocalWireError("write a hash as 0x and 64 lower-case hex digits", got=value)
    return bytes.fromhex(value[2:])


def _pull_hash(payload: bytes, at: int) -> tuple[str, int]:
    taken, end = take(payload, at, 32)
    return f"0x{taken.hex()}", end


def _pairs(first: Kind, second: Kind, size: int) -> Kind:
    """Make the kind of a list of number pairs; the numbers of a pair have `size` bytes together."""

    def push(pairs: tuple[tuple[int, int], ...]) -> bytes:
        parts = [first.push(one) + second.push(two) for one, two in pairs]
        return _U32.push(len(parts)) + b"".join(parts)

    def pull(payload: bytes, at: int) -> tuple[tuple[tuple[int, int], ...], int]:
        count, at = _U32.pull(payload, at)
        take(payload, at, count * size)
        found: list[tuple[int, int]] = []
        for _ in range(count):
            one, at = first.pull(payload, at)
            two, at = second.pull(payload, at)
            found.append((one, two))
        return tuple(found), at

    return Kind(push, pull)


_I32 = integer(32, is_signed=True)
_U128 = integer(128, is_signed=False)

KINDS: dict[str, Kind] = {
    "bool": Kind(_push_bool, _pull_bool),
    "u8": _U8,
    "u16": integer(16, is_signed=False),
    "u32": _U32,
    "u64": integer(64, is_signed=False),
    "u128": _U128,
    "u256": integer(256, is_signed=False),
    "i32": _I32,
    "i64": integer(64, is_signed=True),
    "i256": integer(256, is_signed=True),
    "text": Kind(_push_text, _pull_text),
    "bytes": Kind(_push_bytes, _pull_bytes),
    "hash32": Kind(_push_hash, _pull_hash),
    "ticks": _pairs(_I32, integer(128, is_signed=True), 20),
    "levels": _pairs(_U128, _U128, 32),
}
"""Plain kinds by name; :func:`kind_of` reads the names with ``?`` and ``*`` too."""


def kind_of(name: str, parts: dict[str, Kind]) -> Kind:
    """Give the kind of a name.

    Args:
        name: As a schema writes it: ``u64``, ``i256?``, ``text*``, ``hop*``.
        parts: Kinds beyond :data:`KINDS`.
    """
    if name.endswith("?"):
        return optional(kind_of(name[:-1], parts))
    if name.endswith("*"):
        return list_of(kind_of(name[:-1], parts))
    return parts[name] if name in parts else KINDS[name]


WORDS: dict[str, tuple[str, str]] = {
    "bool": ("1", "0 or 1, nothing else"),
    "u8": ("1", "unsigned integer"),
    "u16": ("2", "unsigned integer"),
    "u32": ("4", "unsigned integer"),
    "u64": ("8", "unsigned integer"),
    "u128": ("16", "unsigned integer"),
    "u256": ("32", "unsigned integer"),
    "i32": ("4", "integer, two's complement"),
    "i64": ("8", "integer, two's complement"),
    "i256": ("32", "integer, two's complement"),
    "text": ("4 + n", "u32 byte count, UTF-8, no terminator"),
    "bytes": ("4 + n", "u32 byte count, bytes"),
    "hash32": ("32", "bytes; written as 0x and 64 lower-case hex digits"),
    "ticks": ("4 + 20 n", "u32 count, then i32 tick and i128 liquidity net each"),
    "levels": ("4 + 32 n", "u32 count, then u128 price and u128 size each"),
}
"""Kind -> its bytes on the wire and what they are, for docs/protocol.md."""
