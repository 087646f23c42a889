"""Which strategies win and lose on the same days: exact correlation of daily results. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import isqrt

import msgspec

from domain.clock import DAY_NS
from domain.money import BPS
from journal.records import ResultCounted

LEAST_DAYS = 5
"""Fewer common days than a working week say nothing about what moves together."""


class DailyResults(msgspec.Struct, frozen=True):
    """Strategy -> UTC day since the epoch -> sum of its results."""

    by_strategy: Mapping[str, Mapping[int, int]] = {}

    def plus(self, result: ResultCounted) -> DailyResults:
        """Add one result on the day it was counted."""
        days = dict(self.by_strategy.get(result.strategy, {}))
        day = result.counted_ns // DAY_NS
        days[day] = days.get(day, 0) + result.result_usd_e24
        return DailyResults({**self.by_strategy, result.strategy: days})

    def correlations_bps(self) -> dict[tuple[str, str], int]:
        """Give every pair with enough common days, the lesser name first; others are unknown."""
        found: dict[tuple[str, str], int] = {}
        for one, other in combinations(sorted(self.by_strategy), 2):
            mine, theirs = self.by_strategy[one], self.by_strategy[other]
            days = sorted(mine.keys() & theirs.keys())
            if len(days) < LEAST_DAYS:
                continue
            value = correlation_bps([mine[d] for d in days], [theirs[d] for d in days])
            if value is not None:
                found[one, other] = value
        return found


def correlation_bps(xs: Sequence[int], ys: Sequence[int]) -> int | None:
    """Give Pearson's correlation in 1/10 000, rounded toward zero.

    Args:
        xs: One side.
        ys: The other, as many and in the same order.

    Returns:
        None when one of them never moves: there is nothing to correlate.
    """
    count, sum_x, sum_y = len(xs), sum(xs), sum(ys)
    dx = [count * x - sum_x for x in xs]
    dy = [count * y - sum_y for y in ys]
    covariance = sum(a * b for a, b in zip(dx, dy, strict=True))
    squared = sum(a * a for a in dx) * sum(b * b for b in dy)
    if squared == 0:
        return None
    size = isqrt(covariance * covariance * BPS * BPS // squared)
    return size if covariance >= 0 else -size
