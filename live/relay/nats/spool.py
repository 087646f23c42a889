"""What waits for the server: bounded, in order, kept until the server says that it has it.

Pure. Nothing leaves before it was acknowledged, so a broken connection costs a repetition and no
frame; the ids make the repetition harmless. At any instant::

    offered = acknowledged + dropped + under way + waiting
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from live.relay.nats.letters import Letter

OVERHEAD_BYTES = 256
"""Of a waiting letter beside its data: its subject, id and place in the queue, as measured."""


class Spool:
    """The letters of one stream.

    Args:
        limit_bytes: The most that waits and is under way; beyond it the oldest waiting letter goes.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._waiting: deque[Letter] = deque()
        self._sent: dict[int, Letter] = {}
        self._next_number = 0
        self._held_bytes = 0
        self._missing: dict[str, int] = {}
        self.offered = 0
        self.acknowledged = 0
        self.dropped = 0

    @property
    def waiting(self) -> int:
        """How many letters wait to be sent."""
        return len(self._waiting)

    @property
    def under_way(self) -> int:
        """How many letters were sent and not acknowledged."""
        return len(self._sent)

    def put(self, letter: Letter) -> None:
        """Let a letter wait; the oldest waiting ones give way to it, counted by channel."""
        self.offered += 1
        self._waiting.append(letter)
        self._held_bytes += _size(letter)
        while self._held_bytes > self._limit_bytes and self._waiting:
            oldest = self._waiting.popleft()
            self._held_bytes -= _size(oldest)
            self._drop(oldest)

    def take(self, most: int) -> list[tuple[int, Letter]]:
        """Give the oldest waiting letters, with a number each to acknowledge them by."""
        taken: list[tuple[int, Letter]] = []
        while self._waiting and len(taken) < most:
            letter = self._waiting.popleft()
            taken.append((self._next_number, letter))
            self._sent[self._next_number] = letter
            self._next_number += 1
        return taken

    def acknowledge(self, number: int) -> None:
        """Forget a letter: the server has it."""
        letter = self._sent.pop(number, None)
        if letter is not None:
            self._held_bytes -= _size(letter)
            self.acknowledged += 1

    def give_up(self, number: int) -> None:
        """Drop a letter that was taken: no server of this kind will ever take it."""
        letter = self._sent.pop(number)
        self._held_bytes -= _size(letter)
        self._drop(letter)

    def take_back(self) -> None:
        """Let everything that was not acknowledged wait again, in its order."""
        self._waiting.extendleft(reversed(self._sent.values()))
        self._sent.clear()

    def missing(self) -> Sequence[tuple[str, int]]:
        """Give how many letters of each channel were dropped since this was asked last."""
        missing, self._missing = self._missing, {}
        return list(missing.items())

    def _drop(self, letter: Letter) -> None:
        self._missing[letter.channel] = self._missing.get(letter.channel, 0) + 1
        self.dropped += 1


def _size(letter: Letter) -> int:
    return len(letter.data) + OVERHEAD_BYTES
