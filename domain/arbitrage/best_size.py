"""How much to take: the whole number at which a profit made of contract roundings is largest.

Between two venues the next unit is always bought dearer and sold cheaper, so profit over size is a
concave curve, seen through roundings of a few units. The search halves its stride from half the
limit down to 1
and only stops where neither neighbour is better: near by convexity, exact at the end.

What is guaranteed: ``f(n-1) < f(n) >= f(n+1)`` for the answer `n`. What is not: roundings make
plateaus and notches of a few quote units (10^-6 of a dollar) near the top of a very flat curve, and
a notch elsewhere may be higher by that much.
"""

from __future__ import annotations

from collections.abc import Callable

Profit = Callable[[int], int | None]
"""Size -> profit in any integer unit; ``None`` where the size cannot be filled. Feasible sizes have
no holes: what fills at n fills at every smaller size."""


def best_size(profit: Profit, limit: int) -> int | None:
    """Find the size within [1, limit] from which no step of one improves the profit.

    Args:
        profit: Concave up to roundings.
        limit: Largest size allowed; at least 1.

    Returns:
        The size, the smallest of its plateau; ``None`` when not even a size of 1 can be filled.
    """
    if limit < 1 or profit(1) is None:
        return None
    size = (limit + 1) // 2
    while (best := profit(size)) is None:
        size = (size + 1) // 2
    stride = max(size // 2, 1)
    while True:
        size, best, has_moved = _stride(profit, size, best, stride, limit)
        if stride == 1 and not has_moved:
            return size
        stride = max(stride // 2, 1)


def _stride(profit: Profit, size: int, best: int, stride: int, limit: int) -> tuple[int, int, bool]:
    """Walk by one stride as long as that helps: up for more, down also for as much with less."""
    start = size
    while size + stride <= limit:
        above = profit(size + stride)
        if above is None or above <= best:
            break
        size, best = size + stride, above
    while size - stride >= 1:
        below = profit(size - stride)
        if below is None or below < best:
            break
        size, best = size - stride, below
    return size, best, size != start
