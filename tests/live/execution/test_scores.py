"""Counting how strategies do: once an execution, under its latest outcome, unknown never nought."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.execution.scores import Ended, Scores

OUTCOMES = ("SETTLED", "PARTIAL", "FAILED", "UNKNOWN")


def performance(scores: Scores, strategy: str = "dex_dex"):
    return {m.routing.strategy: m for m in scores.messages(9)}[strategy]


def test_every_verdict_and_every_end_is_counted():
    scores = Scores(5)
    for is_approved in (True, True, False):
        scores.decided("dex_dex", is_approved=is_approved)
    scores.finished("dex_dex", "e1", Ended("SETTLED", 10, 9))
    scores.finished("dex_dex", "e2", Ended("FAILED", 10, -1))
    told = performance(scores)
    assert (told.since_ns, told.until_ns) == (5, 9)
    assert (told.heard, told.declined, told.taken) == (3, 1, 2)
    assert (told.settled, told.partial, told.failed, told.unknown) == (1, 0, 1, 0)
    assert (told.expected_usd_e24, told.realised_usd_e24) == (10, 8)


def test_one_unknown_result_makes_the_sum_unknown_until_it_is_known():
    scores = Scores(0)
    scores.finished("dex_dex", "e1", Ended("SETTLED", 10, 9))
    scores.finished("dex_dex", "e2", Ended("UNKNOWN", 10, None))
    assert performance(scores).realised_usd_e24 is None
    scores.finished("dex_dex", "e2", Ended("SETTLED", 10, 7))
    assert performance(scores).realised_usd_e24 == 16
    assert performance(scores).unknown == 0


def test_strategies_do_not_mix():
    scores = Scores(0)
    scores.resumed("cex_dex")
    scores.decided("dex_dex", is_approved=False)
    assert performance(scores, "cex_dex").taken == 1
    assert performance(scores, "dex_dex").taken == 0


ends = st.builds(
    Ended, st.sampled_from(OUTCOMES), st.integers(-9, 9), st.none() | st.integers(-9, 9)
)


@given(st.lists(st.tuples(st.sampled_from("abc"), ends), max_size=20))
def test_only_the_latest_end_of_an_execution_counts(heard):
    scores, latest = Scores(0), {}
    for execution, ended in heard:
        scores.finished("s", execution, ended)
        latest[execution] = ended
    if not heard:
        assert scores.messages(1) == []
        return
    told = performance(scores, "s")
    outcomes = [ended.outcome for ended in latest.values()]
    assert [told.settled, told.partial, told.failed, told.unknown] == [
        outcomes.count(outcome) for outcome in OUTCOMES
    ]
    results = [ended.realised_usd_e24 for ended in latest.values()]
    assert told.realised_usd_e24 == (None if None in results else sum(results))
