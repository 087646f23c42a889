"""The tables show what the report says, and unknown where it says nothing."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from domain.confidence.reliability import Stated
from domain.pnl.performance import Compared, performance
from ops.books.performance import calibration, strategy_object
from ops.books.performance_table import print_performance


def test_a_person_sees_the_numbers_the_misses_and_the_score():
    compared = [
        Compared("a", "all", 1, "taken", "SETTLED", "", 5 * 10**24, 4 * 10**24, 10**24),
        Compared("b", "all", 2, "declined", "", "stale quote", 10**24, 0, 10**24),
    ]
    paper = Console(file=StringIO(), width=160)
    found = {
        "days": ["2025-11-20"],
        "strategies": {one.strategy: strategy_object(one) for one in performance(compared)},
        "calibration": calibration([Stated(0.8, is_realised=True)]),
        "half_life": {"dex_dex": {"half_life_ns": 7, "ends": 1, "seen": 2}},
    }
    print_performance(found, paper)
    shown = paper.file.getvalue()
    for text in ("stale quote", "Brier score 0.0400", "unknown", "dex_dex", "2025-11-20"):
        assert text in shown
