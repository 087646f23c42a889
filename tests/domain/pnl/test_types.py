"""Words of attribution: marks order by time, rows and their holders survive being written down."""

from __future__ import annotations

import msgspec
from hypothesis import given

from domain.pnl.types import Attribution, Mark
from tests.kit.books import World
from tests.kit.histories import HISTORIES, few


def test_marks_sort_by_time_first():
    late, early = Mark(2, "A", 1), Mark(1, "Z", 9)
    assert sorted([late, early]) == [early, late]


@few
@given(HISTORIES)
def test_an_attribution_survives_being_written_down(world: World):
    attribution = world.attribution()
    assert msgspec.json.decode(msgspec.json.encode(attribution), type=Attribution) == attribution


@few
@given(HISTORIES)
def test_a_row_is_the_sum_of_its_cells_and_named_by_its_parts(world: World):
    attribution = world.attribution()
    assert len({row.row_id for row in attribution.rows}) == len(attribution.rows)
    for row in attribution.rows:
        assert row.row_id == f"{row.day}/{row.strategy}/{row.venue}/{row.cause}"
        cells = [cell for cell in attribution.cells if cell.row_id == row.row_id]
        assert row.amount_usd_e24 == sum(cell.amount_usd_e24 for cell in cells)
    assert attribution.total_usd_e24 == sum(row.amount_usd_e24 for row in attribution.rows)
