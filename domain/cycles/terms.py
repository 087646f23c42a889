"""Under what conditions cycles are looked for: marks, gas at the base fee, capital, the minimum.

Exact integers; :meth:`Terms.wants` gives the floats the screen works with. A cycle's gas is what
its executor was measured at, and does not depend on its size. Gas is paid in the
native coin and valued at its mark; an asset without a mark can begin no cycle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from domain.cycles.funding import Funding
from domain.cycles.screen import Wants
from domain.cycles.table import Key
from domain.money import WEI_DECIMALS, value_usd_e24

OWN = "own"
_USD = 1e24
_NOTHING: Mapping[int, Funding] = MappingProxyType({})


class Mark(NamedTuple):
    """What one whole asset is worth, 10^-6 of the book currency, and its decimals."""

    decimals: int
    mark_e6: int

    def value_usd_e24(self, units: int) -> int:
        """Value base units."""
        return value_usd_e24(units, self.decimals, self.mark_e6)


class Gas(NamedTuple):
    """What transactions cost, in gas.

    Args:
        begin: Of the transaction and the executor around the swaps.
        hop: Of one swap. With `begin`, what the executor was measured at: 160,000 at most for one
            pool and 290,000 for two.
    """

    begin: int = 30_000
    hop: int = 130_000

    def of(self, key: Key) -> int:
        """Give the gas of a group's cycles, funding apart; nothing where nothing is on chain."""
        return self.begin + self.hop * key.on_chain if key.on_chain else 0


_MEASURED = Gas()


@dataclass(frozen=True, slots=True)
class Terms:
    """See the module.

    Args:
        marks: By asset number.
        native: Mark of the coin that pays gas.
        gas_price_wei: Base fee of the current block with its margin and the tip.
        least_usd_e24: A net gain below it is not worth doing.
        own_units: What we may put in of each asset.
        loans: Flash loans by asset; for cycles that one transaction does whole.
        gas: See :class:`Gas`.
    """

    marks: Mapping[int, Mark]
    native: Mark
    gas_price_wei: int
    least_usd_e24: int
    own_units: Mapping[int, int]
    loans: Mapping[int, Funding] = field(default_factory=lambda: _NOTHING)
    gas: Gas = _MEASURED

    def fundings(self, key: Key, asset: int) -> tuple[Funding, ...]:
        """Give the ways to fund a cycle, our own first."""
        own = self.own_units.get(asset, 0)
        ways = (Funding(OWN, own),) if own > 0 else ()
        loan = self.loans.get(asset) if key.is_atomic else None
        return (*ways, loan) if loan else ways

    def gas_wei(self, key: Key, funding: Funding) -> int:
        """Give what a transaction costs."""
        gas = self.gas.of(key)
        return (gas + funding.gas) * self.gas_price_wei if gas else 0

    def gas_usd_e24(self, gas_wei: int) -> int:
        """Value gas."""
        return value_usd_e24(gas_wei, WEI_DECIMALS, self.native.mark_e6)

    def wants(self, assets: int, keys: Sequence[Key]) -> Wants:
        """Write the terms for the screen; `assets` is how many there are."""
        worth, most = np.zeros(assets), np.zeros((len(keys), assets))
        for asset, mark in self.marks.items():
            worth[asset] = mark.value_usd_e24(1) / _USD
            for number, key in enumerate(keys):
                ways = self.fundings(key, asset)
                most[number, asset] = float(max((way.most_units for way in ways), default=0))
        gas = [self.gas_usd_e24(self.gas.of(key) * self.gas_price_wei) / _USD for key in keys]
        return Wants(worth, most, self.least_usd_e24 / _USD, np.array(gas))
