"""The matching engine: commands in, outcomes out; no clock, no randomness, no I/O.

The same commands at the same instants give the same state, bit for bit; that is what the store
stands on. An order that would meet an order of its own account is cancelled there (Kraken's
"cancel newest"). A post-only order that would trade is taken and cancelled at once, as Kraken
does. Trades taken back or booked twice are in `revisions.py`.
"""

from __future__ import annotations

from typing import assert_never

import msgspec

from rehearsal.exchange import terms
from rehearsal.exchange.accounts import FEES, OUTSIDE, Accounts
from rehearsal.exchange.book import Book
from rehearsal.exchange.commands import (
    Amend,
    Bust,
    Cancel,
    Command,
    Deposit,
    Entry,
    Order,
    Outcome,
    Place,
    Quote,
    Refusal,
    Repeat,
    Revive,
    Withdraw,
)
from rehearsal.exchange.fills import close, fill, trade_of
from rehearsal.exchange.holds import held_units, needed_units
from rehearsal.exchange.payments import pay
from rehearsal.exchange.revisions import amend, bust, repeat, revision_refusal

INSUFFICIENT_FUNDS = Refusal("EOrder:Insufficient funds")
BELOW_MINIMUM = Refusal("EOrder:Order minimum not met")
UNKNOWN_ORDER = Refusal("EOrder:Unknown order")
BAD_WITHDRAWAL = Refusal("EFunding:Invalid amount")
NOT_COVERED = Refusal("EFunding:Insufficient funds")
DUPLICATE_ID = Refusal("EOrder:Invalid order:cl_ord_id already in use")


class EngineState(msgspec.Struct):
    """Everything needed to go on: written as a snapshot, compared in tests."""

    orders: int
    trades: int
    entries: int
    balances: dict[str, dict[str, int]]
    holds: dict[str, dict[str, int]]
    used_ids: list[str]
    resting: list[Order]


