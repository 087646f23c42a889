"""A memory with a bound: what came first goes first, so that months of trading weigh what hours do.

For what only the newest of can still matter; what must never be forgotten is in the journal.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

MOST = 10_000
"""A signal lives seconds and an execution is final within minutes: the oldest are long past."""


class Newest(dict[Key, Value]):
    """A dict of what was put into it last.

    Args:
        most: How much it holds.
    """

    def __init__(self, most: int = MOST) -> None:
        super().__init__()
        self._most = most

    def put(self, key: Key, value: Value) -> None:
        """Remember something as the newest; the oldest gives way to it."""
        self.pop(key, None)
        self[key] = value
        if len(self) > self._most:
            del self[next(iter(self))]
