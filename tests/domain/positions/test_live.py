"""What the loop heard of its orders is what the books hold, or the difference is named."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.balances import balances
from domain.positions.live import (
    BlockSeen,
    Disagreement,
    Inventory,
    booked_moves,
    comparable,
    disagreements,
    inventory_disagreements,
    live_moves,
)
from tests.kit.books import World, cex_dex
from tests.kit.facts import PAPER_ETH, PAPER_USDC
from tests.kit.histories import HISTORIES, TRADED_HISTORIES, few
from tests.kit.world_names import WALLET_ACCOUNT

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
    assert (found.subject, found.asset) == (wrong.client_order_id, PAPER_ETH)
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


def _read(world: World, **changes: int) -> Inventory:
    held = {name: units for (who, name), units in world.held.items() if who == WALLET_ACCOUNT}
    return Inventory(WALLET_ACCOUNT, "0x1", held | changes)


@few
@given(HISTORIES)
def test_what_the_wallet_holds_at_a_block_is_what_entries_up_to_it_add_up_to(world: World):
    assert inventory_disagreements(_read(world), balances(world.entries())) == []


@few
@given(HISTORIES, st.integers(1, 10**20))
def test_a_wallet_misread_by_any_amount_is_named(world: World, units: int):
    booked = balances(world.entries())
    asset = min(_read(world).holdings)
    right = _read(world).holdings[asset]
    (found,) = inventory_disagreements(_read(world, **{asset: right + units}), booked)
    assert found == Disagreement(WALLET_ACCOUNT, asset, right + units, right)


@given(
    st.lists(st.integers(0, 1), min_size=1, max_size=8),
    st.lists(st.integers(0, 9), max_size=6),
)
def test_the_newest_reading_at_a_block_of_its_own_time_is_compared(steps, read_at: list[int]):
    times = [sum(steps[:number]) for number in range(1, len(steps) + 1)]
    blocks = [BlockSeen(number, f"0x{number}", at_ns) for number, at_ns in enumerate(times)]
    told = [Inventory(WALLET_ACCOUNT, f"0x{number}", {}) for number in read_at]
    found = comparable(told, blocks[::-1])
    fit = [n for n in read_at if n < len(times) and (times[n] not in times[n + 1 :])]
    assert ({one.number for _, one in found.values()} or {-1}) == {max(fit, default=-1)}


def test_each_account_is_compared_by_itself():
    blocks = [BlockSeen(1, "0x1", 1), BlockSeen(2, "0x2", 2)]
    told = [Inventory("a", "0x1", {}), Inventory("b", "0x2", {}), Inventory("a", "0xlost", {})]
    assert {name: block.number for name, (_, block) in comparable(told, blocks).items()} == {
        "a": 1, "b": 2,
    }  # fmt: skip
