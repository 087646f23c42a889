"""The definition itself: what each entry and each holding contributes, one by one."""

from __future__ import annotations

from collections import Counter

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.pnl.attribute import attribute
from domain.pnl.lines import lines_of, movers_of
from domain.pnl.types import PRICE_MOVE
from tests.kit.books import World, cex_dex, dex_dex
from tests.kit.histories import HISTORIES, few
from tests.kit.marking import marked_otherwise
from tests.kit.world_names import DAY

E24 = 10**24


@few
@given(HISTORIES)
def test_all_lines_together_are_the_change_of_equity_without_capital(world: World):
    found = world.attribution()
    assert found.opening_equity_usd_e24 is not None
    assert found.closing_equity_usd_e24 is not None
    gained = found.closing_equity_usd_e24 - found.opening_equity_usd_e24
    gained -= found.external_flow_usd_e24 or 0
    assert sum(line.amount_usd_e24 or 0 for line in lines_of(world.attributed())) == gained


@few
@given(HISTORIES, st.integers(1, 10**11), st.integers(1, 10**11))
def test_all_lines_together_are_the_total_also_where_the_policy_changed(
    world: World, left: int, new: int
):
    given_ = msgspec.structs.replace(world.attributed(), marks=marked_otherwise(world, left, new))
    total = attribute(given_).total_usd_e24
    assert sum(line.amount_usd_e24 or 0 for line in lines_of(given_)) == total


def test_a_hedge_is_one_line_an_asset_and_a_planned_leg_one_a_term():
    world = World()
    cex_dex(world, 10**9, 10**8, [(10**8, 10**10, 5)], wanted_units=10**9, hedge=[(10**8, 9, 1)])
    causes = Counter(line.row_id.rsplit("/", 1)[1] for line in lines_of(world.attributed()))
    assert causes["legging"] == 2
    assert causes["quoted_edge"] == causes["slippage"] == causes["latency_drift"] > 0


def test_a_transfer_between_own_accounts_has_no_line():
    world = World()
    dex_dex(world, 10, 20, 30, gas_wei=7)
    transfers = [entry for entry in world.entries() if entry.cause == "internal_transfer"]
    named = {line.entry_id for line in lines_of(world.attributed())}
    assert not named & {entry.entry_id for entry in transfers}


def test_what_moved_a_holding_is_named_by_venue():
    world = World()
    cex_dex(world, 10, 5, [(10, 300, 2)])
    given_ = world.attributed()
    moved = {one.entry_id: one for one in given_.entries}
    paper = [moved[name].cause for name in movers_of(given_, "paper")]
    assert sorted(paper) == ["exchange_fee", "trade"]
    assert movers_of(given_, "nowhere") == []


def test_a_holding_that_nothing_moved_has_its_price_move_all_the_same():
    world = World()
    world.mark(3_000_000_000)
    world.mark(3_100_000_000)
    moves = {line.row_id: line for line in lines_of(world.attributed()) if line.entry_id == ""}
    assert moves[f"{DAY}/desk/paper/{PRICE_MOVE}"].amount_usd_e24 == 50 * 100 * E24
