"""The field kinds of v2: how each is written and read. Little-endian; lengths and counts are u32.

A value that does not fit is our bug; a field that runs past its payload is the peer's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from domain.errors import LocalWireError, RemoteWireError

_HASH = re.compile(r"0x[0-9a-f]{64}")
_TICK_BYTES = 20


class Kind(NamedTuple):
    """How a field kind is written, and read at an offset (value and the offset behind it)."""

    push: Callable[[Any], bytes]
    pull: Callable[[bytes, int], tuple[Any, int]]


def _take(payload: bytes, at: int, size: int) -> tuple[bytes, int]:
    end = at + size
    if end > len(payload):
        raise RemoteWireError("this payload is shorter than its schema", need=end, got=len(payload))
    return payload[at:end], end


def _integer(bits: int, *, is_signed: bool) -> Kind:
    size = bits // 8

    def push(value: int) -> bytes:
        try:
            return value.to_bytes(size, "little", signed=is_signed)
        except (OverflowError, AttributeError) as error:
            raise LocalWireError(
                "this number does not fit its field", value=value, bits=bits
            ) from error

    def pull(payload: bytes, at: int) -> tuple[int, int]:
        taken, end = _take(payload, at, size)
        return int.from_bytes(taken, "little", signed=is_signed), end

    return Kind(push, pull)


_U32 = _integer(32, is_signed=False)
_TICK = _integer(32, is_signed=True)
_LIQUIDITY_NET = _integer(128, is_signed=True)


def _push_bytes(value: bytes) -> bytes:
    return _U32.push(len(value)) + value


def _pull_bytes(payload: bytes, at: int) -> tuple[bytes, int]:
    size, at = _U32.pull(payload, at)
    return _take(payload, at, size)


def _push_text(value: str) -> bytes:
    return _push_bytes(value.encode())


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
    taken, end = _take(payload, at, 32)
    return f"0x{taken.hex()}", end


def _push_ticks(ticks: tuple[tuple[int, int], ...]) -> bytes:
    parts = [_TICK.push(tick) + _LIQUIDITY_NET.push(net) for tick, net in ticks]
    return _U32.push(len(ticks)) + b"".join(parts)


def _pull_ticks(payload: bytes, at: int) -> tuple[tuple[tuple[int, int], ...], int]:
    count, at = _U32.pull(payload, at)
    _take(payload, at, count * _TICK_BYTES)
    ticks: list[tuple[int, int]] = []
    for _ in range(count):
        tick, at = _TICK.pull(payload, at)
        net, at = _LIQUIDITY_NET.pull(payload, at)
        ticks.append((tick, net))
    return tuple(ticks), at


KINDS: dict[str, Kind] = {
    "u32": _U32,
    "u64": _integer(64, is_signed=False),
    "u128": _integer(128, is_signed=False),
    "u256": _integer(256, is_signed=False),
    "i32": _TICK,
    "text": Kind(_push_text, _pull_text),
    "bytes": Kind(_push_bytes, _pull_bytes),
    "hash32": Kind(_push_hash, _pull_hash),
    "ticks": Kind(_push_ticks, _pull_ticks),
}
