"""Messages to payloads and back, by walking the table of schemas.

A schema becomes a plan (its kinds looked up) the first time it is met; there is no other state.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from domain.errors import LocalWireError
from live.protocol.v2.blocks import Routing, pull_block, push_block
from live.protocol.v2.control import ControlMessage
from live.protocol.v2.kinds import Kind, kind_of
from live.protocol.v2.messages import DataMessage, Unknown
from live.protocol.v2.schemas import Field, Part, Schema, Table
from live.protocol.v2.table import TABLE

Message = DataMessage | ControlMessage


def encode_payload(message: Message, table: Table = TABLE) -> tuple[int, bytes]:
    """Write a message's payload; gives its schema number with it.

    Raises:
        LocalWireError: A field does not fit its kind.
    """
    schema = table.by_message.get(type(message))
    if schema is None:
        raise LocalWireError("v2 has no schema for this message", got=type(message).__name__)
    try:
        parts = [kind.push(getattr(message, field.name)) for field, kind in _plan(schema, table)]
    except (TypeError, AttributeError) as error:  # a value of another type than its field
        raise LocalWireError(
            f"a field of this message is of another kind: {error}", got=type(message).__name__
        ) from error
    return schema.number, b"".join(parts)


def decode_payload(schema_number: int, payload: bytes, table: Table = TABLE) -> Message | Unknown:
    """Read a payload by its schema.

    Surplus bytes at its end are a newer writer's, and left; fields that a newer version added may
    be absent, and have their default.

    Raises:
        RemoteWireError: The payload is shorter than its schema or a field is not of its kind.
    """
    schema = table.by_number.get(schema_number)
    if schema is None:
        return Unknown(schema_number, payload)
    values: list[object] = []
    at = 0
    for field, kind in _plan(schema, table):
        if field.since and at == len(payload):
            break
        value, at = kind.pull(payload, at)
        values.append(value)
    return cast("Message", schema.message(*values))


Plan = tuple[tuple[Field, Kind], ...]


@lru_cache(maxsize=256)
def _plan(schema: Schema, table: Table) -> Plan:
    kinds = {"routing": _routing(schema.channel)}
    for part in table.parts:
        kinds[part.name] = _part(part, dict(kinds))
    return tuple((field, kind_of(field.kind, kinds)) for field in schema.fields)


def _routing(channel: str) -> Kind:
    def push(routing: Routing) -> bytes:
        return push_block(routing, channel)

    return Kind(push, pull_block)


def _part(part: Part, kinds: dict[str, Kind]) -> Kind:
    plan = tuple((field.name, kind_of(field.kind, kinds)) for field in part.fields)

    def push(value: Any) -> bytes:  # noqa: ANN401 (one of the part's structs)
        if not isinstance(value, part.struct):
            raise LocalWireError("this list has elements of another kind", wants=part.name)
        return b"".join(kind.push(getattr(value, name)) for name, kind in plan)

    def pull(payload: bytes, at: int) -> tuple[Any, int]:
        values: list[object] = []
        for _name, kind in plan:
            value, at = kind.pull(payload, at)
            values.append(value)
        return part.struct(*values), at

    return Kind(push, pull)
