"""How sure the chain is: seen → included → safe → final, and which blocks it took back. Pure.

The view keeps the hashes of the last `depth` heights. Each round hands in those heights as the node
has them *now*; a height whose hash changed was reorganised, however deep it lies, which a look at
parent hashes of the newest block alone would miss when two rounds are far apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

import msgspec


class Finality(Enum):
    """A state of money; the value is the journal's word for it."""

    NONE = "none"
    INCLUDED = "included"
    SAFE = "safe"
    FINAL = "final"


class ChainView(msgspec.Struct, frozen=True):
    """The chain as last seen.

    Args:
        depth: Heights remembered. 64 is two epochs of Ethereum, after which a block is final.
        hashes: Height to block hash, at most `depth` of them.
        safe_number, final_number: Highest safe and final heights; -1 before any is known.
    """

    depth: int = 64
    hashes: Mapping[int, str] = {}
    safe_number: int = -1
    final_number: int = -1

    @property
    def latest_number(self) -> int:
        """The highest height seen, -1 before any."""
        return max(self.hashes, default=-1)


class Reorged(msgspec.Struct, frozen=True):
    """One height whose block was replaced; `new_hash` is empty when the chain got shorter."""

    number: int
    old_hash: str
    new_hash: str


class Followed(msgspec.Struct, frozen=True):
    """A new view and what it takes back of the old one, lowest height first."""

    view: ChainView
    reorged: tuple[Reorged, ...]


def follow(
    view: ChainView, heads: Iterable[tuple[int, str]], *, safe_number: int, final_number: int
) -> Followed:
    """Take in the newest heights as the node has them now.

    Args:
        view: What was seen before.
        heads: (height, block hash), every height from the lowest given up to the newest.
        safe_number: The node's safe height, -1 when it has none.
        final_number: The node's finalized height, likewise.
    """
    now = dict(heads)
    if not now:
        return Followed(view, ())
    lowest, newest = min(now), max(now)
    reorged = tuple(
        Reorged(number, old, now.get(number, ""))
        for number, old in sorted(view.hashes.items())
        if number >= lowest and now.get(number) != old
    )
    kept = {n: h for n, h in view.hashes.items() if newest - view.depth < n < lowest}
    recent = {n: h for n, h in now.items() if n > newest - view.depth}
    return Followed(ChainView(view.depth, kept | recent, safe_number, final_number), reorged)


def standing(view: ChainView, block_number: int, block_hash: str) -> Finality:
    """Say how sure a block is.

    Returns:
        `NONE` when that block is not (or no longer) the one at its height, or its height is not in
        view: then ask the node by hash.
    """
    if view.hashes.get(block_number) != block_hash:
        return Finality.NONE
    if block_number <= view.final_number:
        return Finality.FINAL
    return Finality.SAFE if block_number <= view.safe_number else Finality.INCLUDED
