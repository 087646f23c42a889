"""What is reported of predictions is what was compared: exact, over the days asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.confidence.half_life import HalfLife
from domain.confidence.reliability import Stated
from domain.errors import Refused
from domain.home import DeskHome
from domain.pnl.performance import Compared
from ops.books.performance import calibration, lasting, performance_report, stated_of
from orchestration.day import COMPARED
from orchestration.resources.lake import Lake
from tests.kit.desk_day import a_desk_day
from tests.kit.homes import a_home
from tests.kit.world_names import DAY

E24 = 10**24
NEXT = "2025-11-21"


def _one(name: str, fate: str, predicted: int, realised: int | None, reason: str = "") -> Compared:
    left = None if realised is None else predicted - realised
    status = "SETTLED" if fate == "taken" else ""
    return Compared(name, "dex_dex", 1, fate, status, reason, predicted, realised, left)


DAYS = {
    DAY: [
        _one("a", "taken", 5 * E24, 4 * E24), _one("b", "taken", 5 * E24, -(10**21)),
        _one("c", "declined", 2 * E24, 0, "too small"), _one("d", "taken", E24, None),
    ],
    NEXT: [_one("e", "taken", 1 * E24, 3 * E24)],
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> DeskHome:
    folder: Path = tmp_path_factory.mktemp("desk")
    home, _ = a_desk_day(folder)
    for day, compared in DAYS.items():
        Lake(home).save(COMPARED, day, Compared, compared)
    return home


def test_strategies_and_all_of_them_are_measured_exactly(home: DeskHome):
    found = json.loads(json.dumps(performance_report(home)))
    assert found["days"] == [DAY, NEXT]
    assert found["strategies"]["dex_dex"] == found["strategies"]["all"]
    told = found["strategies"]["all"]
    assert (told["found"], told["taken"], told["unknown"]) == (5, 4, 1)
    assert (told["predicted"], told["realised"], told["shortfall"]) == ("11", "6.999", "4.001")
    assert (told["success_rate"], told["drawdown"], told["forgone"]) == ("2/3", "0.001", "2")
    assert told["missed"] == {"too small": 1}
    assert told["sharpe"] > 0


def test_a_day_is_measured_alone_and_one_that_was_not_closed_is_refused(home: DeskHome):
    found = performance_report(home, [NEXT])
    assert (found["days"], found["strategies"]["all"]["taken"]) == ([NEXT], 1)
    assert found["strategies"]["all"]["sharpe"] is None
    with pytest.raises(Refused, match="close this day first"):
        performance_report(home, ["2025-11-22"])


def test_a_desk_that_never_closed_has_nothing_to_measure(tmp_path: Path):
    with pytest.raises(Refused, match="close this day first"):
        performance_report(a_home(tmp_path))


def test_what_was_stated_counts_where_the_end_is_known():
    compared = [one for day in DAYS.values() for one in day]
    stated = stated_of(compared, {"a": 900_000, "b": 600_000, "c": 500_000, "d": 1, "e": 800_000})
    assert stated == [Stated(0.9, True), Stated(0.6, False), Stated(0.8, True)]
    found = calibration(stated)
    assert (found["stated"], found["realised"]) == (3, 2)
    assert found["brier"] == pytest.approx((0.01 + 0.36 + 0.04) / 3)
    assert [part["size"] for part in found["curve"]] == [1, 1, 1]


def test_nothing_stated_is_no_score():
    assert calibration([]) == {"stated": 0, "realised": 0, "brier": None, "curve": []}


def test_a_half_life_is_unknown_until_an_end_was_seen():
    assert lasting(HalfLife(2_600, 0, 3)) == {"half_life_ns": None, "ends": 0, "seen": 3}
    assert lasting(HalfLife(2_600, 1, 3))["half_life_ns"] == 2_600
