"""A venue's second thoughts: money goes back, comes twice or comes late, and none is ever lost."""

import msgspec
import pytest

from rehearsal.exchange import terms
from rehearsal.exchange.commands import Amend, Bust, Deposit, Outcome, Place, Quote, Repeat, Revive
from rehearsal.exchange.engine import INSUFFICIENT_FUNDS, Engine
from rehearsal.exchange.revisions import NOT_COVERED, STILL_OPEN

LOT = terms.MIN_ORDER_LOTS
ASKS = ((300_000, 5 * LOT), (300_100, 50 * LOT))


def opened(quote_units: int = 60 * 10**8) -> Engine:
    engine = Engine()
    engine.apply(Deposit("a", terms.QUOTE, quote_units), 1)
    engine.apply(Deposit("maker", terms.BASE, terms.base_units(200 * LOT)), 2)
    engine.apply(Quote("maker", (), ASKS), 3)
    return engine


def done(engine: Engine, command, at_us: int = 10) -> Outcome:
    outcome = engine.apply(command, at_us)
    assert isinstance(outcome, Outcome)
    return outcome


def bought(engine: Engine, lots: int = 8 * LOT, **changes) -> Outcome:
    return done(engine, Place("a", "buy", "limit", lots, 300_100, "IOC", cl_ord_id="x", **changes))


def held(engine: Engine) -> dict[str, int]:
    return {asset: engine.accounts.balance_units("a", asset) for asset in terms.DECIMALS}


def test_a_bust_gives_all_back_and_the_order_has_filled_that_much_less():
    engine = opened()
    before, outcome = held(engine), bought(engine)
    order, trades = outcome.orders[0], outcome.trades
    for at_us, trade in enumerate(trades, start=11):
        order = done(engine, Bust(trade, order), at_us).orders[0]
    assert held(engine) == before
    assert (order.filled_lots, order.cost_units, order.fee_units) == (0, 0, 0)
    assert (order.status, order.reason, order.fills) == ("canceled", "Trade busted", [])
    assert {engine.accounts.total_units(asset) for asset in terms.DECIMALS} == {0}


def test_an_amendment_moves_the_difference_between_the_two_and_nothing_else():
    engine = opened()
    outcome = bought(engine, 5 * LOT)
    trade, before = outcome.trades[0], held(engine)
    amended = done(engine, Amend(trade, outcome.orders[0], trade.price_ticks + 100), 11)
    more = terms.cost_units(trade.price_ticks + 100, trade.lots) - trade.cost_units
    assert more > 0
    assert held(engine) == {**before, terms.QUOTE: before[terms.QUOTE] - more}
    assert amended.orders[0].cost_units == outcome.orders[0].cost_units + more
    assert amended.orders[0].fee_units == outcome.orders[0].fee_units
    assert {line.kind for line in amended.entries} == {"adjustment"}
    assert {engine.accounts.total_units(asset) for asset in terms.DECIMALS} == {0}


def test_an_amendment_nobody_can_pay_is_refused():
    engine = opened()
    outcome = bought(engine, 5 * LOT)
    dear = Amend(outcome.trades[0], outcome.orders[0], 10**9)
    assert engine.apply(dear, 11) == NOT_COVERED


def test_a_trade_booked_twice_moves_twice_and_can_be_taken_back_once():
    engine = opened()
    outcome = bought(engine, 5 * LOT)
    once = held(engine)
    again = done(engine, Repeat(outcome.trades[0], outcome.orders[0]), 11)
    assert again.trades[0].number == outcome.trades[0].number + 1
    assert again.orders[0].filled_lots == 10 * LOT
    assert held(engine)[terms.BASE] == 2 * once[terms.BASE]
    mended = done(engine, Bust(again.trades[0], again.orders[0]), 12)
    assert held(engine) == once
    assert mended.orders[0].filled_lots == 5 * LOT


def test_an_order_that_was_called_closed_can_fill_late():
    engine = opened()
    order = bought(engine, is_withheld=True).orders[0]
    assert (order.status, order.filled_lots) == ("canceled", 0)
    late = done(engine, Revive(order), 11)
    assert (late.orders[0].status, late.orders[0].filled_lots) == ("closed", 8 * LOT)
    assert held(engine)[terms.BASE] == terms.base_units(8 * LOT)


def test_an_order_that_still_rests_is_not_revised():
    engine = opened()
    order = done(engine, Place("a", "buy", "limit", LOT, 299_000)).orders[0]
    assert engine.apply(Revive(order), 11) == STILL_OPEN


def test_what_the_account_has_spent_is_not_taken_from_it():
    engine = opened()
    outcome = bought(engine, 5 * LOT)
    done(engine, Place("a", "sell", "limit", 5 * LOT, 400_000), 11)
    bust = Bust(outcome.trades[0], outcome.orders[0])
    assert engine.apply(bust, 12) == NOT_COVERED


def test_a_late_fill_needs_its_money():
    engine = opened(quote_units=10**8)
    order = done(engine, Place("a", "buy", "limit", LOT, 10_000, "IOC", is_withheld=True)).orders[0]
    dear = msgspec.structs.replace(order, price_ticks=10**9)
    assert engine.apply(Revive(dear), 11) == INSUFFICIENT_FUNDS


@pytest.mark.parametrize("kind", [Bust, Repeat])
def test_a_revision_survives_being_written_down(kind):
    outcome = bought(opened())
    command = kind(outcome.trades[0], outcome.orders[0])
    assert msgspec.json.decode(msgspec.json.encode(command), type=kind) == command
