"""How long to wait before trying again: doubling to a ceiling, back to the start on success."""

from __future__ import annotations


class Backoff:
    """Spans between attempts, in seconds.

    Args:
        first_s: After the first failure. Short, because a restarted neighbour is back within a
            second.
        ceiling_s: Never longer, so that a desk heals soon after its slowest part.
    """

    def __init__(self, *, first_s: float = 0.05, ceiling_s: float = 1.0) -> None:
        self._first_s = first_s
        self._ceiling_s = ceiling_s
        self._next_s = first_s

    def next_s(self) -> float:
        """Give the span to wait now; the one after it is twice as long."""
        span_s = self._next_s
        self._next_s = min(span_s * 2, self._ceiling_s)
        return span_s

    def reset(self) -> None:
        """Start from the first span again: something worked."""
        self._next_s = self._first_s
