"""The true books of a desk: what every account holds, from what truly happened.

Fed line by line, so their size is the number of accounts and assets, never that of the history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rehearsal.desks.catalog import Asset
from rehearsal.desks.lines import Line


class TrueBooks:
    """Running balances by account and asset; a venue lends, so they may be negative."""

    def __init__(self) -> None:
        self._units: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._assets: dict[str, Asset] = {}

    def post(self, lines: Iterable[Line]) -> None:
        """Add lines: amounts as signed, fees beside them."""
        for line in lines:
            self._add(line.account, line.asset, line.units)
            if line.fee_asset is not None:
                self._add(line.account, line.fee_asset, -line.fee_units)

    def _add(self, account: str, asset: Asset, units: int) -> None:
        self._assets[asset.name] = asset
        self._units[account, asset.name] += units

    def balances(self) -> Iterator[tuple[str, Asset, int]]:
        """List account, asset and units, in order of name."""
        for (account, name), units in sorted(self._units.items()):
            yield account, self._assets[name], units
