"""A settlement written is the settlement read, whatever happened."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from domain.home import DeskHome
from orchestration.movements import load_settlement, save_settlement
from tests.kit.books import World
from tests.kit.histories import HISTORIES
from tests.kit.world_names import DAY


@settings(max_examples=25)
@given(HISTORIES)
def test_a_settlement_written_is_the_settlement_read(
    tmp_path_factory: pytest.TempPathFactory, world: World
):
    home = DeskHome(tmp_path_factory.mktemp("desk"))
    settlement = world.settled()
    save_settlement(home, DAY, settlement)
    assert load_settlement(home, DAY) == settlement
