"""What risk remembers: results by scope and day, breakers, and scopes told to stop."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from domain.clock import DAY_NS
from journal.records import HaltOrdered
from live.risk.breakers import BreakerState
from live.risk.limits import Limits
from live.risk.session import Session, Tally, result_scopes
from tests.kit.clock import NOON_NS
from tests.kit.trading import a_result

LIMITS = Limits()
RESULTS = st.lists(st.integers(-(10**27), 10**27), max_size=20)


def order(cause: str, state: str = "HALTED", *, is_lifted: bool = False) -> HaltOrdered:
    return HaltOrdered(scope="desk", cause_id=cause, reason=cause, is_lifted=is_lifted, state=state)


@given(RESULTS)
def test_results_add_up_in_each_of_their_scopes(results: list[int]):
    session = Session()
    for result in results:
        session = session.counted(a_result(result_usd_e24=result), LIMITS)
    for scope in result_scopes(a_result()):
        tally = session.tally(scope, NOON_NS)
        assert tally.since_start_usd_e24 == tally.day_usd_e24 == sum(results)
    assert session.tally("venue:paper", NOON_NS) == Tally(day=NOON_NS // DAY_NS)


@given(RESULTS)
def test_the_drawdown_is_the_fall_from_the_best_sum_so_far(results: list[int]):
    tally, sums = Tally(), [0]
    for result in results:
        tally = tally.plus(result, NOON_NS)
        sums.append(sums[-1] + result)
    assert tally.drawdown_usd_e24 == max(sums) - sums[-1]


def test_a_new_day_forgets_the_loss_of_the_day_and_keeps_the_loss_since_start():
    tally = Tally().plus(-5, NOON_NS).on(NOON_NS + DAY_NS)
    assert (tally.day_usd_e24, tally.drawdown_usd_e24, tally.since_start_usd_e24) == (0, 0, -5)


def test_a_new_process_keeps_the_loss_of_the_day_and_forgets_the_loss_since_start():
    session = Session().counted(a_result(result_usd_e24=-5), LIMITS).begun()
    tally = session.tally("desk", NOON_NS)
    assert (tally.day_usd_e24, tally.since_start_usd_e24) == (-5, 0)


def test_the_last_order_about_a_scope_counts():
    session = Session().ordered(order("a")).ordered(order("b", is_lifted=True)).ordered(order("c"))
    assert session.halted == {"desk": "c"}
    reducing = session.ordered(order("d", "REDUCING"))
    assert (reducing.halted, reducing.reducing) == ({}, {"desk": "d"})


def test_the_trading_state_is_what_the_desk_as_a_whole_may_do():
    reducing = Session().ordered(order("a", "REDUCING"))
    states = [Session(), reducing, reducing.ordered(order("b"))]
    assert [session.trading_state for session in states] == ["ACTIVE", "REDUCING", "HALTED"]


ORDERS = st.lists(
    st.builds(
        order,
        st.text("abc", min_size=1, max_size=1),
        st.sampled_from(("HALTED", "REDUCING", "TRIPPED")),
        is_lifted=st.booleans(),
    ),
    max_size=8,
)


@given(ORDERS)
@example([order("a person"), order("a balance is off", "TRIPPED")])
@example([order("a person", "REDUCING"), order("a balance is off", "TRIPPED")])
def test_a_breaker_the_books_trip_lifts_nothing_that_people_ordered(orders: list[HaltOrdered]):
    trips = [one for one in orders if one.state == "TRIPPED" and not one.is_lifted]
    heard, by_people = Session(), Session()
    for one in orders:
        heard = heard.ordered(one, NOON_NS)
        by_people = by_people if one in trips else by_people.ordered(one, NOON_NS)
    assert (heard.halted, heard.reducing) == (by_people.halted, by_people.reducing)
    assert heard.trading_state == by_people.trading_state


def test_an_order_to_trip_opens_a_breaker_that_closes_by_itself_or_by_being_lifted():
    tripped = Session().ordered(order("a balance is off", "TRIPPED"), NOON_NS)
    assert tripped.trading_state == "ACTIVE"
    assert tripped.breaker("desk").cause == "a balance is off"
    later = tripped.cooled(NOON_NS + LIMITS.breaker_cooldown_ns, LIMITS)
    assert later.breaker("desk").state is BreakerState.HALF_OPEN
    assert tripped.ordered(order("b", is_lifted=True)).breaker("desk").admits(9)
