"""Keeping a view of the chain: asks the node for the last heights and lets `finality.py` judge.

The rim of finality: which questions to ask each round. The judging is pure and elsewhere.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from live.chain.decoding import BlockHead
from live.chain.finality import ChainView, Followed, follow


class Blocks(Protocol):
    """Whatever can be asked for blocks."""

    async def block(self, which: int | str) -> BlockHead | None:
        """Read a block by height, tag or hash."""
        ...


async def read_view(blocks: Blocks, view: ChainView) -> Followed:
    """Read the chain once more: re-hash what may still change, take in what is new.

    Heights at or below the final one are not asked again; at most `view.depth` heights are.

    Raises:
        RpcUnavailable: The node does not answer.
    """
    latest, safe, final = await asyncio.gather(*(blocks.block(t) for t in _TAGS))
    if latest is None:
        return Followed(view, ())
    safe_number, final_number = _number(safe), _number(final)
    lowest = max(latest.number - view.depth + 1, min(view.final_number, latest.number), 0)
    asked = await asyncio.gather(*(blocks.block(n) for n in range(lowest, latest.number)))
    heads = [*(head for head in asked if head is not None), latest]
    return follow(
        view,
        [(head.number, head.hash) for head in heads],
        safe_number=safe_number,
        final_number=final_number,
    )


_TAGS = ("latest", "safe", "finalized")


def _number(head: BlockHead | None) -> int:
    return -1 if head is None else head.number
