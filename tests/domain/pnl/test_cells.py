"""Cells cut every row by asset and lose nothing."""

from __future__ import annotations

from collections import Counter

from hypothesis import given

from domain.pnl.cells import cells_of
from domain.pnl.marks import MarkBook
from tests.kit.books import World, dex_dex
from tests.kit.histories import HISTORIES, few


@few
@given(HISTORIES)
def test_cells_of_a_row_sum_to_it_and_all_of_them_to_the_change_of_equity(world: World):
    attribution = world.attribution()
    cells = cells_of(attribution)
    sums = Counter()
    for cell in cells:
        sums[cell.row_id] += cell.amount_usd_e24 or 0
    assert {row.row_id: row.amount_usd_e24 for row in attribution.rows} == dict(sums)
    opened, closed = attribution.opening_equity_usd_e24, attribution.closing_equity_usd_e24
    assert opened is not None
    assert closed is not None
    capital = attribution.external_flow_usd_e24 or 0
    assert sum(cell.amount_usd_e24 or 0 for cell in cells) == closed - opened - capital
    assert len({cell.cell_id for cell in cells}) == len(cells)
    assert all(cell.asset for cell in cells)


def test_a_cell_without_a_mark_has_no_amount_and_neither_has_its_row():
    world = World()
    dex_dex(world, 10**18, 3_010 * 10**6, 3_020 * 10**6, gas_wei=1)
    attribution = world.attribution(marks=MarkBook.of([]))
    unknown = {cell.row_id for cell in cells_of(attribution) if cell.amount_usd_e24 is None}
    assert unknown == {row.row_id for row in attribution.rows if row.amount_usd_e24 is None}
    assert unknown
