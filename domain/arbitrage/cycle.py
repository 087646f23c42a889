"""A cycle of swaps: out of an asset, through pools that each appear once, and back into it.

A market is pools with the names of their coins. Each pool is asked as a snapshot of one block, and
since no pool appears twice no swap of a cycle changes what a later one pays. Amounts are exact and
a cycle that some contract would refuse, or that passes nothing on, has none.

Which cycles exist is for :mod:`domain.arbitrage.cycles`, how much to send round one for
:mod:`domain.arbitrage.cycle_size`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.amm.pool import Fill, Pool
from domain.errors import Refused


@dataclass(frozen=True, slots=True)
class ListedPool:
    """A pool in a market.

    Args:
        name: What it is called; need not be unique.
        coins: Identity of each coin, in the contract's order.
        pool: Its snapshot.
    """

    name: str
    coins: tuple[str, ...]
    pool: Pool


@dataclass(frozen=True, slots=True)
class Hop:
    """One swap of a cycle: a pool, and which of its coins go in and out."""

    listed: ListedPool
    sold: int
    bought: int

    @property
    def sold_coin(self) -> str:
        """What goes in."""
        return self.listed.coins[self.sold]

    @property
    def bought_coin(self) -> str:
        """What comes out."""
        return self.listed.coins[self.bought]

    def out_units(self, units: int) -> int:
        """Compute what the pool pays for an amount.

        Raises:
            Refused: The contract would revert.
        """
        return self.listed.pool.out_units(self.sold, self.bought, units)

    def spot_rate(self) -> float:
        """Estimate what the first unit pays; for screening only."""
        return self.listed.pool.spot_rate(self.sold, self.bought)


Cycle = tuple[Hop, ...]


def amounts(hops: Sequence[Hop], units: int) -> tuple[int, ...] | None:
    """Follow an amount through hops: it and what each pays; ``None`` if one refuses or pays 0."""
    found = [units]
    try:
        for hop in hops:
            if units < 1:
                return None
            units = hop.out_units(units)
            found.append(units)
    except Refused:
        return None
    return tuple(found) if units else None


def profit_units(cycle: Cycle, units: int) -> int | None:
    """Compute what a cycle leaves of an amount, before gas; ``None`` where it cannot be sent."""
    found = amounts(cycle, units)
    return None if found is None else found[-1] - units


def executed(cycle: Cycle, units: int) -> bool:
    """Say whether every contract would really do its swap, and take all that it is sent."""
    try:
        for hop in cycle:
            done: Fill = hop.listed.pool.swap(hop.sold, hop.bought, units)
            if done.in_units != units:
                return False
            units = done.out_units
    except Refused:
        return False
    return True
