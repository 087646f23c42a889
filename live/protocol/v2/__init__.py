"""Our own envelope, for channels that no v1 client reads.

What v1's header cannot say is here: a version, who sent it, a 64-bit sequence, which schema, when,
and a checksum. Schemas are data (`table.py`); a reader meets an unknown one as a value, not an
error. Data messages begin with a routing block (`blocks.py`), which is all that a relay reads.
"""

from live.protocol.v2.blocks import (
    CHANNELS,
    CONTROL,
    NO_CORRELATION,
    Routing,
    clamped_profit,
    correlation_of,
)
from live.protocol.v2.codec import Message, decode_payload, encode_payload
from live.protocol.v2.control import (
    Ack,
    Conflated,
    ControlMessage,
    Count,
    Counts,
    ExpiryNotice,
    GapNotice,
    Heartbeat,
    Hello,
    Position,
    Positions,
    Refused,
    ReplayRequest,
    ReplayUnavailable,
    Subscribe,
    Welcome,
)
from live.protocol.v2.frames import (
    HEADER_BYTES,
    MAX_PAYLOAD_BYTES,
    MINOR,
    VERSION,
    Decoder,
    Frame,
    Stamp,
    encode,
    push_frame,
    stamp_of,
)
from live.protocol.v2.messages import (
    ArbitrageOpportunity,
    ChainHead,
    DataMessage,
    ExecutionResult,
    Fill,
    Hop,
    OrderBookState,
    PoolState,
    RiskAlert,
    StrategyPerformance,
    Unknown,
    V1Frame,
)
from live.protocol.v2.negotiation import ClientTalk, ServerTalk
from live.protocol.v2.routing import Route, route_of
from live.protocol.v2.sequences import SequenceTracker
from live.protocol.v2.talk import (
    V1_0,
    V2_0,
    Agreed,
    Event,
    FellBack,
    Heard,
    SaidNo,
    SpeaksV1,
    V1Bytes,
    version_text,
)

SOURCE_COLLECTOR_DEX = 1
SOURCE_DETECTOR = 2
SOURCE_RELAY = 3
SOURCE_TRADER = 4
SOURCE_COLLECTOR_CEX = 5
SOURCE_PARENTS = 6

__all__ = [
    "CHANNELS",
    "CONTROL",
    "HEADER_BYTES",
    "MAX_PAYLOAD_BYTES",
    "MINOR",
    "NO_CORRELATION",
    "SOURCE_COLLECTOR_CEX",
    "SOURCE_COLLECTOR_DEX",
    "SOURCE_DETECTOR",
    "SOURCE_PARENTS",
    "SOURCE_RELAY",
    "SOURCE_TRADER",
    "V1_0",
    "V2_0",
    "VERSION",
    "Ack",
    "Agreed",
    "ArbitrageOpportunity",
    "ChainHead",
    "ClientTalk",
    "Conflated",
    "ControlMessage",
    "Count",
    "Counts",
    "DataMessage",
    "Decoder",
    "Event",
    "ExecutionResult",
    "ExpiryNotice",
    "FellBack",
    "Fill",
    "Frame",
    "GapNotice",
    "Heard",
    "Heartbeat",
    "Hello",
    "Hop",
    "Message",
    "OrderBookState",
    "PoolState",
    "Position",
    "Positions",
    "Refused",
    "ReplayRequest",
    "ReplayUnavailable",
    "RiskAlert",
    "Route",
    "Routing",
    "SaidNo",
    "SequenceTracker",
    "ServerTalk",
    "SpeaksV1",
    "Stamp",
    "StrategyPerformance",
    "Subscribe",
    "Unknown",
    "V1Bytes",
    "V1Frame",
    "Welcome",
    "clamped_profit",
    "correlation_of",
    "decode_payload",
    "encode",
    "encode_payload",
    "push_frame",
    "route_of",
    "stamp_of",
    "version_text",
]
