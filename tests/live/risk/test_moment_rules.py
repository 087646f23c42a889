"""Losses are held to by desk, strategy and venue, over the day; each cites scope and numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import DAY_NS
from live.risk import moment_rules
from live.risk.limits import Caps, Limits, Rulebook
from live.risk.session import Session
from live.risk.situation import Situation
from tests.kit.clock import NOON_NS
from tests.kit.facts import a_card
from tests.kit.trading import a_result, an_atomic

CARD = a_card()


def after(*results: int) -> Situation:
    session = Session()
    for result in results:
        session = session.counted(a_result(result_usd_e24=result), Limits())
    return Situation(NOON_NS, 42, session=session)


@pytest.mark.parametrize("scope", ["strategy:dex_dex", "venue:univ2-b"])
def test_a_scope_that_lost_its_day_is_cited_with_its_numbers(scope: str):
    rulebook = Rulebook(scopes={scope: Caps(max_day_loss_usd_e24=10)})
    verdict = moment_rules.day_loss(an_atomic(), after(-4, -6), rulebook, CARD)
    assert verdict is not None
    assert verdict.limit_name == f"{scope} max_day_loss_usd_e24"
    assert (verdict.limit_value, verdict.observed_value) == ("10", "10")
    assert moment_rules.day_loss(an_atomic(), after(-9), rulebook, CARD) is None


def test_a_loss_of_another_day_or_venue_does_not_count():
    rulebook = Rulebook(scopes={"venue:paper": Caps(max_day_loss_usd_e24=1)})
    assert moment_rules.day_loss(an_atomic(), after(-100), rulebook, CARD) is None
    desk = Rulebook(desk=Limits(max_day_loss_usd_e24=1))
    tomorrow = Situation(NOON_NS + DAY_NS, 42, session=after(-100).session)
    assert moment_rules.day_loss(an_atomic(), tomorrow, desk, CARD) is None


@given(st.lists(st.integers(-50, 50), max_size=12), st.integers(1, 100))
def test_the_desk_stops_exactly_when_its_fall_reaches_the_drawdown(results: list[int], limit: int):
    rulebook = Rulebook(desk=Limits(max_drawdown_usd_e24=limit))
    sums = [0]
    for result in results:
        sums.append(sums[-1] + result)
    verdict = moment_rules.drawdown(an_atomic(), after(*results), rulebook, CARD)
    assert (verdict is not None) == (max(sums) - sums[-1] >= limit)
