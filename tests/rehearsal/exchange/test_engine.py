"""Properties of the matching engine under any sequence of commands, then its named cases."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.exchange import terms
from rehearsal.exchange.accounts import OUTSIDE
from rehearsal.exchange.commands import Cancel, Deposit, Outcome, Place, Quote, Refusal
from rehearsal.exchange.engine import (
    BELOW_MINIMUM,
    DUPLICATE_ID,
    INSUFFICIENT_FUNDS,
    UNKNOWN_ORDER,
    Engine,
    EngineState,
)

LOT = terms.MIN_ORDER_LOTS
ACCOUNTS = ("a", "b", "maker")

prices = st.integers(299_990, 300_010)
lots = st.integers(1, 50).map(lambda n: n * LOT + n % 7)
levels = st.lists(st.tuples(prices, lots), max_size=3).map(tuple)
placements = st.builds(
    Place,
    account=st.sampled_from(ACCOUNTS),
    side=st.sampled_from(["buy", "sell"]),
    kind=st.sampled_from(["limit", "limit", "market"]),
    lots=st.one_of(lots, st.integers(1, 2 * LOT)),
    price_ticks=prices,
    time_in_force=st.sampled_from(["GTC", "IOC"]),
    is_post_only=st.booleans(),
    cl_ord_id=st.sampled_from(["", "x", "y", "z"]),
).map(
    lambda p: (
        p if p.kind == "limit" else msgspec.structs.replace(p, price_ticks=0, is_post_only=False)
    )
)
cancels = st.builds(
    Cancel,
    account=st.sampled_from(ACCOUNTS),
    orders=st.lists(st.integers(1, 30), min_size=1, max_size=4).map(tuple),
)
quotes = st.builds(Quote, account=st.just("maker"), bids=levels, asks=levels)
sequences = st.lists(st.one_of(placements, placements, cancels, quotes), max_size=40)


def given_commands(test):
    """Fifty sequences; no deadline, because the machine may be busy."""
    return settings(max_examples=50, deadline=None)(given(sequences)(test))


def opened():
    engine = Engine()
    for account in ACCOUNTS:
        engine.apply(Deposit(account, terms.BASE, terms.base_units(200 * LOT)), 1)
        engine.apply(Deposit(account, terms.QUOTE, 60 * 10**8), 1)
    return engine


def played(commands):
    engine, outcomes = opened(), []
    for at_us, command in enumerate(commands, start=2):
        outcomes.append(engine.apply(command, at_us))
    return engine, outcomes


@given_commands
def test_every_currency_is_conserved_fees_included(commands):
    engine, _ = played(commands)
    assert {engine.accounts.total_units(asset) for asset in terms.DECIMALS} == {0}


@given_commands
def test_no_account_owes_or_holds_more_than_it_has(commands):
    engine, _ = played(commands)
    for account, balances in engine.accounts.balances.items():
        for asset, units in balances.items():
            assert account == OUTSIDE or 0 <= engine.accounts.holds[account][asset] <= units


@given_commands
def test_holds_are_exactly_what_open_orders_can_owe(commands):
    engine, _ = played(commands)
    due = {}
    for order in engine.resting.values():
        if order.side == "sell":
            key, units = (order.account, terms.BASE), terms.base_units(order.open_lots)
        else:
            key = (order.account, terms.QUOTE)
            units = terms.hold_quote_units(order.price_ticks, order.open_lots)
        due[key] = due.get(key, 0) + units
    held = {
        (account, asset): units
        for account, holds in engine.accounts.holds.items()
        for asset, units in holds.items()
        if units
    }
    assert held == due


@given_commands
def test_cancelling_everything_releases_every_hold(commands):
    engine, _ = played(commands)
    for account in ACCOUNTS:
        mine = tuple(n for n, order in engine.resting.items() if order.account == account)
        if mine:
            engine.apply(Cancel(account, mine), 10_000)
    assert not engine.resting
    assert {u for holds in engine.accounts.holds.values() for u in holds.values()} <= {0}


@given_commands
def test_the_book_never_crosses(commands):
    engine, _ = played(commands)
    bid, ask = engine.book.bids.best(), engine.book.asks.best()
    assert bid is None or ask is None or bid.price_ticks < ask.price_ticks


@given_commands
def test_fills_never_cross_the_limit_and_follow_price_then_time(commands):
    engine = opened()
    for at_us, command in enumerate(commands, start=2):
        before = [
            (order.number, order.price_ticks, order.account)
            for order in engine.book.opposite(getattr(command, "side", "buy"))
        ]
        outcome = engine.apply(command, at_us)
        if not isinstance(command, Place) or isinstance(outcome, Refusal):
            continue
        makers = [trade.maker_order for trade in outcome.trades]
        assert makers == [number for number, _, _ in before][: len(makers)]
        for trade in outcome.trades:
            sign = 1 if command.side == "buy" else -1
            assert not command.price_ticks or sign * trade.price_ticks <= sign * command.price_ticks
            assert trade.maker != command.account


@given_commands
def test_every_ledger_line_continues_the_balance_before_it(commands):
    engine, outcomes = played([*commands])
    balances = {account: dict(held) for account, held in opened().accounts.balances.items()}
    for outcome in outcomes:
        for entry in getattr(outcome, "entries", []):
            held = balances.setdefault(entry.account, {})
            held[entry.asset] = held.get(entry.asset, 0) + entry.units - entry.fee_units
            assert held[entry.asset] == entry.balance_units
    assert {
        (account, asset): units
        for account, held in balances.items()
        for asset, units in held.items()
        if units != engine.accounts.balances[account][asset]
    } == {}


@given_commands
def test_a_refusal_changes_nothing(commands):
    engine = opened()
    for at_us, command in enumerate(commands, start=2):
        before = msgspec.json.encode(engine.state())
        if isinstance(engine.apply(command, at_us), Refusal):
            assert msgspec.json.encode(engine.state()) == before


@given_commands
def test_a_client_order_id_is_filled_at_most_once(commands):
    _, outcomes = played(commands)
    seen = [
        (outcome.orders[0].account, outcome.orders[0].cl_ord_id)
        for command, outcome in zip(commands, outcomes, strict=True)
        if isinstance(command, Place) and command.cl_ord_id and isinstance(outcome, Outcome)
    ]
    assert len(seen) == len(set(seen))


@settings(max_examples=50, deadline=None)
@given(sequences, st.integers(0, 40))
def test_going_on_from_a_state_is_as_if_nothing_had_happened(commands, cut):
    straight, _ = played(commands)
    resumed, _ = played(commands[:cut])
    written = msgspec.json.encode(resumed.state())
    resumed = Engine.restored(msgspec.json.decode(written, type=EngineState))
    for at_us, command in enumerate(commands[cut:], start=2 + len(commands[:cut])):
        resumed.apply(command, at_us)
    assert msgspec.to_builtins(resumed.state()) == msgspec.to_builtins(straight.state())


def order(side, price, units=10, account="a", **more):
    return Place(account, side, "limit", units * LOT, price, **more)


def test_an_order_rests_fills_in_parts_and_closes():
    engine = opened()
    resting = engine.apply(order("sell", 300_000), 2).orders[0]
    engine.apply(order("buy", 300_001, 4, "b"), 3)
    assert (resting.status, resting.filled_lots) == ("open", 4 * LOT)
    engine.apply(order("buy", 300_000, 6, "b"), 4)
    assert (resting.status, resting.closed_us, resting.fills) == ("closed", 4, [1, 2])


def test_the_rest_of_an_ioc_order_is_cancelled():
    engine = opened()
    engine.apply(order("sell", 300_000, 3), 2)
    taker = engine.apply(order("buy", 300_000, 5, "b", time_in_force="IOC"), 3).orders[0]
    assert (taker.status, taker.filled_lots) == ("canceled", 3 * LOT)
    assert not engine.resting


def test_a_fill_pays_both_fees_into_the_fee_account():
    engine = opened()
    engine.apply(order("sell", 300_000), 2)
    trade = engine.apply(order("buy", 300_000, account="b"), 3).trades[0]
    assert trade.cost_units == 300_000 * 10 * LOT // 100
    assert trade.taker_fee_units == trade.cost_units // 1_000
    assert engine.accounts.balances["fees"][terms.QUOTE] == (
        trade.taker_fee_units + trade.maker_fee_units
    )


def test_an_order_does_not_meet_its_own_account():
    engine = opened()
    engine.apply(order("sell", 300_000), 2)
    newest = engine.apply(order("buy", 300_000), 3)
    assert newest.trades == []
    assert (newest.orders[0].status, newest.orders[0].reason) == (
        "canceled",
        "Self trade prevented",
    )


def test_a_quote_replaces_what_the_account_had_on_the_book():
    engine = opened()
    engine.apply(Quote("maker", ((299_000, LOT),), ((301_000, LOT),)), 2)
    engine.apply(Quote("maker", ((299_500, LOT),), ()), 3)
    assert engine.book.bids.levels(9) == ((299_500, LOT),)
    assert engine.book.asks.levels(9) == ()


def test_a_level_the_account_cannot_fund_is_left_out():
    engine = opened()
    engine.apply(Quote("maker", ((299_000, 1_000 * LOT), (298_000, LOT)), ()), 2)
    assert engine.book.bids.levels(9) == ((298_000, LOT),)


def test_refusals_name_their_reason():
    engine = opened()
    assert engine.apply(Place("a", "buy", "limit", LOT - 1, 1), 2) == BELOW_MINIMUM
    assert engine.apply(order("buy", 300_000, 1_000), 2) == INSUFFICIENT_FUNDS
    assert engine.apply(order("sell", 300_000, 201), 2) == INSUFFICIENT_FUNDS
    assert engine.apply(Cancel("a", (99,)), 2) == UNKNOWN_ORDER
    engine.apply(order("buy", 1_000, cl_ord_id="once"), 3)
    assert engine.apply(order("buy", 1_000, cl_ord_id="once"), 4) == DUPLICATE_ID


def test_an_order_of_another_account_cannot_be_cancelled():
    engine = opened()
    placed = engine.apply(order("sell", 300_000), 2).orders[0]
    assert engine.apply(Cancel("b", (placed.number,)), 3) == UNKNOWN_ORDER
