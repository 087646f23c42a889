"""The routing block: all that a relay ever reads of a data message, at the front of its payload.

It repeats nothing that the message says for its readers: what is here (strategy, profit to screen
by, confidence, expiry, correlation id) is said here alone. The block carries its own size, so that
a newer writer may add to its end.

======  ====  ===========================================================================
offset  size  field
======  ====  ===========================================================================
0       2     size of the block, this field included
2       1     channel number
3       1     flags, 0
4       4     confidence in millionths; 0xFFFFFFFF when there is none
8       8     profit in millionths of a dollar, signed, floored; -2^63 when there is none
16      8     expires_ns; 0 never
24      16    correlation id; zeros when there is none
40      ...   u8 count and texts (u8 bytes, UTF-8): strategy (0 or 1), venues, pairs
======  ====  ===========================================================================
"""

from __future__ import annotations

import hashlib
import re
import struct
from functools import lru_cache

import msgspec

from domain.errors import LocalWireError, RemoteWireError

CONTROL = "control"
CHANNELS = {
    CONTROL: 0,
    "market": 1,
    "books": 2,
    "pools": 3,
    "chain": 4,
    "signals": 5,
    "executions": 6,
    "risk": 7,
    "strategy": 8,
}
"""Channel -> its number in the block. Control messages have no block and reach everyone."""
NO_CORRELATION = bytes(16)

_CHANNEL_NAMES = {number: name for name, number in CHANNELS.items()}
_FIXED = struct.Struct("<HBBIqQ16s")
_NO_CONFIDENCE = 0xFFFF_FFFF
_NO_PROFIT = -(1 << 63)
_MOST_CONFIDENCE_PPM = 1_000_000
_MOST_PROFIT = (1 << 63) - 1
_JOURNAL_ID = re.compile(r"[0-9a-f]{32}")

Labels = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Strategy, venues and pairs."""
Head = tuple[int, int, int, int, int, int, bytes]
"""Size, channel number, flags, confidence, profit, expiry and correlation id, as on the wire."""


class Routing(msgspec.Struct, frozen=True):
    """What a message may be chosen by, as its sender says it.

    Args:
        strategy: Empty when it belongs to none.
        venues, pairs: What it is about, each at most 255 short texts.
        profit_usd_e6: Floor of the exact net profit, in millionths of a dollar: a screen, no
            amount.
        confidence_ppm: In millionths, 0 to 1 000 000.
        expires_ns: When it is worth nothing any more; 0 never.
        correlation: Id of the opportunity that it belongs to; zeros for none.
    """

    strategy: str = ""
    venues: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    profit_usd_e6: int | None = None
    confidence_ppm: int | None = None
    expires_ns: int = 0
    correlation: bytes = NO_CORRELATION


def correlation_of(identifier: str) -> bytes:
    """Give the correlation id of an id: the journal's are 16 bytes in hex, others are hashed."""
    if _JOURNAL_ID.fullmatch(identifier):
        return bytes.fromhex(identifier)
    return hashlib.sha256(identifier.encode()).digest()[: len(NO_CORRELATION)]


def clamped_profit(usd_e6: int) -> int:
    """Fit a profit into its field; at the ends it says "at least" or "at most" that much."""
    return max(-_MOST_PROFIT, min(_MOST_PROFIT, usd_e6))


def push_block(routing: Routing, channel: str) -> bytes:
    """Write a block.

    Raises:
        LocalWireError: There is no such channel or something does not fit.
    """
    strategies = (routing.strategy,) if routing.strategy else ()
    labels = b"".join(map(_push_texts, (strategies, routing.venues, routing.pairs)))
    if not CHANNELS.get(channel):
        raise LocalWireError("a routing block names a data channel", channel=channel)
    try:
        return (
            _FIXED.pack(
                _FIXED.size + len(labels),
                CHANNELS[channel],
                0,
                _push_confidence(routing.confidence_ppm),
                _push_profit(routing.profit_usd_e6),
                routing.expires_ns,
                _push_correlation(routing.correlation),
            )
            + labels
        )
    except struct.error as error:
        raise LocalWireError("this routing does not fit its block", routing=routing) from error


