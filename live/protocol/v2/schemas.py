"""The schemas of v2 as data: number, message, and the kind of each field in wire order.

A number is never given to another layout. A field may be added at the end of a schema: older
readers leave surplus bytes unread. Numbers begin at 256, clear of every number v1 or its successors
used.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from live.protocol.v2 import messages as m


@dataclass(frozen=True, slots=True)
class Schema:
    """One message's layout.

    Args:
        number: On the wire.
        message: The struct it becomes.
        fields: Name and kind of each field; kinds are the keys of `kinds.KINDS`.
    """

    number: int
    message: type[msgspec.Struct]
    fields: tuple[tuple[str, str], ...]


SCHEMAS: tuple[Schema, ...] = (
    Schema(256, m.Heartbeat, ()),
    Schema(257, m.GapNotice, (("source", "text"), ("expected", "u64"), ("got", "u64"))),
    Schema(
        258,
        m.ChainHead,
        (
            ("number", "u64"),
            ("hash", "hash32"),
            ("parent_hash", "hash32"),
            ("timestamp_s", "u64"),
            ("base_fee_wei", "u256"),
        ),
    ),
    Schema(
        259,
        m.PoolState,
        (
            ("venue", "text"),
            ("kind", "text"),
            ("block_number", "u64"),
            ("block_hash", "hash32"),
            ("log_index", "i32"),
            ("reserve0", "u256"),
            ("reserve1", "u256"),
            ("sqrt_price_x96", "u256"),
            ("tick", "i32"),
            ("liquidity", "u128"),
            ("ticks", "ticks"),
        ),
    ),
    Schema(260, m.OpportunitySignal, (("payload", "bytes"),)),
)
BY_NUMBER = {schema.number: schema for schema in SCHEMAS}
BY_MESSAGE: dict[type[object], Schema] = {schema.message: schema for schema in SCHEMAS}
