"""What orders promise is what the paper exchange keeps for them, whatever becomes of them."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings

from domain.clock import SECOND_NS
from domain.desk import DeskCard
from domain.positions.promised import Promised, promised_units
from domain.settlement.outcome import Leg
from domain.settlement.types import IntendedOrder, OrderAnswer
from tests.kit.clock import NOON_NS
from tests.kit.facts import PAPER_ETH, PAPER_USDC, a_card
from tests.kit.resting import STEPS, filled, heard, intended, lived

ALWAYS = (0, 1 << 62)


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


@settings(max_examples=40)
@given(STEPS)
def test_through_any_orders_the_exchange_keeps_what_they_promise(steps):
    """Each second something happens and every order is asked about; between, nothing moves."""
    seen = asyncio.run(lived([*steps, None, None]))
    for at_ns, kept in seen.kept:
        found = promised_units((at_ns, at_ns), a_card(), seen.orders, seen.answers, seen.legs)
        least, most = found.get(PAPER_ETH, (0, 0))
        assert least <= kept[PAPER_ETH].locked_units == most
        least, most = found.get(PAPER_USDC, (0, 0))
        assert least <= kept[PAPER_USDC].locked_units <= most
    still_ns, kept = seen.kept[-2]
    found = promised_units((still_ns, still_ns), a_card(), seen.orders, seen.answers, seen.legs)
    assert found.get(PAPER_ETH, (0, 0))[0] == kept[PAPER_ETH].locked_units
