"""The registry: every strategy once, none shared between desks that keep a market each."""

from live.detection.registry import REGISTRY, strategies_for
from tests.kit.facts import a_card


def test_each_is_made_for_its_desk_under_a_name_of_its_own():
    first, second = strategies_for(a_card()), strategies_for(a_card())
    names = [strategy.name for strategy in first]
    assert len(set(names)) == len(names) == len(REGISTRY)
    assert first[-1] is not second[-1]
