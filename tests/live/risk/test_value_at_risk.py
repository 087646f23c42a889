"""Three ways to say what could be lost: exact on history, close where theory says so."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from live.risk.value_at_risk import (
    LEAST_STEPS,
    historical_usd_e24,
    monte_carlo_usd_e24,
    parametric_usd_e24,
    step_results,
    value_at_risk,
)

E24 = 10**24


def a_walk(steps: int, seed: int = 1, sigma_bps: int = 100) -> list[dict[str, int]]:
    """Walk two marks that move by normal steps, the second half as far and the other way."""
    draw, eth, btc = random.Random(seed), 3_000 * 10**6, 60_000 * 10**6
    marks = [{"ETH": eth, "BTC": btc}]
    for _ in range(steps):
        move = draw.gauss(0, sigma_bps / 10_000)
        eth, btc = int(eth * (1 + move)), int(btc * (1 - move / 2))
        marks.append({"ETH": eth, "BTC": btc})
    return marks


@given(st.lists(st.integers(-(10**30), 10**30), min_size=LEAST_STEPS, max_size=300))
def test_the_historical_figure_is_a_loss_that_happened_and_few_were_worse(results: list[int]):
    found = historical_usd_e24(results)
    assert found is not None
    assert found == 0 or -found in results
    assert sum(-result > found for result in results) * 100 <= len(results)


@given(st.lists(st.integers(-(10**30), 10**30), max_size=LEAST_STEPS - 1))
def test_too_short_a_history_says_nothing(results: list[int]):
    assert historical_usd_e24(results) is None
    assert parametric_usd_e24(results) is None


def test_a_step_makes_of_a_holding_what_its_mark_does_rounded_against_us():
    history = [{"ETH": 3}, {"ETH": 4}, {"ETH": 2}]
    assert step_results({"ETH": 10}, history) == [3, -5]
    assert step_results({"ETH": -10}, history) == [-4, 5]
    with pytest.raises(InputRefused):
        step_results({"BTC": 1}, history)


def test_on_a_normal_walk_all_three_are_near_the_quantile_of_the_law():
    values = {"ETH": 100_000 * E24}
    found = value_at_risk(values, a_walk(2_000))
    assert found is not None
    law = 2_326 * E24
    for figure in (
        found.historical_usd_e24, found.parametric_usd_e24, found.monte_carlo_usd_e24,
    ):  # fmt: skip
        assert abs(figure - law) < law * 15 // 100


def test_holdings_that_offset_each_other_risk_nearly_nothing():
    walk = a_walk(500)
    alone = value_at_risk({"ETH": 100_000 * E24}, walk)
    offset = value_at_risk({"ETH": 100_000 * E24, "BTC": 200_000 * E24}, walk)
    assert alone is not None
    assert offset is not None
    for name in ("historical_usd_e24", "parametric_usd_e24", "monte_carlo_usd_e24"):
        assert getattr(offset, name) * 20 < getattr(alone, name)


def test_the_same_seed_draws_the_same_figure_and_nothing_held_risks_nothing():
    walk = a_walk(200)
    twice = {monte_carlo_usd_e24({"ETH": E24}, walk, seed=3) for _ in range(2)}
    assert len(twice) == 1
    assert value_at_risk({}, walk) is not None
    assert monte_carlo_usd_e24({}, walk) == 0
