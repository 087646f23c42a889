"""What became of the blocks we had, when the head does not continue them. Pure.

Three answers, and what each does to the pools is the same: nothing is said of them until their
contracts were asked again.

- *reorg*: blocks at heights we had were replaced by others, or taken back while the chain grew
  shorter. Its depth is how many of ours are gone; each is named by its hash.
- *gap*: all we had is still there, but too many blocks came since to replay their logs.
- *race*: all we had is still there and the head is near: the chain moved while it was read. Nothing
  is wrong; look again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from live.chain.view import ChainView, Reorged, follow

REMEMBERED = 64
"""Heights whose hashes are kept: two epochs of Ethereum, after which a block is final."""


class BreakKind(StrEnum):
    """What happened; the value is the journal's word for it, but for RACE, which is not told."""

    REORG = "reorg"
    GAP = "gap"
    RACE = "race"


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The head does not continue the blocks we had.

    Args:
        kind: See :class:`BreakKind`.
        last_number: The highest block we had.
        head_number: The node's head.
        orphaned: Blocks of ours that are gone, lowest first, each with what stands there now.
        view: What of ours still stands.
    """

    kind: BreakKind
    last_number: int
    head_number: int
    orphaned: tuple[Reorged, ...]
    view: ChainView

    @property
    def depth(self) -> int:
        """How many blocks of ours are gone."""
        return len(self.orphaned)

    @property
    def is_deeper_than_memory(self) -> bool:
        """Say whether not one remembered block still stands: the reorg may lie deeper yet."""
        return bool(self.orphaned) and not self.view.hashes

    @property
    def missing(self) -> tuple[int, int]:
        """Give the heights that are not known any more: from the first up to before the second."""
        if self.orphaned:
            return self.orphaned[0].number, self.last_number + 1
        return self.last_number + 1, self.head_number

    @property
    def sentence(self) -> str:
        """Say it to a person, with the hashes."""
        if self.kind is not BreakKind.REORG:
            return (
                f"the chain went from block {self.last_number} to {self.head_number} unheard: "
                "too many to replay"
            )
        least = "at least " if self.is_deeper_than_memory else ""
        gone = "; ".join(map(_replaced, self.orphaned))
        return f"a reorg took back {least}{self.depth} blocks, head is {self.head_number}: {gone}"


def remembered(view: ChainView, number: int, block_hash: str) -> ChainView:
    """Take in a block that continues the view."""
    return follow(view, [(number, block_hash)]).view


def classified(
    view: ChainView, head_number: int, found: Iterable[tuple[int, str]], far_blocks: int
) -> ChainBreak:
    """Say what became of the blocks of a view.

    Args:
        view: Blocks we had; at least one.
        head_number: The node's head.
        found: (height, hash) as the node has them now, of every height in the view it still has.
        far_blocks: More blocks than this are not replayed.
    """
    last, now = view.latest_number, dict(found)
    lowest = {min(view.hashes): now.get(min(view.hashes), "")}
    followed = follow(view, (lowest | now).items())
    gone = {entry.number for entry in followed.reorged}
    kept = ChainView(view.depth, {n: h for n, h in view.hashes.items() if n not in gone})
    if followed.reorged:
        kind = BreakKind.REORG
    else:
        kind = BreakKind.GAP if head_number - last > far_blocks else BreakKind.RACE
    return ChainBreak(kind, last, head_number, followed.reorged, kept)


def _replaced(gone: Reorged) -> str:
    return f"{gone.number} was {gone.old_hash}, is {gone.new_hash or 'no block'}"
