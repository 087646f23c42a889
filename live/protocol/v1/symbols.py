"""Symbol texts of v1 and the table that holds each hash to one text."""

from __future__ import annotations

from domain.errors import RemoteWireError
from live.protocol.siphash import symbol_hash
from live.protocol.v1.messages import SymbolMapping


def pair_symbol(venue: str, base: str, quote: str) -> str:
    """Write the canonical text of a pair, ``venue:BASE-QUOTE``; parts are joined as they are."""
    return f"{venue}:{base}-{quote}"


def mapping(symbol: str) -> SymbolMapping:
    """Build the message that tells a symbol's hash."""
    return SymbolMapping(symbol_hash(symbol), symbol)


class SymbolTable:
    """What the mappings heard so far say; a hash bound to two texts is an error.

    The hash in a mapping is taken as sent: some producers of v1 hash another text than they send.
    """

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}

    def bind(self, heard: SymbolMapping) -> None:
        """Learn a mapping; hearing it again changes nothing.

        Raises:
            RemoteWireError: The hash is already bound to another text.
        """
        known = self._texts.setdefault(heard.symbol_hash, heard.symbol)
        if known != heard.symbol:
            raise RemoteWireError(
                "one symbol hash stands for two texts",
                symbol_hash=heard.symbol_hash,
                known=known,
                heard=heard.symbol,
            )

    def text(self, hashed: int) -> str | None:
        """Give the text of a hash, or None when no mapping for it was heard."""
        return self._texts.get(hashed)
