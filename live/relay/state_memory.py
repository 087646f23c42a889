"""What a late joiner of the v2 channels must be told: the last state of each thing.

A whole state replaces what was known of its thing; a change is kept behind the whole it changes.
Bounded, as the market's memory is: a reader sees a hole in a book's own sequence and waits.
"""

from __future__ import annotations

from collections.abc import Iterator

from live.relay.parcels import Parcel

MOST_THINGS = 10_000
"""Books, pools and heads; more than any desk follows, and a bound on what a producer may invent."""
MOST_CHANGES = 5_000
"""Of one thing between two whole states."""
MOST_BYTES = 64 * 1024 * 1024
"""Of all together: a thousand pools with every tick they have."""


class StateMemory:
    """The last states, as parcels."""

    def __init__(self) -> None:
        self._things: dict[tuple[str, bytes], list[Parcel]] = {}
        self._bytes = 0

    def keep(self, parcel: Parcel) -> None:
        """Learn from a frame; one that is no state changes nothing."""
        if not parcel.key:
            return
        thing = (parcel.route.channel, parcel.key)
        known = self._things.get(thing)
        if parcel.is_whole:
            self._bytes -= sum(len(old.raw) for old in known or ())
            self._things.pop(thing, None)
            if len(self._things) < MOST_THINGS and self._has_room(parcel):
                self._things[thing] = [parcel]
                self._bytes += len(parcel.raw)
        elif known is not None and len(known) <= MOST_CHANGES and self._has_room(parcel):
            known.append(parcel)
            self._bytes += len(parcel.raw)

    def replay(self) -> Iterator[Parcel]:
        """Give the frames a late joiner gets first, each channel in the order it had."""
        return iter(sorted(self._all(), key=lambda p: (p.route.channel, p.position)))

    def _has_room(self, parcel: Parcel) -> bool:
        return self._bytes + len(parcel.raw) <= MOST_BYTES

    def _all(self) -> Iterator[Parcel]:
        for known in self._things.values():
            yield from known
