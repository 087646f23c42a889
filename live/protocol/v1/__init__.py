"""AlphaPulse protocol v1, every type of both generations, both ways.

A frame is an 8-byte header (magic, type, flags, u16 length, 24-bit sequence) and a little-endian
payload. Types 1-10 are the first generation (G1), the only ones a deployed reader survives; 11-13
came with the second (G2); 14 is refused by every deployed reader and exists as a payload only.
Where the bytes alone do not decide (type 9 layouts A and B, type 13 families), the caller says
which it is.
"""

from live.protocol.siphash import symbol_hash
from live.protocol.v1.codec import decode, encode
from live.protocol.v1.frames import (
    ALL_TYPES,
    G1_TYPES,
    G2_TYPES,
    HEADER_BYTES,
    MAGIC,
    MAX_PAYLOAD_BYTES,
    SEQUENCE_BITS,
    Decoder,
    Frame,
    push_frame,
)
from live.protocol.v1.layouts_defi import ArbitrageLayout
from live.protocol.v1.messages import (
    ASK,
    BID,
    BUY,
    DELETE,
    INSERT,
    SELL,
    UNKNOWN,
    UPDATE,
    ArbitrageOpportunity,
    Heartbeat,
    L2Delta,
    L2Reset,
    L2Snapshot,
    L2Update,
    Level,
    Message,
    MessageTrace,
    Metrics,
    OrderBook,
    PoolUpdate,
    StatusUpdate,
    SwapEvent,
    SymbolMapping,
    TokenInfo,
    Trade,
    V3State,
)
from live.protocol.v1.pools import PoolFamily, layout_of, pull_pool_data, push_pool_data
from live.protocol.v1.symbols import SymbolTable, mapping, pair_symbol
from live.protocol.v1.trades import decode_trades, encode_trades

__all__ = [
    "ALL_TYPES",
    "ASK",
    "BID",
    "BUY",
    "DELETE",
    "G1_TYPES",
    "G2_TYPES",
    "HEADER_BYTES",
    "INSERT",
    "MAGIC",
    "MAX_PAYLOAD_BYTES",
    "SELL",
    "SEQUENCE_BITS",
    "UNKNOWN",
    "UPDATE",
    "ArbitrageLayout",
    "ArbitrageOpportunity",
    "Decoder",
    "Frame",
    "Heartbeat",
    "L2Delta",
    "L2Reset",
    "L2Snapshot",
    "L2Update",
    "Level",
    "Message",
    "MessageTrace",
    "Metrics",
    "OrderBook",
    "PoolFamily",
    "PoolUpdate",
    "StatusUpdate",
    "SwapEvent",
    "SymbolMapping",
    "SymbolTable",
    "TokenInfo",
    "Trade",
    "V3State",
    "decode",
    "decode_trades",
    "encode",
    "encode_trades",
    "layout_of",
    "mapping",
    "pair_symbol",
    "pull_pool_data",
    "push_frame",
    "push_pool_data",
    "symbol_hash",
]
