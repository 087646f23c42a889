"""What a relay reads of a frame: where it goes, who may want it, until when. Never the rest.

Whoever has decoded the message has its :class:`~live.protocol.v2.blocks.Routing` too; this is for
those who only hand frames on.
"""

from __future__ import annotations

import msgspec

from domain.errors import RemoteWireError
from live.protocol.v2.blocks import (
    CHANNELS,
    CONTROL,
    NO_CORRELATION,
    channel_of,
    confidence_of,
    labels_at,
    profit_of,
    pull_head,
    pull_labels,
)
from live.protocol.v2.frames import HEADER_BYTES, ROUTED, Frame
from live.protocol.v2.table import TABLE

_LABELS_AT = labels_at(HEADER_BYTES)
_CHANNEL_OF_SCHEMA = {schema.number: schema.channel for schema in TABLE.schemas}


class Route(msgspec.Struct, frozen=True, gc=False):
    """What a frame may be chosen by; fields as in the routing block and the envelope."""

    channel: str
    schema: int
    source: int
    sequence: int
    strategy: str
    venues: tuple[str, ...]
    pairs: tuple[str, ...]
    profit_usd_e6: int | None
    confidence_ppm: int | None
    expires_ns: int
    correlation: bytes


def route_of(frame: Frame) -> Route:
    """Read the route of a frame; the rest of its payload is not looked at.

    A frame without a routing block is a control message, known or newer than this program.

    Raises:
        RemoteWireError: Its block is malformed, or is not what its schema has.
    """
    schema, raw = frame.schema, frame.raw
    known = _CHANNEL_OF_SCHEMA.get(schema)
    if not raw[5] & ROUTED:
        if known is not None and known != CONTROL:
            raise RemoteWireError("this frame lacks its routing block", schema=schema)
        return Route(
            CONTROL, schema, frame.source, frame.sequence, "", (), (), None, None, 0, NO_CORRELATION
        )
    head = pull_head(raw, HEADER_BYTES)
    channel = channel_of(head)
    if known is not None and known != channel:
        raise RemoteWireError("this message does not travel here", schema=schema, channel=channel)
    strategy, venues, pairs = pull_labels(raw[_LABELS_AT : HEADER_BYTES + head[0]])
    return Route(
        channel,
        schema,
        frame.source,
        frame.sequence,
        strategy,
        venues,
        pairs,
        profit_of(head),
        confidence_of(head),
        head[5],
        head[6],
    )


__all__ = ["CHANNELS", "CONTROL", "Route", "route_of"]