def pull_block(payload: bytes, at: int) -> tuple[Routing, int]:
    """Read a block, and give the offset behind it.

    Raises:
        RemoteWireError: It is cut, or its texts are not what it says.
    """
    head = pull_head(payload, at)
    end = at + head[0]
    strategy, venues, pairs = pull_labels(payload[at + _FIXED.size : end])
    return (
        Routing(strategy, venues, pairs, profit_of(head), confidence_of(head), head[5], head[6]),
        end,
    )


def pull_head(payload: bytes, at: int) -> Head:
    """Read the numbers of a block at an offset; all of the block is there.

    Raises:
        RemoteWireError: It is cut, or no sender of ours would say this.
    """
    try:
        head: Head = _FIXED.unpack_from(payload, at)
    except struct.error as error:
        raise RemoteWireError("this routing block is cut", got=len(payload) - at) from error
    if head[0] < _FIXED.size or at + head[0] > len(payload):
        raise RemoteWireError("this routing block is cut", need=head[0], got=len(payload) - at)
    if head[1] == CHANNELS[CONTROL] or _MOST_CONFIDENCE_PPM < head[3] < _NO_CONFIDENCE:
        raise RemoteWireError("this is no routing block", channel=head[1], confidence=head[3])
    return head


@lru_cache(maxsize=4096)
def pull_labels(block: bytes) -> Labels:
    """Read the texts of a block; remembered, for a desk says the same few again and again.

    Args:
        block: What follows the numbers; bytes behind the last text are a newer writer's.

    Raises:
        RemoteWireError: It is cut, not UTF-8, or names two strategies.
    """
    strategies, at = _pull_texts(block, 0)
    venues, at = _pull_texts(block, at)
    pairs, _ = _pull_texts(block, at)
    if len(strategies) > 1:
        raise RemoteWireError("a message belongs to one strategy or none", strategies=strategies)
    return "".join(strategies), venues, pairs


def channel_of(head: Head) -> str:
    """Name the channel of a block; one that is newer than this program goes by its number."""
    return _CHANNEL_NAMES.get(head[1]) or f"channel-{head[1]}"


def profit_of(head: Head) -> int | None:
    """Give the profit of a block, in millionths of a dollar."""
    return None if head[4] == _NO_PROFIT else head[4]


def confidence_of(head: Head) -> int | None:
    """Give the confidence of a block, in millionths."""
    return None if head[3] == _NO_CONFIDENCE else head[3]


def labels_at(at: int) -> int:
    """Give the offset of a block's texts from the offset of the block."""
    return at + _FIXED.size


def _push_confidence(ppm: int | None) -> int:
    if ppm is None:
        return _NO_CONFIDENCE
    return ppm if 0 <= ppm <= _MOST_CONFIDENCE_PPM else -1


def _push_profit(usd_e6: int | None) -> int:
    if usd_e6 is None:
        return _NO_PROFIT
    return usd_e6 if usd_e6 != _NO_PROFIT else _NO_PROFIT - 1


def _push_correlation(correlation: bytes) -> bytes:
    if len(correlation) != len(NO_CORRELATION):
        raise LocalWireError("a correlation id has 16 bytes", got=len(correlation))
    return correlation


def _push_texts(texts: tuple[str, ...]) -> bytes:
    try:
        encoded = [text.encode() for text in texts]
        return bytes((len(encoded),)) + b"".join(bytes((len(x),)) + x for x in encoded)
    except ValueError as error:
        raise LocalWireError("a routing block carries short texts", texts=texts) from error


def _pull_texts(block: bytes, at: int) -> tuple[tuple[str, ...], int]:
    found: list[str] = []
    try:
        count, at = block[at], at + 1
        for _ in range(count):
            end = at + 1 + block[at]
            text = block[at + 1 : end].decode()
            found.append(text)
            at = end
        if at > len(block):
            raise RemoteWireError("a text of this routing block is cut", need=at, got=len(block))
    except IndexError as error:
        raise RemoteWireError("this routing block is cut", got=len(block)) from error
    except UnicodeDecodeError as error:
        raise RemoteWireError("a text of this routing block is not UTF-8", at=at) from error
    return tuple(found), at
