"""What the loop heard of its orders is what the books hold, or the difference is named."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.positions.live import Disagreement, booked_moves, disagreements, live_moves
from tests.kit.books import World, cex_dex
from tests.kit.facts import PAPER_ETH, PAPER_USDC
from tests.kit.histories import HISTORIES, TRADED_HISTORIES, few

NEVER_NS = 2**63


def _compared(world: World, answers=None, until_ns: int = NEVER_NS) -> list[Disagreement]:
    heard = world.order_answers if answers is None else answers
    live = live_moves(world.orders, heard, PAPER_ETH, PAPER_USDC, until_ns)
    return disagreements(live, booked_moves(world.settled().legs))


@few
@given(HISTORIES)
def test_an_honest_loop_agrees_with_the_books_to_the_last_unit(world: World):
    assert _compared(world) == []


@few
@given(TRADED_HISTORIES, st.data())
def test_one_unit_too_many_is_found_and_named(world: World, data: st.DataObject):
    at = data.draw(st.integers(0, len(world.order_answers) - 1))
    answers = list(world.order_answers)
    wrong = msgspec.structs.replace(
        answers[at], filled_base_units=answers[at].filled_base_units + 1
    )
    answers[at] = wrong
    (found,) = _compared(world, answers)
    assert (found.order_id, found.asset) == (wrong.client_order_id, PAPER_ETH)
    assert abs(found.live_units - found.booked_units) == 1


def test_an_order_nothing_was_heard_of_is_unknown_and_not_flat():
    world = World()
    cex_dex(world, 10**9, 10**8, [(10**9, 10**10, 5)])
    assert _compared(world, []) == []


def test_the_last_answer_counts():
    world = World()
    cex_dex(world, 10**9, 10**8, [(10**9, 10**10, 5)])
    (last,) = world.order_answers
    first = msgspec.structs.replace(
        last, filled_base_units=1, filled_quote_units=0, fee_units=0, observed_ns=1
    )
    assert _compared(world, [last, first]) == []


def test_an_order_heard_of_after_the_cut_off_is_left_to_a_later_comparison():
    world = World()
    cex_dex(world, 10**9, 10**8, [(10**9, 10**10, 5)])
    (heard,) = world.order_answers
    wrong = msgspec.structs.replace(heard, filled_base_units=heard.filled_base_units + 1)
    assert _compared(world, [wrong], wrong.observed_ns - 1) == []
    assert len(_compared(world, [wrong], wrong.observed_ns)) == 1
