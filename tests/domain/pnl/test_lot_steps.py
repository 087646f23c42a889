"""Steps move as much of each underlying as the entries do, at their price or at the mark."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from domain.desk import BOOK_CURRENCY
from domain.ledger.series import series_of
from domain.ledger.types import OPENING, TRADE, Entry, is_own
from domain.pnl.equity import CAPITAL
from domain.pnl.lot_steps import LotSteps, lot_steps
from domain.pnl.marks import MarkBook
from domain.pnl.values import Valuer
from tests.kit.books import World, dex_dex
from tests.kit.histories import HISTORIES, few

_COINS = ("ETH", "BNB")
_ONE_E18 = dict.fromkeys((*_COINS, BOOK_CURRENCY), 1)


def _valuer(world: World) -> Valuer:
    return Valuer.of(world.card.assets, world.mark_book())


def _held(entry: Entry, valuer: Valuer) -> Counter[str]:
    held: Counter[str] = Counter()
    for one in entry.postings:
        if is_own(one.account) and valuer.knows(one.asset):
            held[valuer.underlying(one.asset)] += one.units * valuer.scale(one.asset)
    return held


def _by_definition(world: World, valuer: Valuer) -> tuple[list, int]:
    """Each entry by itself: the steps in coins, and what of the rest is a cost."""
    steps, costs = [], 0
    for entry in world.entries():
        held = _held(entry, valuer)
        cash, worth, is_exchange = held[BOOK_CURRENCY] * 10**6, 0, False
        for name in _COINS:
            coin, mark_e6 = held[name], valuer.marks.at(name, entry.at_ns) or 0
            worth += coin * mark_e6
            is_exchange |= entry.cause == TRADE and coin * cash < 0
            if coin and entry.cause != OPENING:
                money = -cash if is_exchange else coin * mark_e6
                steps.append((name, entry.at_ns, coin, money, entry.entry_id))
        if not is_exchange and entry.cause not in (OPENING, *CAPITAL):
            costs += cash + worth
    return sorted(steps), costs


def _told(found: LotSteps) -> list:
    return sorted(
        (name, at_ns, quantity * found.grains[name], money, step_id)
        for name in _COINS
        for at_ns, quantity, money, step_id in found.lanes[name].steps()
    )


@few
@given(HISTORIES)
def test_steps_and_costs_are_those_of_every_entry_by_itself(world: World):
    valuer = _valuer(world)
    found = lot_steps(series_of(world.entries()), valuer, _ONE_E18)
    assert (_told(found), found.costs_usd_e24) == _by_definition(world, valuer)
    assert found.missing == set()


@few
@given(HISTORIES, st.sampled_from((1, 10, 10**8)))
def test_what_dollars_are_counted_in_changes_nothing(world: World, grain: int):
    valuer, series = _valuer(world), series_of(world.entries())
    found = lot_steps(series, valuer, {**_ONE_E18, BOOK_CURRENCY: grain})
    plain = lot_steps(series, valuer, _ONE_E18)
    assert (_told(found), found.costs_usd_e24) == (_told(plain), plain.costs_usd_e24)


def test_what_needs_a_mark_and_has_none_is_no_step_and_is_named():
    world = World()
    dex_dex(world, 10**18, 3_010 * 10**6, 3_020 * 10**6, gas_wei=1)
    valuer = Valuer.of(world.card.assets, MarkBook.of([]))
    found = lot_steps(series_of(world.entries()), valuer, _ONE_E18)
    assert found.missing == {"a mark of ETH"}
    assert len(found.lanes["ETH"].quantities) == 2
