"""Exposure counts everything once in every dimension, and what has no mark makes it unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.pnl.marks import MarkBook
from domain.pnl.realised import OpenLot, opening_lots, realised_by_lots
from domain.pnl.values import Valuer
from domain.positions.exposure import (
    DIMENSIONS,
    Exposure,
    exposures,
    underlying_positions,
)
from domain.positions.held import Held, held_by_strategy
from domain.positions.placed import placed_positions
from tests.kit.books import World
from tests.kit.facts import ETH, PAPER_ETH, WETH
from tests.kit.histories import HISTORIES, few
from tests.kit.world_names import OPENING, VENUES, WALLET_ACCOUNT


def _valuer(world: World) -> Valuer:
    marks = world.mark_book()
    return Valuer.of(world.card.assets, marks)


def _measured(
    held: list[Held], valuer: Valuer, at_ns: int, lots: Sequence[OpenLot] = ()
) -> list[Exposure]:
    return exposures(placed_positions(held, lots, valuer, at_ns, VENUES), valuer, at_ns)


@few
@given(HISTORIES)
def test_every_dimension_sums_to_equity_and_its_shares_to_one(world: World):
    found = _measured(held_by_strategy(world.entries()), _valuer(world), world.now_ns)
    equity = world.attribution().closing_equity_usd_e24
    net, share = defaultdict(int), defaultdict(Fraction)
    for one in found:
        net[one.dimension] += one.net_usd_e24 or 0
        share[one.dimension] += Fraction(one.concentration)
        assert one.policy == "cex_mid"
    assert dict(net) == dict.fromkeys(DIMENSIONS, equity)
    assert set(share.values()) == {1}


@few
@given(HISTORIES)
def test_value_is_cost_and_unrealised_and_sums_to_equity(world: World):
    valuer, end_ns = _valuer(world), world.now_ns + 1
    lots, _ = opening_lots(OPENING, valuer)
    by_lots = realised_by_lots(world.entries(), lots, valuer, end_ns)
    held = held_by_strategy(world.entries())
    found = underlying_positions(held, by_lots.remaining, valuer, end_ns - 1)
    for one in found:
        assert one.value_usd_e24 is not None
        assert one.unrealised_usd_e24 == one.value_usd_e24 - one.cost_usd_e24
        assert one.delta_e18 == one.free_e18 + one.locked_e18
    equity = world.attribution().closing_equity_usd_e24
    assert sum(one.value_usd_e24 or 0 for one in found) == equity
    unrealised = sum(one.unrealised_usd_e24 or 0 for one in found)
    assert unrealised == by_lots.unrealised_closing_usd_e24


@few
@given(HISTORIES, st.lists(st.integers(0, 10**18), min_size=1, max_size=9))
def test_in_every_dimension_free_and_locked_are_net_and_cost_and_unrealised_too(
    world: World, bound: list[int]
):
    valuer, end_ns = _valuer(world), world.now_ns + 1
    lots = realised_by_lots(
        world.entries(), opening_lots(OPENING, valuer)[0], valuer, end_ns
    ).remaining
    held = [
        msgspec.structs.replace(one, bound_units=bound[number % len(bound)])
        for number, one in enumerate(held_by_strategy(world.entries()))
    ]
    found = _measured(held, valuer, end_ns - 1, lots)
    sums = {
        dimension: [
            sum(getattr(one, name) for one in found if one.dimension == dimension)
            for name in _SUMMED
        ]
        for dimension in DIMENSIONS
    }
    assert len(set(map(tuple, sums.values()))) == 1
    for one in found:
        for part, rest in (("free", "locked"), ("cost", "unrealised")):
            parts = getattr(one, f"{part}_usd_e24"), getattr(one, f"{rest}_usd_e24")
            assert sum(parts) == one.net_usd_e24
        if one.delta_e18 is not None:
            assert one.net_usd_e24 == one.delta_e18 * (one.mark_e6 or 0)
        assert (one.quantity_units is None) <= (one.dimension != "asset")


_SUMMED = ("net_usd_e24", "provisional_usd_e24", "locked_usd_e24", "cost_usd_e24")


def test_what_is_bound_or_on_its_way_out_is_locked():
    world = World()
    held = [
        Held(WALLET_ACCOUNT, ETH, "desk", 10**18, 0, 10**17),
        Held(WALLET_ACCOUNT, WETH, "desk", 0, 0, 0, 2 * 10**17),
    ]
    (one,) = underlying_positions(held, [], _valuer(world), world.now_ns)
    assert (one.settled_e18, one.locked_e18, one.free_e18) == (10**18, 3 * 10**17, 7 * 10**17)


def test_without_a_mark_value_and_share_are_unknown_and_named():
    world = World()
    valuer = Valuer.of(world.card.assets, MarkBook.of([]))
    held = held_by_strategy(world.entries())
    found = {(one.dimension, one.name): one for one in _measured(held, valuer, 1)}
    eth = found["asset", PAPER_ETH]
    assert (eth.net_usd_e24, eth.gross_usd_e24, eth.concentration) == (None, None, "unknown")
    assert eth.missing == (f"a mark of {PAPER_ETH}",)
    assert found["underlying", "USDC"].net_usd_e24 == 300_000 * 10**24
    (one,) = [p for p in underlying_positions(held, [], valuer, 1) if p.underlying == "ETH"]
    assert (one.mark_e6, one.value_usd_e24, one.unrealised_usd_e24) == (None, None, None)
