"""How good stated probabilities were: the Brier score and the reliability curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Part(NamedTuple):
    """Opportunities whose stated probability fell into one tenth.

    Args:
        low: Where the tenth begins.
        size: How many.
        stated: Mean of what was stated.
        realised: Share that came true.
    """

    low: float
    size: int
    stated: float
    realised: float


class Stated(NamedTuple):
    """A probability that was stated, and whether it came true."""

    probability: float
    is_realised: bool


def brier(history: Sequence[Stated]) -> float | None:
    """Give the mean squared error: 0 is perfect, 0.25 is what always saying a half gets."""
    if not history:
        return None
    return sum((said.probability - said.is_realised) ** 2 for said in history) / len(history)


def reliability(history: Sequence[Stated], bins: int = 10) -> list[Part]:
    """Give the curve: stated against realised by equal parts of [0, 1], empty parts left out."""
    parts: list[list[Stated]] = [[] for _ in range(bins)]
    for said in history:
        parts[min(int(said.probability * bins), bins - 1)].append(said)
    return [
        Part(
            low=at / bins,
            size=len(part),
            stated=sum(said.probability for said in part) / len(part),
            realised=sum(said.is_realised for said in part) / len(part),
        )
        for at, part in enumerate(parts)
        if part
    ]
