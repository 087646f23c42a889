"""How much of what is settled could still be undone: what stands in blocks short of final.

A statement of an exchange is its last word; what a chain says is as settled as its block. What is
not seen in any block that was read is not final either. Nothing is valued here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from domain.settlement.outcome import Settlement
from domain.settlement.status import standing_of
from domain.settlement.types import ChainBook

_HASH = re.compile(r"0x[0-9a-f]{64}")
_FINAL = "final"


def short_of_final(settlement: Settlement, chain: ChainBook) -> Settlement:
    """Keep of a settlement what is not final.

    Args:
        settlement: Of any days.
        chain: Up to the anchor, with the heads it was read at.

    Returns:
        The executions that are provisional, and each leg, movement and fee whose block is short of
        final or was not read. An exchange's are never among them.
    """
    blocks = {tx.receipt.tx_hash: tx.receipt.block_number for tx in chain.transactions}
    blocks |= {one.tx_hash: one.block_number for one in chain.rebases}

    def is_short(evidence: str) -> bool:
        named = _HASH.search(evidence)
        if named is None:
            return False
        block = blocks.get(named[0])
        return block is None or standing_of(block, chain) != _FINAL

    return msgspec.structs.replace(
        settlement,
        executions=tuple(one for one in settlement.executions if one.is_provisional),
        legs=_short(settlement.legs, is_short),
        gas=tuple(one for one in settlement.gas if is_short(one.tx_hash)),
        transfers=_short(settlement.transfers, is_short),
        conversions=_short(settlement.conversions, is_short),
        flows=_short(settlement.flows, is_short),
        unexplained=_short(settlement.unexplained, is_short),
        incidents=_short(settlement.incidents, is_short),
        revisions=_short(settlement.revisions, is_short),
        liquidity=_short(settlement.liquidity, is_short),
        transits=_short(settlement.transits, is_short),
    )


def _short(items: tuple[Any, ...], is_short: Callable[[str], bool]) -> tuple[Any, ...]:
    return tuple(one for one in items if is_short(one.evidence))
