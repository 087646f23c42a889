"""Orders at the exchange: what to intend, when an answer counts, when absence is a refusal.

An exchange that never named an order never had it; one that named it and does not now is confused,
and what became of the order is unknown until it is asked again.

Sending and asking are the venue's (`exchange.py`); writing facts is the runner's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from domain.clock import Clock
from domain.desk import DeskCard
from domain.money import exact_units
from journal.records import OpportunityFound, OrderIntended
from live.execution.answers import OrderAnswer
from live.execution.legs import (
    HEDGE_COLLAR_BPS,
    LEG_COLLAR_BPS,
    client_order_id,
    collar_price,
    leg_at,
    order_base_units,
)
from live.execution.newest import Newest
from live.execution.ports import Venue
from live.execution.tuning import Tuning

Submit = Callable[[OrderIntended], Awaitable[OrderAnswer]]

_COLLAR_BPS = {"leg": LEG_COLLAR_BPS, "hedge": HEDGE_COLLAR_BPS}


class OrderLane:
    """One account's way to one exchange.

    Args:
        venue: The exchange.
        card: Symbol, grid and assets.
        clock: To know how long an order has been absent.
        tuning: How long absence has to last.
        named: Client order ids under which an earlier process heard the exchange name an order.
    """

    def __init__(
        self,
        venue: Venue,
        card: DeskCard,
        clock: Clock,
        tuning: Tuning,
        named: Iterable[str] = (),
    ) -> None:
        self._venue = venue
        self._card = card
        self._clock = clock
        self._tuning = tuning
        self._sent_ns: Newest[str, int] = Newest()
        self._absences: Newest[str, int] = Newest()
        self._named: Newest[str, None] = Newest()
        for name in named:
            self._named.put(name, None)

    @property
    def lot_units(self) -> int:
        """Smallest quantity step, in the exchange's base units."""
        exchange = self._card.exchange
        return exact_units(exchange.lot, self._card.asset(exchange.base_asset).decimals)

    def first_order(
        self, execution_id: str, opportunity: OpportunityFound, moved_units: int
    ) -> OrderIntended | None:
        """Intend the second leg for the base that really moved; None when it is only dust."""
        exchange = self._card.exchange
        base_units = order_base_units(
            moved_units,
            self._card.asset(self._card.chain.base_token).decimals,
            self._card.asset(exchange.base_asset).decimals,
            exchange.lot,
        )
        return self._order(execution_id, opportunity, base_units, "leg")

    def second_order(
        self, first: OrderIntended, answer: OrderAnswer, opportunity: OpportunityFound
    ) -> OrderIntended | None:
        """Intend what the first order left open, with a wider collar; None when it is only dust."""
        lot = self.lot_units
        left = (first.base_units - answer.filled_base_units) // lot * lot
        return self._order(first.execution_id, opportunity, left, "hedge")

    async def send(self, intent: OrderIntended, submit: Submit | None = None) -> OrderAnswer:
        """Send once, in the venue's usual way or in another one."""
        self._sent_ns.put(intent.client_order_id, self._clock.now_ns())
        answer = await (submit or self._venue.submit)(intent)
        return self._settled_absence(intent, answer)

    async def ask(self, intent: OrderIntended) -> OrderAnswer:
        """Ask for an order that was, or may have been, sent."""
        if intent.client_order_id not in self._sent_ns:
            self._sent_ns.put(intent.client_order_id, self._clock.now_ns())
        return self._settled_absence(intent, await self._venue.find(intent))

    def _settled_absence(self, intent: OrderIntended, answer: OrderAnswer) -> OrderAnswer:
        key = intent.client_order_id
        if answer.status != "ABSENT":
            self._absences.pop(key, None)
            if answer.venue_order_id:
                self._named.put(key, None)
            return answer
        if key in self._named:
            return OrderAnswer("UNKNOWN", reason="the exchange named it before and does not now")
        waited_ns = self._clock.now_ns() - self._sent_ns[key]
        if waited_ns < 0:  # the clock was set back: wait the whole span again, not a day of it
            self._sent_ns[key], waited_ns = self._clock.now_ns(), 0
        if waited_ns >= self._tuning.order_absent_after_ns:
            self._absences.put(key, self._absences.get(key, 0) + 1)
        if self._absences.get(key, 0) >= 2:  # noqa: PLR2004 (once more than once)
            return OrderAnswer(
                "REJECTED", reason="the exchange never had it; asked again to be sure"
            )
        return OrderAnswer("UNKNOWN", reason="not there yet")

    def _order(
        self, execution_id: str, opportunity: OpportunityFound, base_units: int, purpose: str
    ) -> OrderIntended | None:
        if base_units < self.lot_units:
            return None
        exchange = self._card.exchange
        leg = leg_at(opportunity, venue=exchange.venue)
        return OrderIntended(
            client_order_id=client_order_id(execution_id, purpose),
            execution_id=execution_id,
            venue=exchange.venue,
            symbol=exchange.symbol,
            side=leg.side,
            base_units=base_units,
            limit_price=collar_price(
                leg.side, leg.quote_price_e6, _COLLAR_BPS[purpose], exchange.price_tick
            ),
            purpose=purpose,
        )
