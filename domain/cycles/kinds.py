"""The strategies over cycles, as plug-ins: what each looks at, in one line, and their registry.

A kind is a name and the shapes it takes. `KINDS` is asked in order and the first to take a
shape has it, so no cycle is looked at twice; a new strategy is a line there. What a cycle must
bring, and whether anybody can execute it, is the same question for all and is asked elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.cycles.paths import MOST_HOPS
from domain.cycles.table import Key


class Shape(NamedTuple):
    """What kinds are told apart by: the length, and how many venues are on the chain."""

    hops: int
    on_chain: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A strategy over cycles.

    Args:
        name: As in facts and P&L.
        hops: Lengths it looks at.
        on_chain: How many of the venues are on the chain; any number for ``None``.
    """

    name: str
    hops: range
    on_chain: int | None = None

    def takes(self, shape: Shape) -> bool:
        """Ask whether a cycle of this shape is its business."""
        return shape.hops in self.hops and self.on_chain in {None, shape.on_chain}


_PAIR, _TRIANGLE, _LONGER = range(2, 3), range(3, 4), range(4, MOST_HOPS + 1)
CROSS_DEX = Kind("dex_dex", _PAIR, on_chain=2)
CEX_DEX = Kind("cex_dex", _PAIR, on_chain=1)
CEX_CEX = Kind("cex_cex", _PAIR, on_chain=0)
TRIANGULAR = Kind("triangular", _TRIANGLE)
COMPOUND = Kind("compound", _LONGER)

KINDS: tuple[Kind, ...] = (CROSS_DEX, CEX_DEX, CEX_CEX, TRIANGULAR, COMPOUND)


def key_of(shape: Shape, kinds: Sequence[Kind] = KINDS) -> Key | None:
    """Give the group a cycle belongs to; ``None`` when no kind takes its shape."""
    for kind in kinds:
        if kind.takes(shape):
            return Key(kind.name, *shape)
    return None
