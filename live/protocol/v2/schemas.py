"""What a schema is: a number, a message, a channel, and the kind of each field in wire order.

A number is never given to another layout. A field may be added at the end of a schema: older
readers leave surplus bytes unread, newer readers meet its absence as the default of its struct.
Parts (the elements of a list) are not delimited, so a part never grows. The table itself is in
`table.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from live.protocol.v2.blocks import CONTROL


class Field(NamedTuple):
    """One field.

    Args:
        name: Of the struct's attribute.
        kind: As `kinds.kind_of` reads it; ``routing`` is the routing block, always first.
        says: What it means, with its unit, for docs/protocol.md.
        since: Minor version that added it; above 0 it may be absent, and the struct has a default.
    """

    name: str
    kind: str
    says: str = ""
    since: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A group of fields that a list repeats; its name is a kind."""

    name: str
    struct: type[msgspec.Struct]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """One message's layout.

    Args:
        number: On the wire.
        message: The struct it becomes.
        channel: Where it travels; `control` messages have no routing block.
        fields: In wire order.
    """

    number: int
    message: type[msgspec.Struct]
    channel: str
    fields: tuple[Field, ...]

    @property
    def is_routed(self) -> bool:
        """Whether its payload begins with a routing block."""
        return self.channel != CONTROL


class Table:
    """Schemas and parts, found by number and by message.

    Args:
        schemas: Every message there is.
        parts: Every part they use.
        retired: Numbers that had a layout once, with why they have none now.
    """

    def __init__(
        self, schemas: Iterable[Schema], parts: Iterable[Part], retired: dict[int, str]
    ) -> None:
        self.schemas = tuple(schemas)
        self.parts = tuple(parts)
        self.retired = retired
        self.by_number = {schema.number: schema for schema in self.schemas}
        self.by_message: dict[type[object], Schema] = {
            schema.message: schema for schema in self.schemas
        }
