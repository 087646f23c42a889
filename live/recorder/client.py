"""How the rest of the loop reaches the journal: through the recorder's door, and not otherwise."""

from __future__ import annotations

from typing import Protocol

from journal.door import Door
from journal.entry import Entry

__all__ = ["Door", "Entry", "Recorder"]


class Recorder(Protocol):
    """Whatever makes facts durable before it answers; rooms take it as an argument."""

    async def record(self, *entries: Entry) -> list[int]:
        """Keep facts; see :meth:`journal.door.Door.record`."""
        ...
