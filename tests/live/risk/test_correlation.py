"""Correlation of daily results is exact, bounded, symmetric, and absent where nothing is known."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import DAY_NS
from live.risk.correlation import LEAST_DAYS, DailyResults, correlation_bps
from tests.kit.trading import a_result

DAYS = st.lists(
    st.tuples(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6)), min_size=2, max_size=20
)


@given(DAYS)
def test_it_is_pearsons_and_never_beyond_one(days: list[tuple[int, int]]):
    xs, ys = [x for x, _ in days], [y for _, y in days]
    found = correlation_bps(xs, ys)
    if len(set(xs)) == 1 or len(set(ys)) == 1:
        assert found is None
        return
    assert found is not None
    assert found == correlation_bps(ys, xs)
    assert abs(found) <= 10_000
    assert found == pytest.approx(statistics.correlation(xs, ys) * 10_000, abs=1.01)


def history(*by_day: tuple[int, int]) -> DailyResults:
    daily = DailyResults()
    for day, (one, other) in enumerate(by_day):
        for strategy, result in (("dex_dex", one), ("cex_dex", other)):
            counted = a_result(
                strategy=strategy, result_usd_e24=result, counted_ns=day * DAY_NS + 5
            )
            daily = daily.plus(counted)
    return daily


def test_strategies_that_win_together_correlate_and_too_few_days_say_nothing():
    days = [(n, 2 * n + 1) for n in range(LEAST_DAYS)]
    assert history(*days).correlations_bps() == {("cex_dex", "dex_dex"): 10_000}
    assert history(*days[1:]).correlations_bps() == {}


def test_results_of_one_day_are_added_up():
    daily = DailyResults().plus(a_result(result_usd_e24=2)).plus(a_result(result_usd_e24=3))
    assert list(daily.by_strategy["dex_dex"].values()) == [5]
