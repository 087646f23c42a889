"""Which strategies the detector runs, in order; a new one is a line here.

Those without inventory risk come first. Each is made for a desk, since which venues there are is
known once and for all when it opens.
"""

from __future__ import annotations

from collections.abc import Callable

from domain.desk import DeskCard
from live.detection.rounds import Rounds
from live.detection.strategies import CexDex, DexDex, Strategy

REGISTRY: tuple[Callable[[DeskCard], Strategy], ...] = (
    lambda _card: DexDex(),
    lambda _card: CexDex(),
    Rounds,
)


def strategies_for(card: DeskCard) -> tuple[Strategy, ...]:
    """Make every strategy for a desk."""
    return tuple(make(card) for make in REGISTRY)
