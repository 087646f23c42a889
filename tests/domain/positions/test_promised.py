"""What orders promise is what the paper exchange keeps for them, whatever becomes of them."""

from __future__ import annotations

import asyncio

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from domain.desk import DeskCard
from domain.positions.promised import Promised, promised_units
from domain.settlement.outcome import Leg
from domain.settlement.types import IntendedOrder, OrderAnswer
from journal.records import OrderIntended
from live.execution.ports import Holding
from rehearsal.exchange import terms
from rehearsal.exchange.admin_step import CrowdOrder
from rehearsal.exchange.simulated import Scene, SimulatedMarket
from tests.kit.clock import NOON_NS, HandClock
from tests.kit.facts import PAPER_ETH, PAPER_USDC, a_card

ALWAYS = (0, 1 << 62)
PART_LOTS = 10**7
"""A tenth of an ether: the exchange takes no less than a hundredth."""


def intended(side: str = "sell", at_ns: int = NOON_NS, **changes: object) -> IntendedOrder:
    fields = {
        "client_order_id": "a", "execution_id": "ex", "venue": "paper", "symbol": "ETH/USDC",
        "side": side, "base_units": 10**10, "limit_price": "3000.10", "purpose": "slice",
        "intended_ns": at_ns,
    }  # fmt: skip
    return IntendedOrder(**{**fields, **changes})  # type: ignore[arg-type]


def heard(status: str, at_ns: int, filled: int = 0, name: str = "a") -> OrderAnswer:
    return OrderAnswer(name, "ex", "O-1", status, filled, 0, 0, PAPER_USDC, at_ns)


def filled(units: int, at_ns: int, name: str = "a") -> Leg:
    return Leg(
        f"leg-{at_ns}", "ex", "", "desk", "paper", "slice", at_ns, PAPER_ETH, PAPER_USDC,
        -units, 0, (), (), name, "",
    )  # fmt: skip


def promised(
    span_ns: tuple[int, int],
    order: IntendedOrder,
    answers: list[OrderAnswer],
    legs: list[Leg] | None = None,
    card: DeskCard | None = None,
) -> dict[str, Promised]:
    return promised_units(span_ns, card or a_card(), [order], answers, legs or [])


def after(seconds: int) -> int:
    return NOON_NS + seconds * SECOND_NS


def test_an_open_sale_promises_what_it_has_not_filled_to_the_unit():
    answers = [heard("OPEN", after(1)), heard("OPEN", after(9), 3)]
    span = (after(5), after(6))
    assert promised(span, intended(), answers, [filled(3, after(4))]) == {
        PAPER_ETH: Promised(10**10 - 3, 10**10 - 3)
    }


def test_what_fills_in_the_span_lies_between():
    answers = [heard("OPEN", after(1)), heard("OPEN", after(9), 3)]
    span = (after(3), after(6))
    assert promised(span, intended(), answers, [filled(3, after(4))]) == {
        PAPER_ETH: Promised(10**10 - 3, 10**10)
    }


def test_an_open_purchase_promises_its_cost_with_or_without_the_fee():
    answers = [heard("OPEN", after(1)), heard("OPEN", after(9))]
    cost = 300_010 * 10**6
    fee = cost * a_card().exchange.taker_fee_pips // 10**6
    assert promised((after(5), after(6)), intended("buy"), answers) == {
        PAPER_USDC: Promised(cost, cost + fee)
    }


def test_an_order_whose_end_was_heard_of_promises_nothing_after_it():
    answers = [heard("OPEN", after(1)), heard("CANCELLED", after(2))]
    assert promised((after(3), after(4)), intended(), answers) == {}


def test_an_order_that_is_not_sent_yet_promises_nothing():
    assert promised((after(0), after(1)), intended(at_ns=after(2)), []) == {}


def test_an_order_nobody_answered_for_may_promise_all_or_nothing():
    for answers in ([], [heard("UNKNOWN", after(1))]):
        assert promised((after(3), after(4)), intended(), answers) == {
            PAPER_ETH: Promised(0, 10**10)
        }


def test_an_order_elsewhere_is_another_exchanges():
    assert promised(ALWAYS, intended(venue="other"), []) == {}


def test_orders_of_one_asset_add_up():
    orders = [intended(), intended(client_order_id="b", base_units=7)]
    assert promised_units(ALWAYS, a_card(), orders, [], []) == {PAPER_ETH: Promised(0, 10**10 + 7)}


STEPS = st.lists(
    st.tuples(st.sampled_from(("rest", "crowd", "withdraw")), st.booleans(), st.integers(1, 9)),
    max_size=8,
)


@settings(max_examples=40)
@given(STEPS)
def test_through_any_orders_the_exchange_keeps_what_they_promise(steps):
    """Each second something happens and every order is asked about; between, nothing moves."""
    seen = asyncio.run(_lived([*steps, None, None]))
    for at_ns, kept in seen.kept:
        found = promised_units((at_ns, at_ns), a_card(), seen.orders, seen.answers, seen.legs)
        least, most = found.get(PAPER_ETH, (0, 0))
        assert least <= kept[PAPER_ETH].locked_units == most
        least, most = found.get(PAPER_USDC, (0, 0))
        assert least <= kept[PAPER_USDC].locked_units <= most
    still_ns, kept = seen.kept[-2]
    found = promised_units((still_ns, still_ns), a_card(), seen.orders, seen.answers, seen.legs)
    assert found.get(PAPER_ETH, (0, 0))[0] == kept[PAPER_ETH].locked_units


async def _lived(steps: list) -> Seen:
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
