"""An exchange that contradicts itself is found, asset by asset, by its own amount."""

from __future__ import annotations

import msgspec
from hypothesis import given

from domain.matching.statement import duplicate_breaks, match_statement
from tests.kit.books import World, cex_dex
from tests.kit.facts import PAPER_ETH, PAPER_USDC
from tests.kit.histories import PLANNED_HISTORIES, few


def _world() -> World:
    world = World()
    cex_dex(world, 10, 5, [(10, 300, 2)])
    return world


@few
@given(PLANNED_HISTORIES)
def test_an_honest_statement_has_no_break(world: World):
    exchange = world.sources()[1]
    assert match_statement(exchange).breaks == []
    assert list(duplicate_breaks(exchange)) == []


def test_a_statement_that_books_another_amount_than_the_fill_is_a_break():
    world = _world()
    world.lines[1] = msgspec.structs.replace(world.lines[1], units=301)
    (broken,) = match_statement(world.sources()[1]).breaks
    assert (broken.cause, broken.asset, broken.amount_units) == ("QTY", PAPER_USDC, 1)


def test_a_fill_without_statement_lines_is_missing_outside_for_each_asset():
    world = _world()
    world.statement("deposit", "", PAPER_USDC, 1, 0)
    world.lines = world.lines[2:]
    causes = {(one.cause, one.asset) for one in match_statement(world.sources()[1]).breaks}
    assert causes == {("MISSING_EXTERNAL", PAPER_ETH), ("MISSING_EXTERNAL", PAPER_USDC)}


def test_a_copy_is_no_break_and_a_contradiction_under_one_id_is():
    world = _world()
    world.fills.append(world.fills[0])
    assert list(duplicate_breaks(world.sources()[1])) == []
    world.fills.append(msgspec.structs.replace(world.fills[0], base_units=11))
    (broken,) = duplicate_breaks(world.sources()[1])
    assert (broken.cause, broken.recon) == ("DUPLICATE", "fills")
