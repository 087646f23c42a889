"""Each fault in a statement or an answer is found, under its own cause and by its own amount."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from domain.matching.exchange import match_orders
from domain.matching.strands import frame_of
from tests.kit.books import World, cex_dex
from tests.kit.facts import PAPER_ETH, PAPER_USDC
from tests.kit.histories import PLANNED_HISTORIES, few


def _world() -> World:
    world = World()
    cex_dex(world, 10, 5, [(10, 300, 2)])
    return world


def _found(world: World, **changes: object) -> list[tuple[str, str, int | None]]:
    journal, exchange, _ = world.sources()
    book = msgspec.structs.replace(exchange, **changes)
    found = match_orders(journal, book, frame_of(book)).breaks
    return [(one.cause, one.asset, one.amount_units) for one in found]


def _answered(world: World, **changes: object) -> list[tuple[str, str, int | None]]:
    world.order_answers[0] = msgspec.structs.replace(world.order_answers[0], **changes)
    return _found(world)


@few
@given(PLANNED_HISTORIES)
def test_an_honest_day_has_no_break(world: World):
    journal, exchange, _ = world.sources()
    assert match_orders(journal, exchange, frame_of(exchange)).breaks == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"filled_base_units": 8}, ("QTY", PAPER_ETH, 2)),
        ({"filled_base_units": 0}, ("MISSING_INTERNAL", PAPER_ETH, 10)),
        ({"filled_quote_units": 299}, ("QTY", PAPER_USDC, 1)),
        ({"fee_units": 5}, ("FEE_AMOUNT", PAPER_USDC, -3)),
        ({"fee_asset": PAPER_ETH}, ("FEE_ASSET", PAPER_USDC, 2)),
    ],
)
def test_an_answer_that_differs_from_the_fills_is_a_break(fault: dict, expected: tuple):
    assert _answered(_world(), **fault) == [expected]


def test_a_fill_the_loop_heard_of_and_the_exchange_does_not_list_is_missing_outside():
    assert _found(_world(), fills=()) == [("MISSING_EXTERNAL", "", -10)]


def test_of_an_incomplete_statement_absence_proves_nothing():
    assert _found(_world(), fills=(), is_complete=False) == []


def test_a_fill_on_the_other_side_is_a_break_of_its_own():
    world = _world()
    flipped = msgspec.structs.replace(world.fills[0], side="buy")
    assert ("SIDE", "", None) in _found(world, fills=(flipped,))


def test_a_fill_nobody_answered_for_is_missing_inside():
    world = _world()
    world.order_answers.clear()
    assert _found(world) == [("MISSING_INTERNAL", PAPER_ETH, 10)]


def test_what_the_loop_heard_after_the_cut_off_is_a_matter_of_timing():
    world = _world()
    heard_ns = world.order_answers[0].observed_ns
    journal, exchange, _ = world.sources()
    cut = msgspec.structs.replace(exchange, fills=(), until_ns=heard_ns - 1)
    (broken,) = match_orders(journal, cut, frame_of(cut)).breaks
    assert (broken.cause, broken.severity) == ("TIMING", "info")
    assert broken.expires_ns > heard_ns
    whole = msgspec.structs.replace(exchange, until_ns=heard_ns - 1)
    assert match_orders(journal, whole, frame_of(whole)).breaks == []


def test_a_loop_that_heard_of_a_corrected_price_agrees_with_what_the_statement_made_of_it():
    world = _world()
    (fill,) = world.fills
    sign = 1 if fill.side == "buy" else -1
    world.statement("adjustment", fill.trade_id, PAPER_USDC, -sign * 3, 0)
    corrected = fill.quote_units + 3
    assert _answered(world, filled_quote_units=corrected) == []
    assert _answered(world, filled_quote_units=fill.quote_units) == []
    assert [one[0] for one in _answered(world, filled_quote_units=corrected + 1)] == ["QTY"]


def test_a_loop_that_heard_of_a_bust_agrees_with_what_the_statement_left():
    world = _world()
    (fill,) = world.fills
    sign = 1 if fill.side == "buy" else -1
    world.statement("adjustment", fill.trade_id, PAPER_ETH, -sign * 4, 0)
    assert _answered(world, filled_base_units=6) == []
    assert _answered(world, filled_base_units=10) == []
    assert _answered(world, filled_base_units=0) == [("MISSING_INTERNAL", PAPER_ETH, 10)]
