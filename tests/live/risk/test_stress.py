"""A catastrophe takes from each place what it names, and nothing twice."""

from __future__ import annotations

from live.risk.portfolio import Portfolio
from live.risk.stress import Scenario, scenarios, stressed

HELD = Portfolio(
    {"ETH": 700, "USDC": 300}, {"chain": 600, "paper": 400}, {"chain": 500, "paper": 200}
)


def result(scenario: Scenario) -> int:
    return stressed(HELD, [scenario])[0].result_usd_e24


def test_a_fall_takes_its_share_of_the_base_and_a_lost_peg_of_the_rest():
    assert result(Scenario("fall", {"*": -5_000})) == -350
    assert result(Scenario("peg", {"USDC": -1_000})) == -30
    assert result(Scenario("rise", {"*": 3_000})) == 210


def test_what_is_lost_cannot_fall_as_well():
    assert result(Scenario("gone", {}, frozenset({"paper"}))) == -400
    assert result(Scenario("both", {"*": -5_000}, frozenset({"paper"}))) == -400 - 250
    assert result(Scenario("all", {"*": -5_000}, frozenset({"paper", "chain"}))) == -1_000


def test_the_worst_is_told_first():
    found = [one.result_usd_e24 for one in stressed(HELD, scenarios("paper"))]
    assert found == sorted(found)
    assert len(found) == len(scenarios("paper"))
