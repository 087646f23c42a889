"""What amounts were worth: an asset's decimals and underlying meet the mark in force.

Exact integers of 10^-24 book currency. An asset the desk does not know has no value here, on
neither side of the identity; who asks gets None and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from domain.desk import Asset
from domain.ledger.series import Flow
from domain.money import value_usd_e24
from domain.pnl.marks import MarkBook


class Valuer(msgspec.Struct, frozen=True):
    """Values amounts of the desk's assets at marks."""

    assets: dict[str, Asset]
    marks: MarkBook
    underlyings: dict[str, str]

    @classmethod
    def of(cls, assets: Iterable[Asset], marks: MarkBook) -> Valuer:
        """Arrange reference data by asset identity."""
        known = {asset.asset: asset for asset in assets}
        return cls(known, marks, {name: asset.underlying for name, asset in known.items()})

    def knows(self, asset: str) -> bool:
        """Ask whether the desk's reference data holds an asset."""
        return asset in self.assets

    def underlying(self, asset: str) -> str:
        """Name whose mark values a known asset."""
        return self.underlyings[asset]

    def scale(self, asset: str) -> int:
        """Give what units of a known asset are multiplied by to count whole coins in 10^-18.

        Raises:
            InputRefused: The asset has more than 18 decimals.
        """
        return value_usd_e24(1, self.assets[asset].decimals, 1)

    def at_mark(self, asset: str, units: int, mark_e6: int) -> int:
        """Value units of a known asset at a given mark."""
        return value_usd_e24(units, self.assets[asset].decimals, mark_e6)

    def at(self, asset: str, units: int, ns: int) -> int | None:
        """Value units of a known asset at the mark in force; None without a mark."""
        mark_e6 = self.marks.at(self.underlyings[asset], ns)
        if mark_e6 is None:
            return None
        return value_usd_e24(units, self.assets[asset].decimals, mark_e6)

    def all_at(self, asset: str, units: Sequence[int], times_ns: Sequence[int]) -> int | None:
        """Value what came of a known asset, each at the mark in force; None without marks.

        Args:
            asset: Of all of it.
            units: Signed.
            times_ns: Of each, none before the one before it.
        """
        weighed = self.marks.weighed(self.underlyings[asset], times_ns, units)
        return None if weighed is None else weighed * self.scale(asset)

    def by_underlying(
        self, flows: Iterable[Flow], grains: Mapping[str, int] = MappingProxyType({})
    ) -> dict[str, list[int]]:
        """Count the flows of a series as coins, by underlying, entry by entry.

        Assets that are not known are left out.

        Args:
            flows: Of one series.
            grains: Underlying -> what it is counted in, in 10^-18 of a coin; 1 where none is given.
                The scale of each of its assets is a multiple.
        """
        parts: dict[str, list[list[int]]] = {}
        for one in flows:
            if self.knows(one.asset):
                name = self.underlyings[one.asset]
                grain = self.scale(one.asset) // grains.get(name, 1)
                counted = one.units if grain == 1 else [units * grain for units in one.units]
                parts.setdefault(name, []).append(counted)
        return {
            name: columns[0] if len(columns) == 1 else [*map(sum, zip(*columns, strict=True))]
            for name, columns in parts.items()
        }
