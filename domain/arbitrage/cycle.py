"""A cycle of swaps: out of an asset, through pools that each appear once, and back into it.

A market is pools with the names of their coins. Which cycles exist is for
:mod:`domain.arbitrage.cycles`, how much to send round one for :mod:`domain.cycles.sizing`.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.amm.pool import Pool
from domain.cycles import hop as cycles


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

    @property
    def plain(self) -> cycles.Hop:
        """Without names."""
        return cycles.Hop(self.listed.pool, self.sold, self.bought)

    def spot_rate(self) -> float:
        """Estimate what the first unit pays; for screening only."""
        return self.listed.pool.spot_rate(self.sold, self.bought)


Cycle = tuple[Hop, ...]


def plain(cycle: Cycle) -> tuple[cycles.Hop, ...]:
    """Give a cycle without names, as it is sized."""
    return tuple(hop.plain for hop in cycle)
