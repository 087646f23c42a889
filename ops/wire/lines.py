"""Frames as lines: hex in and JSON out, or the other way, one frame a line. Pure but for its input.

A line that cannot be read is answered on its own line and the others go on; blank lines are passed
over. What a frame looks like in JSON is known to `live/protocol`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import orjson

from domain.errors import InputRefused, PlatformError
from live.protocol import v1, v2
from live.protocol.v1 import plain as v1_plain
from live.protocol.v2 import plain as v2_plain

_TYPES = {"g1": v1.G1_TYPES, "g2": v1.ALL_TYPES}
"""Types a line may be of; 14, which no deployed reader lets pass, is read as a single frame."""
_LAYOUTS: dict[str, v1.ArbitrageLayout] = {"g1": "A", "g2": "B"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How lines are meant.

    Args:
        generation: ``g1``, ``g2`` or ``v2``.
        arbitrage: Layout of v1's type 9.
        pools: Family of v1's type 13; None leaves its data as hex.
    """

    generation: str
    arbitrage: v1.ArbitrageLayout = "A"
    pools: v1.PoolFamily | None = None

    @classmethod
    def of(cls, generation: str, layout: str | None, family: str | None) -> Reading:
        """Take what was asked for; each generation has its own layout of type 9."""
        arbitrage = layout or _LAYOUTS.get(generation, "A")
        return cls(
            str(generation),
            cast("v1.ArbitrageLayout", arbitrage),
            cast("v1.PoolFamily | None", family),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a line became, and whether it was one we could read."""

    text: str
    is_good: bool = True


def decoded_lines(lines: Iterable[str], reading: Reading) -> Iterator[Answer]:
    """Turn each line of hex into one JSON object."""
    return _answers(lines, lambda line: json.dumps(_decoded(line, reading)))


def encoded_lines(lines: Iterable[str], reading: Reading) -> Iterator[Answer]:
    """Turn each JSON object into one line of hex."""
    return _answers(lines, lambda line: _encoded(line, reading).hex())


def _answers(lines: Iterable[str], turn: Callable[[str], str]) -> Iterator[Answer]:
    for line in lines:
        if not line.strip():
            continue
        try:
            yield Answer(turn(line.strip()))
        except PlatformError as error:
            yield Answer(json.dumps({"error": str(error)}), is_good=False)


def _decoded(line: str, reading: Reading) -> dict[str, Any]:
    try:
        data = bytes.fromhex(line)
    except ValueError as error:
        raise InputRefused("this line is not hex") from error
    if reading.generation == "v2":
        return v2_plain.plain_frame(_the_frame(v2.Decoder().feed(data), data))
    frame = _the_frame(v1.Decoder(_TYPES[reading.generation]).feed(data), data)
    return v1_plain.plain_frame(frame, arbitrage=reading.arbitrage, pools=reading.pools)


def _the_frame(frames: list[Any], data: bytes) -> Any:  # noqa: ANN401 (a frame of either version)
    if len(frames) == 1 and len(frames[0].raw) == len(data):
        return frames[0]
    if not frames:
        raise InputRefused("this frame is cut: more bytes are announced", got_bytes=len(data))
    size = len(frames[0].raw)
    raise InputRefused("write one frame a line", frame_bytes=size, got_bytes=len(data))


def _encoded(line: str, reading: Reading) -> bytes:
    told = _object(line)
    if reading.generation == "v2":
        return v2_plain.frame_of(told)
    raw = v1_plain.frame_of(told, arbitrage=reading.arbitrage)
    if raw[1] not in _TYPES[reading.generation]:
        raise InputRefused("this generation has no such type", type=raw[1])
    return raw


def _object(line: str) -> dict[str, object]:
    try:
        orjson.loads(line)  # stops at a depth of 1024, which Python's parser may not
        told = json.loads(line)
    except ValueError as error:
        raise InputRefused(f"this line is not JSON: {error}") from error
    if not isinstance(told, dict):
        raise InputRefused("write one JSON object a line")
    return cast("dict[str, object]", told)
