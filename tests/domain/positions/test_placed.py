"""Holdings where they stand sum to equity, to what the lots cost, and to one."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.pnl.marks import MarkBook
from domain.pnl.realised import OpenLot, opening_lots, realised_by_lots
from domain.pnl.values import Valuer
from domain.positions.held import Held, held_by_strategy
from domain.positions.placed import OFF_CHAIN, chain_of, placed_positions
from tests.kit.books import World
from tests.kit.clock import NOON_NS
from tests.kit.facts import ETH, PAPER_ETH, WETH
from tests.kit.histories import PLANNED_HISTORIES, few
from tests.kit.world_names import OPENING, PAPER_ACCOUNT, VENUES, WALLET_ACCOUNT


def _valuer(world: World) -> Valuer:
    marks = world.mark_book()
    return Valuer.of(world.card.assets, marks)


@few
@given(PLANNED_HISTORIES)
def test_values_sum_to_equity_and_unrealised_to_what_the_lots_say(world: World):
    valuer, end_ns = _valuer(world), world.now_ns + 1
    by_lots = realised_by_lots(world.entries(), opening_lots(OPENING, valuer)[0], valuer, end_ns)
    held = held_by_strategy(world.entries())
    found = placed_positions(held, by_lots.remaining, valuer, end_ns - 1, VENUES)
    assert [(one.account, one.asset, one.strategy) for one in found] == [
        (one.account, one.asset, one.strategy) for one in sorted(held)
    ]
    equity = world.attribution().closing_equity_usd_e24
    assert sum(one.value_usd_e24 or 0 for one in found) == equity
    unrealised = sum(one.unrealised_usd_e24 or 0 for one in found)
    if sum(one.delta_e18 or 0 for one in found if one.underlying == "ETH"):
        assert unrealised == by_lots.unrealised_closing_usd_e24
    assert sum(Fraction(one.concentration) for one in found) == 1


@given(
    st.lists(st.integers(-(10**20), 10**20), min_size=1, max_size=6),
    st.integers(-(10**45), 10**45),
)
def test_costs_are_shared_by_quantity_without_a_remainder(units: list[int], basis: int):
    held = [Held(WALLET_ACCOUNT, WETH, f"s{number}", amount) for number, amount in enumerate(units)]
    lots = [OpenLot("ETH", "l", 0, sum(units), basis)]
    found = placed_positions(held, lots, _valuer(World()), NOON_NS, VENUES)
    costs = [one.cost_usd_e24 for one in found]
    if sum(units):
        assert sum(cost or 0 for cost in costs) == basis
        exact = [Fraction(basis * amount, sum(units)) for amount in units]
        assert all(abs((cost or 0) - part) <= 1 for cost, part in zip(costs, exact, strict=True))
    else:
        assert set(costs) == {0}


def test_a_holding_says_where_it_stands_and_what_of_it_is_free():
    held = [
        Held(PAPER_ACCOUNT, PAPER_ETH, "cex_dex", 5 * 10**9, 10**9),
        Held(WALLET_ACCOUNT, ETH, "desk", 10**18, 0, 10**17, 3 * 10**17),
    ]
    lots = [OpenLot("ETH", "l", 0, 15 * 10**17, 3_000 * 10**24)]
    wallet, paper = placed_positions(held, lots, _valuer(World()), NOON_NS, VENUES)
    assert (wallet.chain, wallet.venue, wallet.underlying) == ("eip155:31337", "wallet", "ETH")
    assert (wallet.free_units, wallet.locked_units) == (6 * 10**17, 4 * 10**17)
    assert (wallet.settled_units, wallet.provisional_units) == (10**18, 9 * 10**17)
    assert (wallet.pending_units, paper.pending_units) == (-(10**17), 10**9)
    assert (wallet.cost_usd_e24, wallet.unrealised_usd_e24) == (2_000 * 10**24, 1_000 * 10**24)
    assert (paper.chain, paper.venue, paper.locked_units) == (OFF_CHAIN, "paper", 0)
    assert (paper.delta_e18, paper.cost_usd_e24) == (5 * 10**17, 1_000 * 10**24)
    assert (wallet.concentration, paper.concentration) == ("2/3", "1/3")


def test_what_has_no_mark_or_no_name_is_unknown_and_so_is_every_share():
    valuer = Valuer.of(World().card.assets, MarkBook.of([]))
    held = [Held(WALLET_ACCOUNT, WETH, "desk", 1), Held(WALLET_ACCOUNT, "spam", "desk", 7)]
    weth, spam = sorted(
        placed_positions(held, [], valuer, NOON_NS, VENUES), key=lambda one: one.asset != WETH
    )
    assert (weth.mark_e6, weth.value_usd_e24, weth.cost_usd_e24) == (None, None, 0)
    assert (spam.underlying, spam.delta_e18, spam.cost_usd_e24) == ("", None, None)
    assert {weth.concentration, spam.concentration} == {"unknown"}


def test_a_chain_is_named_by_its_number_and_an_exchange_is_off_chain():
    assert chain_of(WALLET_ACCOUNT) == "eip155:31337"
    assert chain_of(PAPER_ACCOUNT) == OFF_CHAIN
