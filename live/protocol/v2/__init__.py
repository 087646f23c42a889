"""Our own envelope, for channels that no v1 client reads.

What v1's header cannot say is here: a version, who sent it, a 64-bit sequence, which schema, when,
and a checksum. Schemas are data (`schemas.py`); a reader meets an unknown one as a value, not an
error.
"""

from live.protocol.v2.codec import decode_payload, encode_payload
from live.protocol.v2.frames import (
    HEADER_BYTES,
    MAX_PAYLOAD_BYTES,
    VERSION,
    Decoder,
    Frame,
    encode,
    push_frame,
)
from live.protocol.v2.messages import (
    ChainHead,
    GapNotice,
    Heartbeat,
    Message,
    OpportunitySignal,
    PoolState,
    Unknown,
)
from live.protocol.v2.sequences import SequenceTracker

SOURCE_COLLECTOR_DEX = 1
SOURCE_DETECTOR = 2
SOURCE_RELAY = 3

__all__ = [
    "HEADER_BYTES",
    "MAX_PAYLOAD_BYTES",
    "SOURCE_COLLECTOR_DEX",
    "SOURCE_DETECTOR",
    "SOURCE_RELAY",
    "VERSION",
    "ChainHead",
    "Decoder",
    "Frame",
    "GapNotice",
    "Heartbeat",
    "Message",
    "OpportunitySignal",
    "PoolState",
    "SequenceTracker",
    "Unknown",
    "decode_payload",
    "encode",
    "encode_payload",
    "push_frame",
]
