"""A report in six numbers an asset, so that methods can be laid side by side.

Whatever the method, the gain less the basis that remains is the same: proceeds and cost are facts,
and a method only decides which of the two the cost is counted in. Marks are not needed for that.
"""

from __future__ import annotations

import msgspec

from domain.lots.types import Report


class Totals(msgspec.Struct):
    """Sums over one asset.

    Args:
        gain_units: Proceeds less basis of what was disposed of.
        remaining_units: Quantity still held, less what is owed short.
        remaining_basis_units: Its basis, less the proceeds of shorts.
        missing_units: Quantity whose acquisition no fact tells.
    """

    disposed_units: int = 0
    proceeds_units: int = 0
    basis_units: int = 0
    remaining_units: int = 0
    remaining_basis_units: int = 0
    missing_units: int = 0

    @property
    def gain_units(self) -> int:
        """Money made; negative when lost."""
        return self.proceeds_units - self.basis_units

    @property
    def settled_units(self) -> int:
        """Gain less remaining basis: equal for all methods of one scope and fee policy."""
        return self.gain_units - self.remaining_basis_units


def totals_by_asset(report: Report) -> dict[str, Totals]:
    """Sum a report by asset, ordered by asset; of a wrap each asset has its own part."""
    found: dict[str, Totals] = {}
    for _, fact, quantity, proceeds, basis in report.rows:
        total = found.setdefault(fact.asset, Totals())
        total.disposed_units += quantity
        total.proceeds_units += proceeds
        total.basis_units += basis
    for one in report.remaining:
        total = found.setdefault(one.asset, Totals())
        total.remaining_units += one.quantity_units
        total.remaining_basis_units += one.basis_units
    for gap in report.missing:
        found.setdefault(gap.fact.asset, Totals()).missing_units += gap.quantity_units
    return dict(sorted(found.items()))
