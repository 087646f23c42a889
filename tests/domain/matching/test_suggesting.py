"""What may belong together is shown, with how sure it is, and settles nothing."""

from __future__ import annotations

import msgspec
import pytest

from domain.matching.exchange import match_orders
from domain.matching.made import Compared, Sides
from domain.matching.statement import match_statement
from domain.matching.strands import frame_of
from domain.matching.suggesting import suggestions, with_suggestions
from domain.matching.types import make_break
from tests.kit.books import World, cex_dex
from tests.kit.reconciling import row


def _world() -> World:
    world = World()
    cex_dex(world, 10, 5, [(10, 300, 2)])
    return world


def _orders(world: World) -> Compared:
    journal, exchange, _ = world.sources()
    return match_orders(journal, exchange, frame_of(exchange))


@pytest.mark.parametrize("name", ["", "somebody-else"])
def test_a_fill_that_names_another_order_is_suggested_and_the_order_stays_missing(name: str):
    world = _world()
    world.fills[0] = msgspec.structs.replace(world.fills[0], client_order_id=name)
    found = _orders(world)
    (broken,) = found.breaks
    (maybe,) = found.matches
    order = world.orders[0].client_order_id
    assert (broken.cause, broken.subject, maybe.subject) == ("MISSING_EXTERNAL", order, order)
    assert (maybe.is_suggested, maybe.external_ids) == (True, world.fills[0].trade_id)
    assert world.fills[0].trade_id in broken.evidence


def test_the_name_of_a_break_does_not_hang_on_what_is_suggested():
    world = _world()
    stray = msgspec.structs.replace(world.fills[0], client_order_id="")
    world.fills.clear()
    lone = _orders(world).breaks
    world.fills.append(stray)
    assert [one.break_id for one in _orders(world).breaks] == [one.break_id for one in lone]


def test_of_two_fills_that_fit_the_other_one_is_told():
    world = _world()
    first = msgspec.structs.replace(world.fills[0], client_order_id="", order_id="")
    later = msgspec.structs.replace(first, trade_id="t-again", at_ns=first.at_ns + 1)
    world.fills = [first, later]
    told = {name for one in _orders(world).matches for name in (one.external_ids, one.runner_up)}
    assert told >= {first.trade_id, "t-again"}


def test_a_line_of_another_trade_is_suggested_for_a_fill_without_any():
    world = _world()
    world.lines = [msgspec.structs.replace(line, ref_id="odd") for line in world.lines]
    exchange = world.sources()[1]
    found = match_statement(exchange, frame_of(exchange))
    assert {one.cause for one in found.breaks} == {"MISSING_EXTERNAL"}
    assert {name for one in found.matches for name in one.external_ids.split(",")} == {"l0", "l1"}
    assert all(one.is_suggested for one in found.matches)


def test_nothing_is_suggested_where_nothing_is_lacking_or_nothing_is_over():
    sides = Sides({"a": row("a", ref="a")}, {"b": row("b")}, {"b": ("b",)})
    assert suggestions("r", sides, ["a"])
    assert suggestions("r", sides, []) == []
    assert suggestions("r", sides._replace(right={}), ["a"]) == []


def test_only_what_is_missing_outside_is_told_what_it_may_be():
    sides = Sides({"a": row("a", ref="a")}, {"b": row("b")}, {"b": ("b",)})
    found = [make_break("r", cause, "a", "seen", 1) for cause in ("QTY", "MISSING_EXTERNAL")]
    told = with_suggestions(found, suggestions("r", sides, ["a"]))
    assert [one.evidence for one in told] == ["seen", "seen; it may be b (content and time)"]
