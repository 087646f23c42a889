"""Breakers open for each of their causes, admit one trial, and close only when it settles."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.risk.breakers import Breaker, BreakerState, after_result, changed
from live.risk.limits import USDC_E24, Limits
from tests.kit.clock import NOON_NS
from tests.kit.trading import a_result

LIMITS = Limits()
SCOPE = "strategy:dex_dex"
OUTCOMES = st.sampled_from(["SETTLED", "PARTIAL", "FAILED", "UNKNOWN"])
COOL = LIMITS.breaker_cooldown_ns


def after(count: int, scope: str = SCOPE, **changes: Any) -> Breaker:
    breaker = Breaker()
    for _ in range(count):
        breaker = after_result(breaker, scope, a_result(**changes), LIMITS)
    return breaker


@pytest.mark.parametrize(
    ("count", "changes", "cause"),
    [
        (6, {"outcome": "FAILED"}, "6 executions in a row failed"),
        (4, {"took_ns": LIMITS.breaker_latency_ns + 1}, "4 executions in a row were slow"),
        (1, {"result_usd_e24": -250 * USDC_E24}, "book currency were lost"),
    ],
)
def test_each_cause_opens_a_breaker_and_one_less_does_not(
    count: int, changes: dict[str, Any], cause: str
):
    assert after(count - 1, **changes).state is BreakerState.CLOSED
    opened = after(count, **changes)
    assert opened.state is BreakerState.OPEN
    assert cause in opened.cause
    assert not opened.admits(0)
    assert after(count, "desk", **changes).state is BreakerState.CLOSED
    assert after(2 * count, "desk", **changes).state is BreakerState.OPEN


def test_a_settled_execution_ends_a_row_of_failures():
    breaker = after_result(after(5, outcome="FAILED"), SCOPE, a_result(), LIMITS)
    assert (breaker.state, breaker.failures) == (BreakerState.CLOSED, 0)


def test_a_half_open_breaker_admits_one_trial_at_a_time():
    opened = Breaker().opened("a test", NOON_NS)
    assert opened.cooled(NOON_NS + COOL - 1, LIMITS).state is BreakerState.OPEN
    half = opened.cooled(NOON_NS + COOL, LIMITS)
    assert (half.admits(0), half.admits(1)) == (True, False)
    assert after_result(half, SCOPE, a_result(), LIMITS) == Breaker()
    again = after_result(half, SCOPE, a_result(outcome="PARTIAL"), LIMITS)
    assert (again.state, again.opened_ns) == (BreakerState.OPEN, NOON_NS)


def test_what_was_sent_before_it_opened_moves_an_open_breaker_nowhere():
    opened = Breaker().opened("a test", NOON_NS)
    assert after_result(opened, SCOPE, a_result(), LIMITS) == opened


@given(st.lists(OUTCOMES, max_size=30))
def test_only_a_full_row_of_failures_opens(outcomes: list[str]):
    breaker, row = Breaker(), 0
    for outcome in outcomes:
        breaker = after_result(breaker, SCOPE, a_result(outcome=outcome), LIMITS)
        row = 0 if outcome == "SETTLED" else row + 1
        if row == LIMITS.max_consecutive_failures:
            assert breaker.state is BreakerState.OPEN
            return
        assert breaker.failures == row


def test_only_a_change_of_state_is_a_change():
    opened = Breaker().opened("a test", NOON_NS)
    assert changed({}, {"desk": Breaker(failures=3)}) == []
    assert changed({"desk": Breaker()}, {"desk": opened}) == [("desk", opened)]
