"""Orders at rest at the paper exchange: what a loop intends and hears, and what is kept of it."""

from __future__ import annotations

import msgspec
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from domain.settlement.outcome import Leg
from domain.settlement.types import IntendedOrder, OrderAnswer
from journal.records import OrderIntended
from live.execution.ports import Holding
from rehearsal.exchange import terms
from rehearsal.exchange.admin_step import CrowdOrder
from rehearsal.exchange.simulated import Scene, SimulatedMarket
from tests.kit.clock import NOON_NS, HandClock
from tests.kit.facts import PAPER_ETH, PAPER_USDC

PART_LOTS = 10**7
"""A tenth of an ether: the exchange takes no less than a hundredth."""


def intended(side: str = "sell", at_ns: int = NOON_NS, **changes: object) -> IntendedOrder:
    """Intend an order of one ether."""
    fields = {
        "client_order_id": "a", "execution_id": "ex", "venue": "paper", "symbol": "ETH/USDC",
        "side": side, "base_units": 10**10, "limit_price": "3000.10", "purpose": "slice",
        "intended_ns": at_ns,
    }  # fmt: skip
    return IntendedOrder(**{**fields, **changes})  # type: ignore[arg-type]


def heard(status: str, at_ns: int, filled: int = 0, name: str = "a") -> OrderAnswer:
    """Hear of an order."""
    return OrderAnswer(name, "ex", "O-1", status, filled, 0, 0, PAPER_USDC, at_ns)


def filled(units: int, at_ns: int, name: str = "a") -> Leg:
    """Fill a part of an order."""
    return Leg(
        f"leg-{at_ns}", "ex", "", "desk", "paper", "slice", at_ns, PAPER_ETH, PAPER_USDC,
        -units, 0, (), (), name, "",
    )  # fmt: skip


STEPS = st.lists(
    st.tuples(st.sampled_from(("rest", "crowd", "withdraw")), st.booleans(), st.integers(1, 9)),
    max_size=8,
)


async def lived(steps: list) -> Seen:
    """Let a second pass with each step, and ask about every order in it; between, nothing moves."""
    clock = HandClock(NOON_NS)
    seen = Seen(SimulatedMarket(clock, PAPER_ETH, PAPER_USDC, (10**12, 10**14)), clock)
    for step in steps:
        clock.wind(SECOND_NS // 2)
        if step:
            await seen.happens(step[0], "buy" if step[1] else "sell", step[2])
        await seen.asks()
        clock.wind(SECOND_NS // 2)
        seen.kept.append((clock.now_ns(), await seen.market.holdings()))
    return seen


class Seen:
    """What a loop intends and hears at a market, and what the market then keeps."""

    def __init__(self, market: SimulatedMarket, clock: HandClock) -> None:
        self.market, self.clock = market, clock
        self.orders: list[IntendedOrder] = []
        self.answers: list[OrderAnswer] = []
        self.legs: list[Leg] = []
        self.kept: list[tuple[int, dict[str, Holding]]] = []
        self._filled: dict[str, int] = {}

    async def happens(self, kind: str, side: str, lots: int) -> None:
        """Rest an order, let the crowd trade against all of them, or take the last one off."""
        if kind == "rest":
            price = "2999.00" if side == "buy" else "3001.00"
            name, units = f"o{len(self.orders)}", terms.base_units(lots * PART_LOTS)
            order = intended(
                side, self.clock.now_ns(), client_order_id=name, base_units=units, limit_price=price
            )
            self.orders.append(order)
            assert (await self.market.rest(_sent(order))).status == "OPEN"
        elif kind == "crowd":
            crowd = CrowdOrder(side, 2 * lots * PART_LOTS)
            self.market.play(Scene(self.clock.now_ns(), (), (), crowd))
        elif self.orders:
            await self.market.withdraw(_sent(self.orders[-1]))

    async def asks(self) -> None:
        """Ask about every order."""
        now_ns = self.clock.now_ns()
        for order in self.orders:
            answer = await self.market.find(_sent(order))
            name, new = order.client_order_id, answer.filled_base_units
            self.answers.append(heard(answer.status, now_ns, new, name))
            if new != self._filled.get(name, 0):
                self.legs.append(filled(new - self._filled.get(name, 0), now_ns, name))
                self._filled[name] = new


def _sent(order: IntendedOrder) -> OrderIntended:
    fields = msgspec.structs.asdict(order)
    del fields["intended_ns"]
    return OrderIntended(**fields)
