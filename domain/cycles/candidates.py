"""What the screen kept after a word, all lengths together, taken best upper bound first.

Arrays to the end: a word about a busy venue keeps hundreds of cycles of which two or three are ever
asked, so none becomes an object before its turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.cycles.graph import Floats, Ints
from domain.cycles.screen import Kept
from domain.cycles.table import Near

_E24 = 1e24
_OPEN, _ASKED, _OUTRANKED = 0, 1, 2


class Candidate(NamedTuple):
    """A cycle whose turn has come.

    Args:
        hops, number: Where the table has it.
        near_units: Where its line gains most.
    """

    hops: int
    number: int
    near_units: int


@dataclass(slots=True)
class Candidates:
    """Cycles that wait for their turn; (kept,) each.

    Args:
        bounds_usd: Upper bounds of what each brings.
        kinds: Numbers of their kinds.
        hops, numbers: Where the table has them.
        inputs: Where their lines gain most.
    """

    bounds_usd: Floats
    kinds: Ints
    hops: Ints
    numbers: Ints
    inputs: Floats
    _states: NDArray[np.int8] = field(init=False)
    _order: Ints = field(init=False)
    _turn: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._states = np.zeros(self.bounds_usd.size, dtype=np.int8)
        self._order = self.bounds_usd.argsort()[::-1]

    @classmethod
    def of(cls, near: Near, at: Ints, kept: Kept, kind_of_key: Ints) -> Candidates:
        """Take what was kept of the cycles at some places of those through a venue."""
        places = at.take(kept.numbers)
        return cls(
            kept.net_usd,
            kind_of_key.take(kept.keys),
            near.hops.take(places),
            near.numbers.take(places),
            kept.inputs,
        )

    @classmethod
    def none(cls) -> Candidates:
        """Begin with nothing to ask."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(np.zeros(0), nothing, nothing, nothing, np.zeros(0))

    def next(self) -> Candidate | None:
        """Take the one of the best bound; ``None`` when none is left."""
        while self._turn < self._order.size:
            at = int(self._order[self._turn])
            self._turn += 1
            if self._states[at] == _OPEN:
                self._states[at] = _ASKED
                return Candidate(int(self.hops[at]), int(self.numbers[at]), int(self.inputs[at]))
        return None

    def outrank(self, kind: int, net_usd_e24: int) -> None:
        """Leave out what cannot bring more than its kind has brought."""
        is_below = self.bounds_usd * _E24 <= float(net_usd_e24)
        self._states[is_below & (self.kinds == kind) & (self._states == _OPEN)] = _OUTRANKED

    def left(self) -> Iterator[tuple[int, int, int]]:
        """Give (kind, how many were outranked, how many never had their turn)."""
        for kind in np.unique(self.kinds).tolist():
            states = self._states[self.kinds == kind]
            yield kind, int((states == _OUTRANKED).sum()), int((states == _OPEN).sum())


def counted(keys: Ints, kind_of_key: Ints) -> Mapping[int, int]:
    """Count cycles by kind, given the numbers of their keys."""
    counts = np.bincount(kind_of_key[keys])
    return {kind: count for kind, count in enumerate(counts.tolist()) if count}
