"""Realised and unrealised are the same profit, by every method, whatever happened."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from domain.errors import InputRefused
from domain.ledger.series import series_of
from domain.lots.types import Method
from domain.pnl.lot_steps import lot_steps
from domain.pnl.marks import MarkBook
from domain.pnl.realised import (
    LotsRun,
    _as_step,
    _by_engine,
    _by_queue,
    _grains,
    opening_lots,
    realised_by_lots,
    run_lots,
)
from domain.pnl.values import Valuer
from tests.kit.books import World, dex_dex
from tests.kit.clock import NOON_NS
from tests.kit.histories import HISTORIES, few
from tests.kit.marking import marked_otherwise
from tests.kit.world_names import OPENING

METHODS = [method for method in Method if method is not Method.SPECIFIC]


def _valuer(world: World) -> Valuer:
    return Valuer.of(world.card.assets, world.mark_book())


@few
@given(HISTORIES, st.sampled_from(METHODS))
def test_realised_and_unrealised_are_the_change_of_equity(world: World, method: Method):
    valuer = _valuer(world)
    lots, missing = opening_lots(OPENING, valuer)
    found = realised_by_lots(world.entries(), lots, valuer, world.now_ns + 1, method)
    assert (missing, found.missing) == ([], ())
    assert found.unrealised_opening_usd_e24 == 0
    assert found.total_usd_e24 == world.attribution().total_usd_e24


@few
@given(HISTORIES, st.sampled_from(METHODS), st.integers(0, 30))
def test_lots_carried_over_a_cut_give_the_same_sum(world: World, method: Method, seconds: int):
    cut_ns, end_ns = NOON_NS + 1 + seconds * SECOND_NS, world.now_ns + 1
    valuer = _valuer(world)
    lots, _ = opening_lots(OPENING, valuer)
    entries = world.entries()
    early = [entry for entry in entries if entry.at_ns < cut_ns]
    late = [entry for entry in entries if entry.at_ns >= cut_ns]
    first = realised_by_lots(early, lots, valuer, min(cut_ns, end_ns), method)
    valuer_then = Valuer.of(world.card.assets, world.mark_book(cut_ns))
    second = realised_by_lots(late, first.remaining, valuer_then, max(end_ns, cut_ns), method)
    whole = realised_by_lots(entries, lots, valuer, end_ns, method)
    assert first.total_usd_e24 is not None
    assert second.total_usd_e24 is not None
    assert first.total_usd_e24 + second.total_usd_e24 == whole.total_usd_e24
    assert second.unrealised_opening_usd_e24 == first.unrealised_closing_usd_e24


@few
@given(HISTORIES, st.lists(st.integers(0, 30), max_size=3), st.booleans())
def test_a_run_that_goes_on_from_any_instants_is_one_run(
    world: World, cuts: list[int], is_unmarked: bool
):
    valuer = Valuer.of(world.card.assets, MarkBook.of([])) if is_unmarked else _valuer(world)
    carried = LotsRun.of(opening_lots(OPENING, _valuer(world))[0])
    edges = [0, *sorted(NOON_NS + 1 + cut * SECOND_NS for cut in cuts), 2**62]
    run = carried
    for start_ns, end_ns in pairwise(edges):
        stretch = [one for one in world.entries() if start_ns <= one.at_ns < end_ns]
        run = run_lots(stretch, run, valuer)
    assert run == run_lots(world.entries(), carried, valuer)


@few
@given(HISTORIES)
def test_the_short_way_through_a_lane_is_the_engine_s(world: World):
    valuer = _valuer(world)
    carried = opening_lots(OPENING, valuer)[0]
    grains = _grains(carried, valuer)
    found = lot_steps(series_of(world.entries()), valuer, grains)
    lane = found.lanes["ETH"]
    for lot in carried:
        lane.add(_as_step(lot, grains["ETH"]))
    told = _by_queue("ETH", grains["ETH"], lane)
    assert told == _by_engine(Method.FIFO, "ETH", grains["ETH"], lane)


def test_without_a_mark_the_sum_is_unknown_and_named():
    world = World()
    dex_dex(world, 10**18, 3_010 * 10**6, 3_020 * 10**6, gas_wei=1)
    valuer = Valuer.of(world.card.assets, MarkBook.of([]))
    lots, missing = opening_lots(OPENING, valuer)
    assert missing == ["a mark of ETH"]
    found = realised_by_lots(world.entries(), lots, valuer, world.now_ns + 1)
    assert (found.total_usd_e24, found.missing) == (None, ("a mark of ETH",))


def test_specific_identification_has_no_picks_here():
    with pytest.raises(InputRefused, match="needs no picks"):
        realised_by_lots([], [], _valuer(World()), 1, Method.SPECIFIC)


@few
@given(HISTORIES, st.sampled_from(METHODS), st.integers(1, 10**11), st.integers(1, 10**11))
def test_a_change_of_policy_is_the_same_by_lots(world: World, method: Method, left: int, new: int):
    marks = marked_otherwise(world, left, new)
    before = Valuer.of(world.card.assets, marks.before())
    lots, _ = opening_lots(OPENING, before)
    valuer = Valuer.of(world.card.assets, marks)
    found = realised_by_lots(world.entries(), lots, valuer, world.now_ns + 1, method)
    assert found.total_usd_e24 == world.attribution(marks=marks).total_usd_e24
