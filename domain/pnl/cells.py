"""The rows of a day by asset: one number a strategy, venue, asset and cause, exact and complete.

A cell is the sum of its lines. Cells of a row sum to the row and all cells to the total; a cell
without a mark has no amount, so that neither does its row.
"""

from __future__ import annotations

from collections import defaultdict

from domain.pnl.equity import sum_known
from domain.pnl.types import Attribution, PnlCell


def cells_of(attribution: Attribution) -> list[PnlCell]:
    """Cut every row of a day by asset.

    Returns:
        Ordered by row and asset; one whose lines cancel is there with 0.
    """
    amounts: defaultdict[tuple[str, str], list[int | None]] = defaultdict(list)
    for line in attribution.lines:
        amounts[line.row_id, line.asset].append(line.amount_usd_e24)
    rows = {row.row_id: row for row in attribution.rows}
    return [
        PnlCell(
            cell_id=f"{name}/{asset}",
            row_id=name,
            day=rows[name].day,
            strategy=rows[name].strategy,
            venue=rows[name].venue,
            asset=asset,
            cause=rows[name].cause,
            amount_usd_e24=sum_known(amounts[name, asset]),
            policy=rows[name].policy,
        )
        for name, asset in sorted(amounts)
    ]
