"""What `alphapulse tap` asks of a relay, and each frame as a line of JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any

import msgspec
import orjson

from domain.errors import ConfigRefused, RemoteWireError
from live.protocol import v1, v2
from live.protocol.v1 import plain as v1_plain
from live.protocol.v1.codec import message_types
from live.protocol.v2 import plain as v2_plain
from live.protocol.v2.table import TABLE
from live.relay.filters import compiled, want_of
from live.relay.market_memory import REMEMBERED, MarketMemory
from live.relay.wrapping import MARKET, Wrapper

_NAMES = {schema.message.__name__: schema.number for schema in TABLE.schemas}
_CHANNELS = {schema.number: schema.channel for schema in TABLE.schemas}
_V1_FRAME = _NAMES[v2.V1Frame.__name__]
_V1_TYPES = {kind.__name__: number for number, kind in message_types().items()}
_PPM = 1_000_000
_USD_E6 = 1_000_000


class Asked(msgspec.Struct, frozen=True):
    """What somebody wants to see.

    Args:
        subscribe: As a relay is asked.
        v1_types: Types of v1 frames, when only some are wanted; a relay does not look there.
    """

    subscribe: v2.Subscribe
    v1_types: frozenset[int] = frozenset()


def wanted(
    *,
    channels: Sequence[str] = (),
    types: Sequence[str] = (),
    venues: Sequence[str] = (),
    pairs: Sequence[str] = (),
    strategies: Sequence[str] = (),
    min_profit_usd: str | None = None,
    min_confidence: str | None = None,
) -> Asked:
    """Turn what was typed into a subscription.

    Args:
        channels: Names of channels.
        types: Names or numbers of messages; names of v1 too.
        venues: As messages name them.
        pairs: As messages name them.
        strategies: As messages name them.
        min_profit_usd: Dollars, as a decimal.
        min_confidence: 0 to 1, as a decimal.

    Raises:
        ConfigRefused: There is no such channel or message, or a number is none.
    """
    confidence = _scaled(min_confidence, _PPM)
    if confidence is not None and not 0 <= confidence <= _PPM:
        raise ConfigRefused("a confidence is 0 to 1", got=min_confidence)
    schemas, v1_types = _kinds(types)
    subscribe = v2.Subscribe(
        1,
        tuple(channels),
        schemas,
        tuple(venues),
        tuple(pairs),
        tuple(strategies),
        _scaled(min_profit_usd, _USD_E6),
        confidence,
    )
    try:
        want_of(subscribe)
    except RemoteWireError as error:
        raise ConfigRefused(error.sentence, **error.context) from error
    return Asked(subscribe, v1_types)


class Glass:
    """What is shown of what comes.

    Args:
        asked: What is asked for.
        limit: Show so many frames; None for ever.
    """

    def __init__(self, asked: Asked, limit: int | None = None) -> None:
        self.subscribe = subscribe = asked.subscribe
        self._v1_types = asked.v1_types
        self.remarks: list[str] = []
        self._left = limit
        self._passes = compiled(want_of(subscribe))
        has_filter = msgspec.structs.replace(subscribe, request=0) != v2.Subscribe(0)
        self._shows_control = not has_filter or v2.CONTROL in subscribe.channels
        self._memory = MarketMemory()
        self._wrapper = Wrapper(self._memory)
        self._decoder = v1.Decoder()

    @property
    def is_full(self) -> bool:
        """Whether enough was shown."""
        return self._left == 0

    def lines(self, frames: Sequence[v2.Frame]) -> Iterator[bytes]:
        """Show v2 frames."""
        for frame in frames:
            if self._is_shown(frame):
                yield from self._line(_told(frame))

    def old_lines(self, data: bytes) -> Iterator[bytes]:
        """Show v1 frames of a relay that knows no v2, through the same filter."""
        for frame in self._decoder.feed(data):
            if frame.type in REMEMBERED:
                self._memory.keep(frame.type, frame.raw)
            route = self._wrapper.wrap(frame.raw, 0, 0).route
            if (self._passes is None or self._passes(route)) and self._is_of_type(frame.type):
                yield from self._line(_told_old(frame))

    def _is_of_type(self, v1_type: int) -> bool:
        return not self._v1_types or v1_type in self._v1_types

    def _is_shown(self, frame: v2.Frame) -> bool:
        if _CHANNELS.get(frame.schema) == v2.CONTROL:
            return self._shows(frame)
        if not self._v1_types or frame.schema != _V1_FRAME:
            return True
        message = frame.message
        return isinstance(message, v2.V1Frame) and self._is_of_type(message.raw[1])

    def _shows(self, frame: v2.Frame) -> bool:
        """Control comes unasked: who filters wants no lines of it, only word of what is missing."""
        if self._shows_control or frame.schema in self.subscribe.schemas:
            return True
        message = frame.message
        if isinstance(message, v2.GapNotice):
            missing = message.missing_frames or max(0, message.got - message.expected)
            scope = message.channel or f"source {message.source}"
            self.remarks.append(f"{missing or 'some'} frames of {scope} are missing here")
        return False

    def _line(self, told: dict[str, Any]) -> Iterator[bytes]:
        if self._left == 0:
            return
        if self._left is not None:
            self._left -= 1
        yield orjson.dumps(told) + b"\n"


def _told(frame: v2.Frame) -> dict[str, Any]:
    channel = _CHANNELS.get(frame.schema)
    if channel is None:
        channel = v2.route_of(frame).channel
    try:
        told = {"channel": channel, **v2_plain.plain_frame(frame)}
        message = frame.message
        if isinstance(message, v2.V1Frame):
            [inside] = v1.Decoder().feed(message.raw)
            told["v1"] = v1_plain.plain_frame(inside, arbitrage="A")
    except RemoteWireError as error:
        return {"channel": channel, "type": frame.schema, "error": str(error)}
    return told


def _told_old(frame: v1.Frame) -> dict[str, Any]:
    try:
        return {"channel": MARKET, **v1_plain.plain_frame(frame, arbitrage="A")}
    except RemoteWireError as error:
        return {"channel": MARKET, "type": frame.type, "error": str(error)}


def _kinds(types: Sequence[str]) -> tuple[tuple[int, ...], frozenset[int]]:
    """Give the schemas to ask a relay for, and the v1 types to keep when not all of them are."""
    v1_types = frozenset(_V1_TYPES[text] for text in types if _is_v1_name(text))
    schemas = {_schema(text) for text in types if not _is_v1_name(text)}
    if _V1_FRAME in schemas or not v1_types:
        return tuple(sorted(schemas)), frozenset()
    return tuple(sorted({*schemas, _V1_FRAME})), v1_types


def _is_v1_name(text: str) -> bool:
    return text in _V1_TYPES and text not in _NAMES


def _schema(text: str) -> int:
    if text in _NAMES:
        return _NAMES[text]
    if text.isascii() and text.isdigit() and int(text) < _MOST_SCHEMAS:
        return int(text)
    known = ", ".join({**_NAMES, **_V1_TYPES})
    raise ConfigRefused(f"there is no such message; there are {known}", got=text)


def _scaled(text: str | None, scale: int) -> int | None:
    """Read a decimal exactly, rounded up so that at least means at least."""
    if text is None:
        return None
    try:
        scaled = (Decimal(text) * scale).to_integral_value(ROUND_CEILING)
    except InvalidOperation as error:
        raise ConfigRefused("write a number such as 12.50", got=text) from error
    if not scaled.is_finite() or abs(scaled) >= _MOST_SCALED:
        raise ConfigRefused("this number is too large to filter by", got=text)
    return int(scaled)


_MOST_SCHEMAS = 1 << 16
_MOST_SCALED = 1 << 63
