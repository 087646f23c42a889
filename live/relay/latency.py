"""How long frames stay inside the relay: from the read that brought them to the write that left.

A histogram without locks or labels, because it is touched on every wake-up. One observation weighs
as many frames as the wake-up wrote, each counted as old as the oldest of them.
"""

from __future__ import annotations

from bisect import bisect_left

BOUNDS_S = (
    0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_15, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005,
    0.01, 0.025, 0.05, 0.1, 0.25, 1.0,
)  # fmt: skip
_NS = 1_000_000_000


class Latency:
    """Seconds between read and write, frame by frame."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_S) + 1)
        self.sum_s = 0.0
        self._since_ns = 0

    def read(self, now_ns: int) -> None:
        """Something was read; what was read first in a wake-up counts.

        Args:
            now_ns: Of a monotonic clock.
        """
        if not self._since_ns:
            self._since_ns = now_ns

    def written(self, frames: int, now_ns: int) -> None:
        """All that was read has been written."""
        since_ns, self._since_ns = self._since_ns, 0
        if since_ns and frames:
            seconds = (now_ns - since_ns) / _NS
            self.counts[bisect_left(BOUNDS_S, seconds)] += frames
            self.sum_s += seconds * frames

    def buckets(self) -> list[tuple[str, float]]:
        """Give cumulative counts by upper bound, as Prometheus wants them."""
        total, found = 0, list[tuple[str, float]]()
        for bound, count in zip((*map(str, BOUNDS_S), "+Inf"), self.counts, strict=True):
            total += count
            found.append((bound, total))
        return found
