"""The memory of findings: when an edge seen again is news."""

from __future__ import annotations

import pytest

from domain.arbitrage.edge import BELOW_MINIMUM, NO_EDGE, Edge, Expectation, Leg, NoOpportunity
from live.detection.memory import Memory
from live.detection.strategies import NO_MARK, STALE_POOL, Look

LEG = Leg("univ2-a", "buy", 1, 18, 1, 6, 1, 0)
EDGE = Edge("cex_dex", LEG, LEG, 0, Expectation(1, 0, 0))


def _look(answer: Edge | NoOpportunity = EDGE, pools: str = "p", state: str = "s") -> Look:
    return Look("cex_dex", ("univ2-a", "paper"), ("e", "e"), pools, (pools, state), answer)


def _told(*looks: tuple[Look, int]) -> list[bool]:
    memory, news = Memory(), list[bool]()
    for look, now_ns in looks:
        memory, is_new = memory.after(look, now_ns, now_ns + 10)
        news.append(is_new)
    return news


def test_the_first_sight_is_news_and_the_second_is_not():
    assert _told((_look(), 0), (_look(), 1)) == [True, False]


def test_a_pool_that_moved_is_news():
    assert _told((_look(), 0), (_look(pools="q"), 1)) == [True, True]


def test_a_book_that_moved_is_news_only_after_the_expiry():
    assert _told((_look(), 0), (_look(state="t"), 9), (_look(state="t"), 11)) == [True, False, True]


def test_time_alone_is_no_news():
    assert _told((_look(), 0), (_look(), 1_000)) == [True, False]


def test_an_edge_that_closed_is_news_when_it_opens_again():
    assert _told((_look(), 0), (_look(NO_EDGE), 1), (_look(), 2)) == [True, False, True]


@pytest.mark.parametrize("answer", [NO_MARK, STALE_POOL, BELOW_MINIMUM])
def test_not_knowing_and_shrinking_close_nothing(answer):
    assert _told((_look(), 0), (_look(answer), 1), (_look(), 2)) == [True, False, False]


def test_the_other_direction_is_remembered_apart():
    memory, _ = Memory().after(_look(), 0, 10)
    other = Look("cex_dex", ("paper", "univ2-a"), ("e", "e"), "p", ("p", "s"), EDGE)
    assert memory.after(other, 1, 11)[1]
