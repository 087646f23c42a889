"""Latencies as counts by microsecond: cheap to keep in a reader, exact to add up afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping


def add_up(parts: Iterable[Mapping[str, int]]) -> Counter[int]:
    """Add what several readers kept: microseconds (as text, from JSON) to how many frames."""
    total: Counter[int] = Counter()
    for part in parts:
        total.update({int(us): count for us, count in part.items()})
    return total


def percentile_us(counts: Mapping[int, int], share: float) -> float:
    """Give the latency that this share of the frames stayed at or below.

    Args:
        counts: Whole microseconds to how many frames; a frame of 12.9 us counts as 12.
        share: 0.5 for the median, 0.99 for p99.

    Returns:
        The upper edge of the microsecond it falls in; 0 when nothing was counted.
    """
    wanted = share * sum(counts.values())
    seen = 0
    for us in sorted(counts):
        seen += counts[us]
        if seen >= wanted:
            return us + 1.0
    return 0.0
