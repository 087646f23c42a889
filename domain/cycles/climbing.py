"""Climbing a curve of whole numbers that is concave up to roundings, by strides.

What the curve is of, and whether its top is proven, is `sizing.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable

_SMALL = 1 << 12
"""Strides below this are never skipped."""


def climbed(
    gain: Callable[[int], int | None], begin: int, stride: int, noise: int, tries: int
) -> int:
    """Climb a curve that is concave up to roundings from a size it can fill.

    Args:
        gain: What a size leaves; ``None`` where it cannot be filled.
        begin: Such a size.
        stride: How far to step at first.
        noise: What roundings alone can make of a difference, in units.
        tries: Most strides.

    Returns:
        A size of at least 1: the best met, and unless strides ran out one whose neighbours gain no
        more, or at some stride differ from it by roundings alone.
    """
    size, best = begin, gain(begin) or 0
    for _ in range(tries):
        there = _better(gain, size, best, stride)
        if there is not None:
            size, best, stride = *there, stride * 2
        elif stride == 1 or _is_flat(gain, size, best - noise, stride):
            break
        else:
            stride = max(1, stride >> 2)
    return size


def _better(
    gain: Callable[[int], int | None], size: int, best: int, stride: int
) -> tuple[int, int] | None:
    """Give a size a stride away that gains more, or a smaller one as much."""
    for other in (size - stride, size + stride):
        found = gain(other) if other >= 1 else None
        if found is not None and found > best - (other < size):
            return other, found
    return None


def _is_flat(gain: Callable[[int], int | None], size: int, least: int, stride: int) -> bool:
    """Ask whether only roundings are left to be gained; small sizes are searched to the end."""
    if stride < _SMALL:
        return False
    both = (gain(size - stride) if size > stride else None, gain(size + stride))
    return all(found is not None and found >= least for found in both)
