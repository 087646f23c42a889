"""Stopping, limiting and asking from the command line, with no loop running."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.money import VALUE_SCALE
from journal.entry import Entry
from journal.writer import JournalWriter
from live.aio.clock import WallClock
from tests.kit.command import alphapulse
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WETH, a_mark, fact
from tests.kit.homes import a_home
from tests.kit.trading import a_result, an_atomic

UNIT = 10**VALUE_SCALE


@pytest.fixture
def home(tmp_path: Path) -> str:
    desk = a_home(tmp_path)
    facts = [
        an_atomic(expected_gas_wei=0),
        fact("risk.decided", is_approved=True, limit_name=""),
        fact("execution.planned"),
        a_result(result_usd_e24=-7 * UNIT, counted_ns=WallClock().now_ns()),
        *(a_mark(n, mark_e6=3_000_000_000 + n % 7 * 10**6) for n in range(150)),
    ]
    with JournalWriter(desk, WallClock()) as writer:
        writer.append([Entry(one, 1) for one in facts])
    return str(desk.root)


def said(*words: str) -> dict[str, object]:
    ended = alphapulse("risk", *words)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_a_stop_holds_for_the_next_start_until_it_is_lifted(home: str):
    assert said("stop", "--home", home)["obeyed_ms"] is None
    assert said("state", "--home", home)["trading_state"] == "HALTED"
    said("stop", "--reduce", "--home", home, "--reason", "a calm evening")
    report = said("state", "--home", home)
    assert report["trading_state"] == "REDUCING"
    assert report["reducing"] == {"desk": "a calm evening"}
    said("resume", "--home", home)
    assert said("state", "--home", home)["trading_state"] == "ACTIVE"


def test_the_state_tells_the_results_of_the_day_by_scope(home: str):
    day = said("state", "--home", home)["day"]
    assert isinstance(day, dict)
    assert day["strategy:dex_dex"]["result_usd_e24"] == str(-7 * UNIT)
    assert day["desk"]["drawdown_usd_e24"] == str(7 * UNIT)


def test_limits_are_ordered_by_version_and_printed_in_full(home: str, tmp_path: Path):
    file = tmp_path / "limits.json"
    file.write_text('{"version": "1", "desk": {"max_open_executions": "2"}}')
    assert said("limits", str(file), "--home", home)["version"] == 1
    printed = said("limits", "--home", home)
    assert printed["version"] == "1"
    assert printed["desk"]["max_open_executions"] == "2"  # type: ignore[index]
    again = alphapulse("risk", "limits", str(file), "--home", home)
    assert (again.returncode, again.stdout) == (2, "")
    assert "higher version" in again.stderr


def test_exposure_tells_three_figures_and_the_catastrophes(home: str, tmp_path: Path):
    held = {ETH: 10**18, WETH: 10**18, USDC: 10**9, PAPER_ETH: 10**10, PAPER_USDC: 10**11}
    file = tmp_path / "held.json"
    file.write_text(json.dumps({asset: str(units) for asset, units in held.items()}))
    report = said("exposure", str(file), "--home", home)
    assert set(report["value_at_risk"]) >= {  # type: ignore[arg-type]
        "historical_usd_e24", "parametric_usd_e24", "monte_carlo_usd_e24",
    }  # fmt: skip
    worst = report["stress"][0]  # type: ignore[index]
    assert int(worst["result_usd_e24"]) < 0
    missing = alphapulse("risk", "exposure", str(tmp_path / "none.json"), "--home", home)
    assert missing.returncode == 2


def test_a_counterfactual_tells_what_other_limits_would_have_saved(home: str, tmp_path: Path):
    file = tmp_path / "limits.json"
    file.write_text(json.dumps({"desk": {"min_net_profit_usd_e24": str(10**30)}}))
    report = said("counterfactual", str(file), "--home", home)
    assert report["saved_usd_e24"] == str(7 * UNIT)
    assert report["declined"] == {"min_net_profit_usd_e24": 1}


@pytest.mark.parametrize(
    "words", [("stop",), ("state",), ("stop", "--scope", "pool:a"), ("exposure", "held.json")]
)
def test_what_makes_no_sense_is_refused_in_one_sentence(words: tuple[str, ...], tmp_path: Path):
    ended = alphapulse("risk", *words, "--home", str(tmp_path / "nowhere"))
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
