"""The hand-wound clock, and the instant tests begin at."""

from __future__ import annotations

from domain.clock import SECOND_NS, HandClock

NOON_NS = 1_763_640_000 * SECOND_NS
"""2025-11-20T12:00:00Z: far from both ends of its UTC day."""

__all__ = ["NOON_NS", "HandClock", "noon_clock"]


def noon_clock() -> HandClock:
    """Give a clock that stands at noon."""
    return HandClock(NOON_NS)
