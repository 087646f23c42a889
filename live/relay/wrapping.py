"""v1 market frames dressed for v2 readers: the frame byte for byte, behind a routing block.

The venue and pair come from the symbol map; a frame whose symbol nobody has mapped yet has neither.
The wrapper is the relay's own frame: its source is the relay and its sequence the frame's position.
"""

from __future__ import annotations

import struct

from live.protocol import v2
from live.protocol.v2.blocks import push_block
from live.protocol.v2.table import TABLE
from live.relay.chunks import Run, frames_of
from live.relay.market_memory import MarketMemory, symbol_of
from live.relay.parcels import Parcel

MARKET = "market"
_SCHEMA = TABLE.by_message[v2.V1Frame].number
_SIZE = struct.Struct("<I")
_TYPE_AT = 1
_MOST_SYMBOLS = 4_096
_MOST_LABEL_BYTES = 255
"""What a routing block can carry; v1 texts may be longer."""

Labels = tuple[bytes, v2.Route]
"""A symbol's routing block, and the route of every frame about it."""


class Wrapper:
    """Dresses frames; what is said of a symbol is written once.

    The route of a dressed frame has sequence 0: it is shared by all frames about its symbol, whose
    own number is the parcel's position.

    Args:
        memory: Knows the symbols' texts.
    """

    def __init__(self, memory: MarketMemory) -> None:
        self._memory = memory
        self._known: dict[int, Labels] = {}

    def wrap_run(self, run: Run, first: int, now_ns: int, order: int) -> list[Parcel]:
        """Dress the frames of a run.

        Args:
            run: Whole frames.
            first: Position of the first.
            now_ns: Dates the wrappers.
            order: Their number among the frames of all channels.
        """
        origin = run.origin
        return [
            self.wrap(raw, first + n, now_ns, origin, order)
            for n, raw in enumerate(frames_of(run.raw))
        ]

    def wrap(
        self, raw: bytes, position: int, now_ns: int, origin: str = "", order: int = 0
    ) -> Parcel:
        """Dress one v1 frame.

        Args:
            raw: The frame.
            position: Its number on the channel; 0 for what a late joiner is told.
            now_ns: Dates the wrapper.
            origin: The ingest it came by.
            order: Its number among the frames of all channels.
        """
        block, route = self._labels(raw)
        wrapped = v2.push_frame(
            _SCHEMA,
            block + _SIZE.pack(len(raw)) + raw,
            source=v2.SOURCE_RELAY,
            sequence=position,
            sent_ns=now_ns,
            is_routed=True,
        )
        return Parcel(wrapped, route, position, origin, v1=raw, order=order)

    def _labels(self, raw: bytes) -> Labels:
        symbol = symbol_of(raw[_TYPE_AT], raw)
        if symbol is None:
            return _UNLABELLED
        known = self._known.get(symbol)
        if known is not None:
            return known
        text = self._memory.text(symbol)
        if text is None:
            return _UNLABELLED
        labels = _labelled(*venue_and_pair(text))
        if len(self._known) < _MOST_SYMBOLS:
            self._known[symbol] = labels
        return labels


def venue_and_pair(symbol: str) -> tuple[str, str]:
    """Read the venue and the pair out of a canonical symbol text.

    A pair is the part with a hyphen (or, from on-chain producers of v1, a slash); a single name is
    its own pair.
    """
    venue, *parts = symbol.split(":")
    pairs = [part for part in parts if "-" in part or "/" in part]
    return venue, (pairs or parts or [""])[0].replace("/", "-")


def _labelled(venue: str, pair: str) -> Labels:
    venues, pairs = _short(venue), _short(pair)
    block = push_block(v2.Routing(venues=venues, pairs=pairs), MARKET)
    return block, v2.Route(
        MARKET, _SCHEMA, v2.SOURCE_RELAY, 0, "", venues, pairs, None, None, 0, v2.NO_CORRELATION
    )


def _short(text: str) -> tuple[str, ...]:
    cut = text.encode()[:_MOST_LABEL_BYTES].decode(errors="ignore")
    return (cut,) if cut else ()


_UNLABELLED = _labelled("", "")
