"""What is between wallet and exchange when a day ends is carried, stated, counted and met."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings

from domain.home import DeskHome
from domain.ledger.balances import Position
from domain.settlement.underway import OpenTransit, underway
from orchestration.day import POSITIONS, Day
from orchestration.incremental.attributing import attributed
from orchestration.incremental.holding import positions_of
from orchestration.partitions import day_before
from orchestration.reading.transits import OPEN, write_open
from orchestration.resources.lake import Lake
from orchestration.resources.warehouse import Warehouse
from tests.kit.books import World
from tests.kit.facts import ETH, PAPER_ETH
from tests.kit.ticking import ToldDay, look
from tests.kit.transfers import PLANS, Planned, play
from tests.kit.transits import credit, pay_in, with_deposits
from tests.kit.world_names import DAY, UNDERWAY
from tests.orchestration.incremental.test_ticks import hold_to_everything

UNITS, WEI = 10**10, 10**18


def a_world() -> World:
    world = World()
    world.card = with_deposits(world.card)
    world.card = msgspec.structs.replace(
        world.card, chain=msgspec.structs.replace(world.card.chain, opening_block=0)
    )
    world.mark(3_000_000_000)
    return world


def told_of(folder: Path, staged: DeskHome, world: World, *, follows: bool = False) -> ToldDay:
    told = ToldDay(folder / "desk", staged, world, follows=follows)
    told.tell_all()
    return told


def held_in_transit(home: DeskHome) -> dict[str, int]:
    positions = positions_of(Day(home, DAY))
    return {one.asset: one.closing_units for one in positions if one.account == UNDERWAY}


def test_what_is_on_its_way_at_the_end_is_ours_and_nothing_is_left_unexplained(
    tmp_path: Path, staged: DeskHome
):
    world = a_world()
    pay_in(world, PAPER_ETH, UNITS)
    world.mark(3_100_000_000)
    home = told_of(tmp_path, staged, world).home
    look(home, 2 * 10**18)
    assert held_in_transit(home) == {ETH: WEI}
    day = Day(home, DAY)
    [one] = write_open(day.lake, DAY, day.previous)
    assert (one.name, one.left_units) == (world.mined[0].receipt.tx_hash, WEI)
    with Warehouse(home).held():
        [claim] = [one for one in day.claims() if one.account == UNDERWAY]
        profit, _ = attributed(day)
    assert (claim.asset, claim.units) == (ETH, WEI)
    assert (profit.residual_usd_e24, profit.external_flow_usd_e24) == (0, 0)


def test_what_left_on_another_day_is_met_by_its_name(tmp_path: Path, staged: DeskHome):
    world = a_world()
    sent = pay_in(world, PAPER_ETH, UNITS)
    left = underway([], world.settled().transits)
    world.mined.clear()
    credit(world, sent)
    told = told_of(tmp_path, staged, world, follows=True)
    leave_open(told.home, left)
    look(told.home, 2 * 10**18)
    day = Day(told.home, DAY)
    assert write_open(day.lake, DAY, day.previous) == []
    assert held_in_transit(told.home) == {ETH: 0}
    with Warehouse(told.home).held():
        [claim] = [one for one in day.claims() if one.account == UNDERWAY]
        [opened] = [one for one in day.external_opening() if one.account == UNDERWAY]
    assert (claim.units, opened.units) == (0, WEI)


def leave_open(home: DeskHome, left: list[OpenTransit]) -> None:
    """Let the close before have left something on its way."""
    lake, before = Lake(home), day_before(DAY)
    held = lake.load(POSITIONS, before, Position)
    moved = [Position(UNDERWAY, one.asset, 0, (), one.left_units) for one in left]
    lake.save(OPEN, before, OpenTransit, left)
    lake.save(POSITIONS, before, Position, [*held, *moved])


def test_sides_that_are_told_late_leave_what_everything_leaves(tmp_path: Path, staged: DeskHome):
    plans = [
        Planned(True, PAPER_ETH, 10_000, 300, True, True, 1, 3),
        Planned(False, PAPER_ETH, 20_000, 300, False, True, 2, 4),
        Planned(False, PAPER_ETH, 20_000, 0, False, True, 2, 9),
        Planned(True, PAPER_ETH, 30_000, 0, True, False, 5, 1),
    ]  # fmt: skip
    hold(tmp_path, staged, plans)


@pytest.mark.slow  # three CPU seconds an example
@settings(max_examples=6)
@given(plans=PLANS)
def test_any_transfers_told_bit_by_bit_leave_what_everything_leaves(
    tmp_path_factory: pytest.TempPathFactory, staged: DeskHome, plans: list[Planned]
):
    hold(tmp_path_factory.mktemp("told"), staged, plans)


def hold(folder: Path, staged: DeskHome, plans: list[Planned]) -> None:
    world, _ = play(plans)
    chain = msgspec.structs.replace(world.card.chain, opening_block=0)
    world.card = msgspec.structs.replace(world.card, chain=chain)
    told = ToldDay(folder / "desk", staged, world)
    hold_to_everything(told, [(1, 0.6, "")])
