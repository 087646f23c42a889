"""The exchange without a process: one engine, a hand-wound clock, and a market told step by step.

The same matching, fees and rounding as the paper exchange, so that an order worked here trades as
it would there. Nothing is answered late, nothing is lost, and the same tape gives the same fills.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domain.clock import HandClock
from domain.market.book import Fill, Rung
from domain.money import exact_units
from journal.records import OrderIntended
from live.execution.answers import OrderAnswer
from live.execution.ports import Holding, Ladders
from rehearsal.exchange import terms
from rehearsal.exchange.admin_step import CrowdOrder
from rehearsal.exchange.commands import Cancel, Deposit, Levels, Order, Outcome, Place, Quote, Trade
from rehearsal.exchange.engine import Engine
from rehearsal.exchange.venue import CROWD, MAKER, SPOT

_PLENTY_UNITS = 10**24
_E8_A_TICK = 10 ** (8 - terms.PRICE_DECIMALS)
_DEPTH = 100


class Scene(NamedTuple):
    """What the house does at one instant: a whole ladder, and perhaps a trade against it."""

    at_ns: int
    bids: Levels
    asks: Levels
    crowd: CrowdOrder | None = None


class SimulatedMarket:
    """One exchange in memory.

    Args:
        clock: Dates what happens; whoever plays the scenes winds it.
        base_asset: Identity of its base, for balances.
        quote_asset: Likewise of its quote.
        funds: Base units of base and quote that the account begins with.
    """

    def __init__(
        self, clock: HandClock, base_asset: str, quote_asset: str, funds: tuple[int, int]
    ) -> None:
        self._clock = clock
        self._assets = {base_asset: terms.BASE, quote_asset: terms.QUOTE}
        self._engine = Engine()
        self._at_us = 0
        self._orders: dict[str, Order] = {}
        self._trades: list[Trade] = []
        for account in (MAKER, CROWD):
            for asset in terms.DECIMALS:
                self._engine.apply(Deposit(account, asset, _PLENTY_UNITS), self._next_us())
        for asset, units in zip((terms.BASE, terms.QUOTE), funds, strict=True):
            self._engine.apply(Deposit(SPOT, asset, units), self._next_us())

    def play(self, scene: Scene) -> None:
        """Let the house act."""
        self._apply(Quote(MAKER, scene.bids, scene.asks))
        if scene.crowd is not None:
            self._apply(Place(CROWD, scene.crowd.side, "market", scene.crowd.lots))

    async def submit(self, intent: OrderIntended) -> OrderAnswer:
        """Trade at once what the book allows, and cancel the rest."""
        return self._placed(intent, "IOC")

    async def rest(self, intent: OrderIntended) -> OrderAnswer:
        """Trade what the book allows, and leave the rest on it."""
        return self._placed(intent, "GTC")

    async def find(self, intent: OrderIntended) -> OrderAnswer:
        """Say how an order stands."""
        order = self._orders.get(intent.client_order_id)
        return OrderAnswer("ABSENT") if order is None else _answer(order)

    async def withdraw(self, intent: OrderIntended) -> None:
        """Take an order off the book if it is there."""
        order = self._orders.get(intent.client_order_id)
        if order is not None and order.status == "open":
            self._apply(Cancel(SPOT, (order.number,)))

    async def holdings(self) -> dict[str, Holding]:
        """Say what is free, and what orders keep."""
        accounts = self._engine.accounts
        return {
            asset: Holding(accounts.available_units(SPOT, code), accounts.held_units(SPOT, code))
            for asset, code in self._assets.items()
        }

    async def balances(self) -> dict[str, int]:
        """Say what is free."""
        return {asset: one.free_units for asset, one in (await self.holdings()).items()}

    async def ladders(self) -> Ladders:
        """Give the book, our own orders among it."""
        book = self._engine.book
        return Ladders(_rungs(book.bids.levels(_DEPTH)), _rungs(book.asks.levels(_DEPTH)))

    async def trades(self, after_ns: int) -> list[Fill]:
        """Give every trade after an instant."""
        return [_fill(trade) for trade in self._trades if trade.at_us * 1_000 > after_ns]

    def _placed(self, intent: OrderIntended, time_in_force: str) -> OrderAnswer:
        lots = intent.base_units // terms.base_units(1)
        price_ticks = exact_units(intent.limit_price, terms.PRICE_DECIMALS)
        name = intent.client_order_id
        place = Place(SPOT, intent.side, "limit", lots, price_ticks, time_in_force, cl_ord_id=name)
        refusal = self._engine.refusal(place)
        if refusal is not None:
            return OrderAnswer("REJECTED", reason=refusal.error)
        self._orders[name] = self._apply(place)[0]
        return _answer(self._orders[name])

    def _apply(self, command: Quote | Place | Cancel) -> list[Order]:
        outcome = self._engine.apply(command, self._next_us())
        if not isinstance(outcome, Outcome):
            return []
        self._trades += outcome.trades
        return outcome.orders

    def _next_us(self) -> int:
        self._at_us = max(self._clock.now_ns() // 1_000, self._at_us + 1)
        return self._at_us


class Stage:
    """Plays the scenes of several markets on one clock.

    Args:
        clock: Begins no later than the first scene.
        tapes: Each market with its scenes, in order of time.
    """

    def __init__(
        self, clock: HandClock, tapes: Sequence[tuple[SimulatedMarket, Iterator[Scene]]]
    ) -> None:
        self._clock = clock
        self._tapes = tapes
        self._next = [next(scenes, None) for _, scenes in tapes]
        self.must_end = False

    @property
    def is_stopped(self) -> bool:
        """Whether every tape is at its end, so that nobody knows the market any more."""
        return all(scene is None for scene in self._next)

    async def until(self, at_ns: int) -> None:
        """Play everything up to an instant, in order of time, then stand there."""
        while (due := self._earliest(at_ns)) is not None:
            number, scene = due
            self._wind(scene.at_ns)
            self._tapes[number][0].play(scene)
            self._next[number] = next(self._tapes[number][1], None)
        self._wind(at_ns)

    def _earliest(self, at_ns: int) -> tuple[int, Scene] | None:
        waiting = [
            (scene.at_ns, number, scene)
            for number, scene in enumerate(self._next)
            if scene is not None and scene.at_ns <= at_ns
        ]
        return min(waiting)[1:] if waiting else None

    def _wind(self, at_ns: int) -> None:
        self._clock.wind(max(at_ns - self._clock.now_ns(), 0))


def _answer(order: Order) -> OrderAnswer:
    if order.status == "open":
        status = "OPEN"
    elif not order.open_lots:
        status = "FILLED"
    else:
        status = "PARTIAL" if order.filled_lots else "CANCELLED"
    return OrderAnswer(
        status,
        str(order.number),
        terms.base_units(order.filled_lots),
        order.cost_units,
        order.fee_units,
        order.reason,
    )


def _rungs(levels: Levels) -> tuple[Rung, ...]:
    return tuple(Rung(ticks * _E8_A_TICK, lots) for ticks, lots in levels)


def _fill(trade: Trade) -> Fill:
    price_e8 = trade.price_ticks * _E8_A_TICK
    return Fill(price_e8 * trade.lots, trade.lots, price_e8)
