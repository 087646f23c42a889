"""Marks of a world under another policy than the one its last close ended with."""

from __future__ import annotations

import msgspec

from domain.pnl.marks import MarkBook
from domain.pnl.types import Mark
from tests.kit.books import World
from tests.kit.clock import NOON_NS
from tests.kit.world_names import OPENING_MARKS_E6


def pool_marks(world: World, opening_e6: int) -> list[Mark]:
    """Take what was observed as marks of a pool, the first of each at the opening."""
    marks = [msgspec.structs.replace(mark, policy="pool") for mark in world.marks]
    opened = {**OPENING_MARKS_E6, "ETH": opening_e6}
    return [*(Mark(NOON_NS, name, e6, "pool") for name, e6 in opened.items()), *marks]


def marked_otherwise(world: World, left_e6: int, opening_e6: int) -> MarkBook:
    """Mark by pools, where the close before marked by the exchange and ended at `left_e6`."""
    return MarkBook.of(
        pool_marks(world, opening_e6), start_ns=NOON_NS, carried={"ETH": left_e6},
        policy="pool", carried_policy="cex_mid",
    )  # fmt: skip
