"""v2 frames as JSON values and back: the envelope beside the fields, under their own names.

An unknown schema is told too: its payload as hex, under the name ``Unknown``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from domain.errors import InputRefused
from live.protocol.plain import built, plain, whole_number
from live.protocol.v2.codec import Message, encode_payload
from live.protocol.v2.frames import Frame, push_frame
from live.protocol.v2.messages import Unknown
from live.protocol.v2.table import TABLE

_NUMBERS = {schema.message.__name__: schema.number for schema in TABLE.schemas}
_UNKNOWN = Unknown.__name__


def plain_frame(frame: Frame) -> dict[str, Any]:
    """Write a frame as JSON values: type, name, sequence, the rest of the envelope, and fields.

    Raises:
        RemoteWireError: The payload is not of its schema.
    """
    message = frame.message
    told: dict[str, Any] = {
        "type": frame.schema,
        "name": type(message).__name__,
        "sequence": plain(frame.sequence, {}),
        "source": frame.source,
        "sent_ns": plain(frame.sent_ns, {}),
        "venue_ns": plain(frame.venue_ns, {}),
        "fields": plain_message(message),
    }
    if isinstance(message, Unknown) and frame.is_routed:
        told["routed"] = True
    return {**told, "minor": frame.minor} if frame.minor else told


def plain_message(message: Message | Unknown) -> dict[str, Any]:
    """Write a message's fields."""
    if isinstance(message, Unknown):
        return {"payload": message.payload.hex()}
    return plain(message, {})


def frame_of(told: Mapping[str, object]) -> bytes:
    """Write the frame that JSON values tell of: the inverse of :func:`plain_frame`.

    Raises:
        InputRefused: They tell of none.
        LocalWireError: A value does not fit its field.
    """
    number = _number(told)
    schema = TABLE.by_number.get(number)
    if schema is None:
        payload, is_routed = _unknown_payload(told), told.get("routed") is True
    else:
        message = cast("Message", built(schema.message, told.get("fields"), {}))
        payload, is_routed = encode_payload(message)[1], schema.is_routed
    envelope = {
        name: whole_number(told.get(name, 0)) for name in ("source", "sent_ns", "venue_ns", "minor")
    }
    return push_frame(
        number,
        payload,
        sequence=whole_number(told.get("sequence")),
        is_routed=is_routed,
        **envelope,
    )


def _number(told: Mapping[str, object]) -> int:
    """Find the schema; its name counts only where the number is not said."""
    said = told.get("type")
    number = _NUMBERS.get(str(told.get("name"))) if said is None else whole_number(said)
    if number is None:
        raise InputRefused("v2 has no such schema", name=told.get("name"))
    return number


def _unknown_payload(told: Mapping[str, object]) -> bytes:
    fields = told.get("fields")
    if not isinstance(fields, dict):
        raise InputRefused("write the fields as an object", got=fields)
    return built(bytes, cast("dict[str, object]", fields).get("payload"), {})
