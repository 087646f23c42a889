"""What was already found, so that one economic opportunity is one fact. Pure.

An edge that stays open is seen again with every block and book message. It is new when

* it was not open: never seen, or the prices stopped crossing in between;
* one of its pools moved: it is another edge, of another size;
* what was found has expired and the book moved: nobody took it, and the chance is a new one.

Not knowing (a stale pool, no mark) closes nothing, and neither does shrinking below the minimum.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from domain.arbitrage.edge import NO_EDGE, NoOpportunity
from live.detection.strategies import Look

Key = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Open:
    """An edge as it was when it was last reported."""

    pools: Hashable
    state: Hashable
    expires_ns: int


_NOTHING: Mapping[Key, Open] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Memory:
    """Trades that are open, by strategy and venues in order."""

    open: Mapping[Key, Open] = field(default_factory=lambda: _NOTHING)

    def after(self, look: Look, now_ns: int, expires_ns: int) -> tuple[Memory, bool]:
        """Take in one look.

        Args:
            look: The answer.
            now_ns: When it was given.
            expires_ns: Until when a report made now would hold.

        Returns:
            The memory after it, and whether the look is a new opportunity.
        """
        key = (look.strategy, look.venues)
        if isinstance(look.answer, NoOpportunity):
            return (self._without(key) if look.answer == NO_EDGE else self), False
        if not _is_new(self.open.get(key), look, now_ns):
            return self, False
        entry = Open(look.pools, look.state, expires_ns)
        return Memory({**self.open, key: entry}), True

    def _without(self, key: Key) -> Memory:
        if key not in self.open:
            return self
        return Memory({other: entry for other, entry in self.open.items() if other != key})


def _is_new(known: Open | None, look: Look, now_ns: int) -> bool:
    if known is None or known.pools != look.pools:
        return True
    return now_ns > known.expires_ns and known.state != look.state
