"""A round carries the legs of its fact and what it is worth, gas taken."""

from domain.arbitrage.edge import Expectation
from live.detection.round import Round
from tests.kit.facts import a_leg


def test_what_is_left_is_gross_less_gas():
    found = Round("triangular", (a_leg(), a_leg(), a_leg()), 7, Expectation(10, 0, 3))
    assert found.expectation.net_usd_e24 == 7
    assert len(found.legs) == 3
