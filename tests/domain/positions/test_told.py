"""What an exchange says we hold is a state the books ran through then, or the difference is named.

The truth is the exchange's own statement; the books are made of fills, which know nothing of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from domain.positions.live import Disagreement
from domain.positions.promised import Promised
from domain.positions.told import (
    DRIFT_NS,
    LOCKED,
    Told,
    comparable_told,
    locked_disagreements,
    owned_disagreements,
)
from tests.kit.books import World
from tests.kit.clock import NOON_NS
from tests.kit.facts import PAPER_ETH, PAPER_USDC
from tests.kit.histories import HISTORIES, few
from tests.kit.world_names import OPENING, PAPER_ACCOUNT

MOMENTS = st.integers(0, 60 * SECOND_NS)
MORE = 10**30
"""More than any history holds."""


def told(at_ns: int, owned: Mapping[str, int], took_ns: int = 0) -> Told:
    return Told(PAPER_ACCOUNT, at_ns, at_ns + took_ns, owned, {})


def stated(world: World, at_ns: int) -> dict[str, int]:
    """Sum the exchange's statement up to an instant."""
    held: defaultdict[str, int] = defaultdict(int)
    for (account, asset), units in OPENING.items():
        if account == PAPER_ACCOUNT:
            held[asset] += units
    for line in world.lines:
        if line.at_ns <= at_ns:
            held[line.asset] += line.units - line.fee_units
    return dict(held)


@few
@given(HISTORIES, MOMENTS, st.integers(0, SECOND_NS), st.integers(-DRIFT_NS, DRIFT_NS), st.data())
def test_an_honest_answer_agrees_whenever_it_was_made_and_whatever_its_clock(
    world: World, passed_ns: int, took_ns: int, drift_ns: int, data: st.DataObject
):
    asked_ns = NOON_NS + passed_ns
    at_ns = asked_ns + data.draw(st.integers(0, took_ns)) + drift_ns
    one = told(asked_ns, stated(world, at_ns), took_ns)
    assert owned_disagreements(one, world.entries(), {}) == []


@few
@given(HISTORIES, MOMENTS, st.sampled_from((PAPER_ETH, PAPER_USDC)))
def test_an_answer_that_is_off_is_named_with_the_asset_and_the_amount(
    world: World, passed_ns: int, asset: str
):
    at_ns = NOON_NS + passed_ns
    right = stated(world, at_ns + DRIFT_NS)
    wrong = told(at_ns, right | {asset: right[asset] + MORE})
    found = owned_disagreements(wrong, world.entries(), {})
    assert Disagreement(PAPER_ACCOUNT, asset, right[asset] + MORE, right[asset]) in found


def test_assets_of_two_instants_are_no_state_of_the_books():
    world = World()
    world.tick()
    world.statement("deposit", "", PAPER_ETH, 5, 0)
    world.statement("deposit", "", PAPER_USDC, 7, 0)
    before, after = OPENING[PAPER_ACCOUNT, PAPER_ETH], OPENING[PAPER_ACCOUNT, PAPER_USDC] + 7
    torn = told(world.now_ns, {PAPER_ETH: before, PAPER_USDC: after})
    (found,) = owned_disagreements(torn, world.entries(), {})
    assert abs(found.live_units - found.booked_units) in (5, 7)


def test_what_a_day_began_with_counts():
    carried = {(PAPER_ACCOUNT, PAPER_ETH): 3, ("elsewhere", PAPER_ETH): 9}
    assert owned_disagreements(told(NOON_NS, {PAPER_ETH: 3}), [], carried) == []
    (found,) = owned_disagreements(told(NOON_NS, {PAPER_ETH: 9}), [], carried)
    assert (found.live_units, found.booked_units) == (9, 3)


@given(st.lists(st.integers(0, 9), max_size=6), st.integers(-2, 12))
def test_the_newest_answer_that_the_books_are_complete_for_is_compared(seconds, until: int):
    answers = [told(one * SECOND_NS, {}) for one in seconds]
    found = comparable_told(answers, until * SECOND_NS)
    fit = [one for one in seconds if one * SECOND_NS + DRIFT_NS <= until * SECOND_NS]
    newest = found[PAPER_ACCOUNT].answered_ns // SECOND_NS if found else -1
    assert newest == max(fit, default=-1)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_what_is_kept_lies_between_what_orders_surely_and_at_most_promise(units, least, more):
    one = Told(PAPER_ACCOUNT, 0, 0, {}, {PAPER_ETH: units})
    found = locked_disagreements(one, {PAPER_ETH: Promised(least, least + more)})
    if least <= units <= least + more:
        assert found == []
    else:
        nearest = least if units < least else least + more
        assert found == [Disagreement(PAPER_ACCOUNT + LOCKED, PAPER_ETH, units, nearest)]


def test_what_is_kept_although_no_order_promises_it_is_named():
    one = Told(PAPER_ACCOUNT, 0, 0, {}, {PAPER_ETH: 1})
    assert [x.live_units for x in locked_disagreements(one, {})] == [1]
