"""The chain as last seen, and which of its blocks were taken back since. Pure.

The view keeps the hashes of the last `depth` heights. Each round hands in those heights as the node
has them *now*; a height whose hash changed was reorganised, however deep it lies, which a look at
parent hashes of the newest block alone would miss when two rounds are far apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec


class ChainView(msgspec.Struct, frozen=True):
    """The chain as last seen.

    Args:
        depth: Heights remembered. 64 is two epochs of Ethereum, after which a block is final.
        hashes: Height to block hash, at most `depth` of them.
    """

    depth: int = 64
    hashes: Mapping[int, str] = {}

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


def follow(view: ChainView, heads: Iterable[tuple[int, str]]) -> Followed:
    """Take in the newest heights as the node has them now.

    Args:
        view: What was seen before.
        heads: (height, block hash), every height from the lowest given up to the newest.
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
    return Followed(ChainView(view.depth, kept | recent), reorged)
