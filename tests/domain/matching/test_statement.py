"""An exchange that contradicts itself is found, asset by asset, by its own amount."""

from __future__ import annotations

import msgspec
from hypothesis import given

from domain.matching.made import Compared
from domain.matching.statement import match_copies, match_statement
from domain.matching.strands import frame_of
from tests.kit.books import World, cex_dex
from tests.kit.facts import PAPER_ETH, PAPER_USDC
from tests.kit.histories import PLANNED_HISTORIES, few


def _world() -> World:
    world = World()
    cex_dex(world, 10, 5, [(10, 300, 2)])
    return world


def _stated(world: World) -> Compared:
    exchange = world.sources()[1]
    return match_statement(exchange, frame_of(exchange))


@few
@given(PLANNED_HISTORIES)
def test_an_honest_statement_has_no_break(world: World):
    assert _stated(world).breaks == []
    assert match_copies(world.sources()[1]).breaks == []


def test_a_statement_that_books_another_amount_than_the_fill_is_a_break():
    world = _world()
    world.lines[1] = msgspec.structs.replace(world.lines[1], units=301)
    (broken,) = _stated(world).breaks
    assert (broken.cause, broken.asset, broken.amount_units) == ("QTY", PAPER_USDC, 1)


def test_a_fill_without_statement_lines_is_missing_outside_for_each_asset():
    world = _world()
    world.statement("deposit", "", PAPER_USDC, 1, 0)
    world.lines = world.lines[2:]
    causes = {(one.cause, one.asset) for one in _stated(world).breaks}
    assert causes == {("MISSING_EXTERNAL", PAPER_ETH), ("MISSING_EXTERNAL", PAPER_USDC)}


def test_a_copy_is_no_break_and_a_contradiction_under_one_id_is():
    world = _world()
    world.fills.append(world.fills[0])
    assert match_copies(world.sources()[1]).breaks == []
    world.fills.append(msgspec.structs.replace(world.fills[0], base_units=11))
    (broken,) = match_copies(world.sources()[1]).breaks
    assert (broken.cause, broken.recon) == ("DUPLICATE", "fills")
