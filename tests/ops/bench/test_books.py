"""The books bench closes its days to the last unit, and says what it could not measure."""

from __future__ import annotations

import json
import sys

import pytest

from domain.errors import InvariantBroken
from domain.ledger.build import entries_of
from domain.lots.engine import match
from domain.lots.types import Book, Method
from ops.bench import books_child
from ops.bench.books import Extent, _ticked, bench_books, case_name
from ops.bench.lots import random_fills


def test_days_closed_one_after_another_make_the_profit_of_one_long_day(monkeypatch):
    facts = random_fills(600)
    monkeypatch.setattr(books_child, "_MARK_EVERY", 1)
    whole = books_child.closed_days(facts, books_child.Stages())
    monkeypatch.setattr(books_child, "DAY_FILLS", 70)
    stages = books_child.Stages()
    assert books_child.closed_days(facts, stages) == whole
    assert list(stages.cpu_s) == ["ledger", "positions", "attribution", "realised", "freeing"]


def test_lots_carried_from_day_to_day_realise_what_one_long_day_does(monkeypatch):
    facts = random_fills(600)
    whole = books_child.matched_days(facts, books_child.Stages())
    assert whole == {
        method: sum(row[3] - row[4] for row in match(facts, Book(method)).rows) for method in Method
    }
    monkeypatch.setattr(books_child, "DAY_FILLS", 70)
    stages = books_child.Stages()
    assert books_child.matched_days(facts, stages) == whole
    assert set(stages.cpu_s) == {method.value for method in Method}


def test_a_day_that_an_outsider_counts_differently_fails(monkeypatch):
    monkeypatch.setattr(books_child, "entries_of", lambda done: entries_of(done)[:-1])
    with pytest.raises(InvariantBroken, match="outsider"):
        books_child.closed_days(random_fills(50), books_child.Stages())


def test_a_day_s_figure_is_what_was_measured_since_the_day_before():
    stages = books_child.Stages()
    for day_cpu_s in (3, 1, 2):
        stages.cpu_s["ledger"] += day_cpu_s
        stages.end_day()
    assert stages.days_cpu_s == [3, 1, 2]
    assert (stages.day_cpu_s(0.5), stages.day_cpu_s(0.99)) == (2, 3)


@pytest.mark.slow  # three closes, some fifteen CPU seconds each where nothing is warm
def test_a_tick_says_what_the_day_from_scratch_says_and_what_either_cost():
    found = _ticked(20, lambda _: None)
    assert (found["fills_held"], found["new_fills"]) == (20, 10)
    assert found["cpu_s"] > 0
    assert found["cpu_s_of_day_from_scratch"] > 0


def test_every_stage_is_measured_and_an_absent_peer_is_said():
    extent = Extent([200, 400], 1, [sys.executable, "-c", "raise SystemExit('no rp2')"], 100)
    report = json.loads(json.dumps(bench_books(extent, lambda _: None)))
    for fills in (200, 400):
        found = report["medians"][case_name(fills)]
        assert found["fills_per_cpu_s"] > 0
        assert found["peak_memory_gb"] > 0
        assert found["day_p99_cpu_s"] >= found["day_median_cpu_s"] > 0
        assert {f"lots_{method.value}_fills_per_cpu_s" for method in Method} <= set(found)
    assert report["absent_peers"]["rp2"].endswith("did not run: no rp2")
    assert [row["target"] for row in report["targets"]] == [
        "facts to attributed profit a million fills, CPU s",
        "peak memory at 400, GB",
        "time a fill at 400 over 200, times",
        *(f"{method.value} at 400, fills per CPU second" for method in Method),
    ]
