"""Messages to payloads and back, by walking the table of schemas."""

from __future__ import annotations

from typing import cast

from domain.errors import LocalWireError
from live.protocol.v2.kinds import KINDS
from live.protocol.v2.messages import Message, Unknown
from live.protocol.v2.schemas import BY_MESSAGE, BY_NUMBER


def encode_payload(message: Message) -> tuple[int, bytes]:
    """Write a message's payload; gives its schema number with it.

    Raises:
        LocalWireError: A field does not fit its kind.
    """
    schema = BY_MESSAGE.get(type(message))
    if schema is None:
        raise LocalWireError("v2 has no schema for this message", got=type(message).__name__)
    parts = [KINDS[kind].push(getattr(message, name)) for name, kind in schema.fields]
    return schema.number, b"".join(parts)


def decode_payload(schema_number: int, payload: bytes) -> Message | Unknown:
    """Read a payload by its schema; surplus bytes at its end are a newer writer's, and left.

    Raises:
        RemoteWireError: The payload is shorter than its schema or a field is not of its kind.
    """
    schema = BY_NUMBER.get(schema_number)
    if schema is None:
        return Unknown(schema_number, payload)
    fields: dict[str, object] = {}
    at = 0
    for name, kind in schema.fields:
        fields[name], at = KINDS[kind].pull(payload, at)
    return cast("Message", schema.message(**fields))