class Engine:
    """One market, its book and its accounts."""

    def __init__(self) -> None:
        self.accounts = Accounts()
        self.book = Book()
        self.resting: dict[int, Order] = {}
        self._orders = 0
        self._trades = 0
        self._used_ids: dict[str, None] = {}

    def apply(self, command: Command, at_us: int) -> Outcome | Refusal:
        """Carry out one command at one instant, wholly or not at all.

        Args:
            command: What is asked.
            at_us: Microseconds since the epoch, UTC; later than every instant before.
        """
        refusal = self.refusal(command)
        if refusal is not None:
            return refusal
        match command:
            case Deposit() | Withdraw():
                return self._pay(command, at_us)
            case Place():
                return self._place(command, at_us)
            case Cancel():
                return self._cancel(command, at_us)
            case Quote():
                return self._quote(command, at_us)
            case Bust() | Amend() | Repeat() | Revive():
                return self._revise(command, at_us)
            case _:
                assert_never(command)

    def refusal(self, command: Command) -> Refusal | None:
        """Say why a command cannot be carried out, or None when it can; changes nothing."""
        if isinstance(command, Place):
            return self._order_refusal(command)
        if isinstance(command, Withdraw):
            return self._withdrawal_refusal(command)
        if isinstance(command, Cancel) and not self._own_resting(command):
            return UNKNOWN_ORDER
        if isinstance(command, Bust | Amend | Repeat | Revive):
            refusal = revision_refusal(command, self.accounts)
            if refusal is None and isinstance(command, Revive):
                return self._funds_refusal(_rest_of(command.order))
            return refusal
        return None

    def _withdrawal_refusal(self, asked: Withdraw) -> Refusal | None:
        if asked.units <= 0 or asked.fee_units < 0:
            return BAD_WITHDRAWAL
        free = self.accounts.available_units(asked.account, asked.asset)
        return NOT_COVERED if asked.units + asked.fee_units > free else None

    def _order_refusal(self, order: Place) -> Refusal | None:
        if order.lots < terms.MIN_ORDER_LOTS:
            return BELOW_MINIMUM
        if order.cl_ord_id and _used_key(order) in self._used_ids:
            return DUPLICATE_ID
        return self._funds_refusal(order)

    def _funds_refusal(self, order: Place) -> Refusal | None:
        asset, needed = needed_units(order, self.book.asks)
        if needed > self.accounts.available_units(order.account, asset):
            return INSUFFICIENT_FUNDS
        return None

    def state(self) -> EngineState:
        """Give a copy of everything there is."""
        return EngineState(
            orders=self._orders,
            trades=self._trades,
            entries=self.accounts.entries,
            balances={name: dict(held) for name, held in self.accounts.balances.items()},
            holds={name: dict(held) for name, held in self.accounts.holds.items()},
            used_ids=list(self._used_ids),
            resting=[_copy(order) for order in (*self.book.bids, *self.book.asks)],
        )

    @classmethod
    def restored(cls, state: EngineState) -> Engine:
        """Go on from a state."""
        engine = cls()
        engine._orders, engine._trades = state.orders, state.trades
        engine._used_ids = dict.fromkeys(state.used_ids)
        engine.accounts.entries = state.entries
        for name, balances in state.balances.items():
            engine.accounts.balances[name].update(balances)
        for name, holds in state.holds.items():
            engine.accounts.holds[name].update(holds)
        for order in map(_copy, state.resting):
            engine.resting[order.number] = order
            engine.book.own(order.side).add(order)
        return engine

    # --- commands ---------------------------------------------------------------------------------

    def _pay(self, command: Deposit | Withdraw, at_us: int) -> Outcome:
        if isinstance(command, Deposit):
            return self._deposit(command, at_us)
        return self._withdraw(command, at_us)

    def _deposit(self, deposit: Deposit, at_us: int) -> Outcome:
        asset, units = deposit.asset, deposit.units
        post = self.accounts.post
        gave = post(at_us, OUTSIDE, "deposit", 0, asset, -units, 0)
        got = post(at_us, deposit.account, "deposit", 0, asset, units, 0)
        return Outcome(entries=[gave, _on_chain(got, deposit)])

    def _withdraw(self, asked: Withdraw, at_us: int) -> Outcome:
        asset, units, fee = asked.asset, asked.units, asked.fee_units
        post = self.accounts.post
        paid = post(at_us, asked.account, "withdrawal", 0, asset, -units, fee)
        return Outcome(
            entries=[
                _on_chain(paid, asked),
                post(at_us, OUTSIDE, "withdrawal", 0, asset, units, 0),
                post(at_us, FEES, "withdrawal", 0, asset, fee, 0),
            ]
        )

    def _place(self, place: Place, at_us: int) -> Outcome:
        order, outcome = self._new_order(place, at_us), Outcome()
        outcome.orders.append(order)
        if order.is_post_only and self.book.opposite(order.side).accepts(order.price_ticks):
            close(order, at_us, "Post only order")
        elif place.is_withheld:
            close(order, at_us, "IOC order")
        else:
            self._match(order, at_us, outcome)
            self._settle_rest(order, at_us)
        return outcome

    def _revise(self, command: Bust | Amend | Repeat | Revive, at_us: int) -> Outcome:
        if isinstance(command, Revive):
            return self._revive(command, at_us)
        if isinstance(command, Bust):
            return bust(command, self.accounts, at_us)
        if isinstance(command, Amend):
            return amend(command, self.accounts, at_us)
        self._trades += 1
        return repeat(command, self.accounts, self._trades, at_us)

    def _revive(self, command: Revive, at_us: int) -> Outcome:
        order, outcome = _copy(command.order), Outcome()
        outcome.orders.append(order)
        self._match(order, at_us, outcome)
        close(order, at_us, "IOC order" if order.open_lots else "")
        return outcome

    def _own_resting(self, cancel: Cancel) -> list[Order]:
        orders = [self.resting.get(number) for number in dict.fromkeys(cancel.orders)]
        return [order for order in orders if order and order.account == cancel.account]

    def _cancel(self, cancel: Cancel, at_us: int) -> Outcome:
        mine = self._own_resting(cancel)
        for order in mine:
            self._leave(order)
            close(order, at_us, "User requested")
        return Outcome(orders=mine)

    def _quote(self, quote: Quote, at_us: int) -> Outcome:
        outcome = Outcome()
        for order in [o for o in self.resting.values() if o.account == quote.account]:
            self._leave(order)
            close(order, at_us, "User requested")
        for side, levels in (("buy", quote.bids), ("sell", quote.asks)):
            for price_ticks, lots in levels:
                place = Place(quote.account, side, "limit", lots, price_ticks)
                if self.refusal(place) is None:
                    placed = self._place(place, at_us)
                    outcome.orders += placed.orders
                    outcome.trades += placed.trades
                    outcome.entries += placed.entries
        return outcome

    # --- one order --------------------------------------------------------------------------------

    def _new_order(self, place: Place, at_us: int) -> Order:
        self._orders += 1
        if place.cl_ord_id:
            self._used_ids[_used_key(place)] = None
        return Order(
            number=self._orders,
            account=place.account,
            side=place.side,
            kind=place.kind,
            lots=place.lots,
            price_ticks=place.price_ticks,
            time_in_force=place.time_in_force,
            is_post_only=place.is_post_only,
            cl_ord_id=place.cl_ord_id,
            userref=place.userref,
            opened_us=at_us,
        )

    def _match(self, order: Order, at_us: int, outcome: Outcome) -> None:
        others = self.book.opposite(order.side)
        while order.open_lots and others.accepts(order.price_ticks):
            resting = others.best()
            if resting is None or resting.account == order.account:
                break
            self._trade(order, resting, at_us, outcome)

    def _trade(self, taker: Order, maker: Order, at_us: int, outcome: Outcome) -> None:
        lots = min(taker.open_lots, maker.open_lots)
        self._release(maker)
        self._trades += 1
        trade = trade_of(self._trades, at_us, taker, maker, lots)
        fill(taker, trade, trade.taker_fee_units)
        fill(maker, trade, trade.maker_fee_units)
        outcome.entries += pay(self.accounts, trade)
        self._hold(maker)
        if not maker.open_lots:
            self._leave(maker)
            close(maker, at_us, "")
        outcome.trades.append(trade)
        if maker not in outcome.orders:
            outcome.orders.append(maker)

    def _settle_rest(self, order: Order, at_us: int) -> None:
        if not order.open_lots:
            close(order, at_us, "")
        elif order.kind == "market" or order.time_in_force == "IOC":
            close(order, at_us, "IOC order")
        elif self.book.opposite(order.side).accepts(order.price_ticks):
            close(order, at_us, "Self trade prevented")
        else:
            self.resting[order.number] = order
            self.book.own(order.side).add(order)
            self._hold(order)

    # --- what rests ------------------------------------------------------------------------------

    def _hold(self, order: Order) -> None:
        self.accounts.hold(order.account, *held_units(order))

    def _release(self, order: Order) -> None:
        asset, units = held_units(order)
        self.accounts.hold(order.account, asset, -units)

    def _leave(self, order: Order) -> None:
        self._release(order)
        self.book.own(order.side).remove(order)
        del self.resting[order.number]


def _on_chain(entry: Entry, told: Deposit | Withdraw) -> Entry:
    return msgspec.structs.replace(entry, tx_hash=told.tx_hash, address=told.address)


def _copy(order: Order) -> Order:
    return msgspec.structs.replace(order, fills=list(order.fills))


def _rest_of(order: Order) -> Place:
    return Place(order.account, order.side, order.kind, order.open_lots, order.price_ticks)


def _used_key(order: Place) -> str:
    return f"{order.account}/{order.cl_ord_id}"
