"""A settlement written is the settlement read, whatever happened."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.home import DeskHome
from domain.settlement.outcome import Settlement
from orchestration.reading.movements import TABLES, load_settlement, save_settlement
from orchestration.resources.lake import Lake
from tests.kit.books import World
from tests.kit.histories import HISTORIES
from tests.kit.settling import content
from tests.kit.world_names import DAY


@settings(max_examples=25)
@given(HISTORIES)
def test_a_settlement_written_is_the_settlement_read(
    tmp_path_factory: pytest.TempPathFactory, world: World
):
    home = DeskHome(tmp_path_factory.mktemp("desk"))
    settlement = world.settled()
    save_settlement(home, DAY, settlement)
    assert content(load_settlement(home, DAY)) == content(settlement)


@settings(max_examples=25)
@given(HISTORIES, st.integers())
def test_the_same_movements_are_the_same_bytes_whatever_was_settled_first(
    tmp_path_factory: pytest.TempPathFactory, world: World, seed: int
):
    home = DeskHome(tmp_path_factory.mktemp("desk"))
    settlement = world.settled()
    save_settlement(home, DAY, settlement)
    written = [Lake(home).parts(table, DAY)[0].read_bytes() for table in TABLES]
    mixed = {
        name: tuple(Random(seed).sample(items, len(items)))
        for name, items in msgspec.structs.asdict(settlement).items()
    }
    save_settlement(home, DAY, Settlement(**mixed))
    assert [Lake(home).parts(table, DAY)[0].read_bytes() for table in TABLES] == written
