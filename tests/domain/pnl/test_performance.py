"""Every opportunity is set beside what came of it; sums and falls are exact."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pnl.performance import compare, drawdown, performance, sharpe, sortino
from domain.settlement.types import RiskVerdict
from tests.kit.books import World, cex_dex, dex_dex
from tests.kit.histories import HISTORIES, few

RESULTS = st.lists(st.integers(-(10**30), 10**30), max_size=20)


def _compared(world: World):
    return compare(world.decisions, world.verdicts, world.settled().executions)


@few
@given(HISTORIES)
def test_every_opportunity_is_compared_once_and_the_shortfall_is_what_is_missing(world: World):
    compared = _compared(world)
    assert sorted(one.opportunity_id for one in compared) == sorted(
        one.opportunity_id for one in world.decisions
    )
    for one in compared:
        if one.shortfall_usd_e24 is not None:
            realised = one.realised_net_usd_e24 or 0
            assert one.shortfall_usd_e24 + realised == one.predicted_net_usd_e24
    for one in performance(compared):
        assert one.shortfall_usd_e24 == one.predicted_usd_e24 - one.realised_usd_e24
        assert one.found >= one.taken >= one.unknown


def test_what_was_missed_says_why():
    world = World()
    dex_dex(world, 10**18, 2_990 * 10**6, 3_011 * 10**6, gas_wei=1)
    dex_dex(world, 10**18, 2_990 * 10**6, 3_011 * 10**6, gas_wei=1, status=0)
    world.plan("dex_dex", (world.quoted("univ2-a", "buy", 1, 1),), is_taken=False)
    found = {one.opportunity_id: one for one in _compared(world)}
    assert (found["op0"].fate, found["op0"].reason) == ("taken", "")
    assert found["op1"].status == "FAILED_WITH_COST"
    assert found["op1"].reason
    assert (found["op2"].fate, found["op2"].reason) == ("declined", "too small")
    (one,) = performance(found.values())
    assert (one.found, one.taken, one.success_rate) == (3, 2, "1/2")
    assert one.missed["too small"] == 1


def test_a_decision_nobody_answered_is_undecided():
    world = World()
    cex_dex(world, 10**9, 10**8, [(10**8, 10**10, 5)])
    (one,) = compare(world.decisions, [RiskVerdict("op0", True, "fine")], [])
    assert (one.fate, one.realised_net_usd_e24) == ("undecided", 0)


@given(RESULTS)
def test_a_drawdown_is_the_largest_fall_between_any_two_moments(results: list[int]):
    sums = [sum(results[:end]) for end in range(len(results) + 1)]
    falls = [sums[i] - sums[j] for i in range(len(sums)) for j in range(i, len(sums))]
    assert drawdown(results) == max(falls)


def test_ratios_and_falls_are_what_they_are_by_hand():
    assert sharpe([1, 2, 3]) == 2
    assert sortino([3, -1, 1]) == pytest.approx(3**0.5)
    assert drawdown([5, -3, -4, 6, -1]) == 7
    assert drawdown([-2, 5]) == 2


def test_sums_of_a_strategy_are_what_they_are_by_hand():
    world = World()
    part = [(10**10, 3_010 * 10**8, 2 * 10**8)]
    for _ in range(2):
        cex_dex(world, 10**10, 3_000 * 10**6, part, gas_wei=0)
    cex_dex(world, 10**10, 3_020 * 10**6, part, gas_wei=0)
    cex_dex(world, 10**10, 3_008 * 10**6, part, gas_wei=0)
    world.plan("cex_dex", (world.quoted("paper", "buy", 1, 1),), is_taken=False)
    world.decisions = [
        msgspec.structs.replace(one, expected_net_usd_e24=9 * 10**24) for one in world.decisions
    ]
    (one,) = performance(_compared(world))
    assert (one.found, one.taken, one.unknown, one.success_rate) == (5, 4, 0, "1/2")
    dollars = (one.predicted_usd_e24, one.realised_usd_e24, one.shortfall_usd_e24)
    assert dollars == (36 * 10**24, (8 + 8 - 12 + 0) * 10**24, 32 * 10**24)
    assert (one.forgone_usd_e24, one.drawdown_usd_e24) == (9 * 10**24, 12 * 10**24)
    assert one.missed == {"too small": 1}


@given(RESULTS)
def test_ratios_have_the_sign_of_the_sum_or_are_unknown(results: list[int]):
    for ratio in (sharpe(results), sortino(results)):
        if ratio is not None and abs(ratio) > 1e-9:
            assert (ratio > 0) == (sum(results) > 0)
    assert sharpe(results[:1]) is None
    assert sharpe([5, 5, 5]) is None
    assert sortino([1, 2, 3]) is None
