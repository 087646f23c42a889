"""The command works a large order against a market in memory, and says the same every time."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.kit.command import alphapulse

DATA = Path(__file__).parents[4] / "shared" / "data" / "cex_l2"


def simulated(*words: str) -> dict[str, Any]:
    ended = alphapulse("execute", "simulate", *words)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize(
    "words",
    [
        ("twap", "buy", "3", "--slices", "3"),
        ("vwap", "sell", "3", "--curve", "2,1"),
        ("iceberg", "sell", "3", "--display", "1", "--limit", "2950"),
        ("route", "buy", "30", "--slices", "2", "--venues", "3"),
    ],
)
def test_an_order_is_filled_and_its_cost_adds_up(words: tuple[str, ...]):
    report = simulated(*words, "--seconds", "10")
    assert report["outcome"] == "SETTLED"
    assert Decimal(report["filled"]) == Decimal(report["size"])
    assert sum(Decimal(child["filled"]) for child in report["children"]) == Decimal(words[2])
    cost = {name: Decimal(value) for name, value in report["cost"].items()}
    parts = cost["delay"] + cost["execution"] + cost["fees"] + cost["opportunity"]
    assert abs(cost["total"] - parts) < Decimal("0.0000001")
    assert cost["fees"] > 0
    assert simulated(*words, "--seconds", "10") == report


def test_another_seed_is_another_market():
    words = ("twap", "buy", "3", "--slices", "3", "--seconds", "10")
    assert simulated(*words, "--seed", "8") != simulated(*words, "--seed", "9")


def test_what_a_rulebook_forbids_is_declined(tmp_path: Path):
    rulebook = tmp_path / "rulebook.json"
    rulebook.write_text('{"version":"1","desk":{"max_position_usd_e24":"1"}}')
    report = simulated("twap", "buy", "3", "--rulebook", str(rulebook))
    assert (report["is_approved"], report["limit_name"]) == (False, "max_position_usd_e24")
    assert report["children"] == []


def test_a_recorded_book_is_worked_against():
    recording = DATA / "KRAKEN.ws.50.0.gz"
    if not recording.exists():
        pytest.skip("the recording is not on this machine")
    book = ("--book", str(recording), "--symbol", "XBT/CHF")
    report = simulated("twap", "buy", "0.05", "--slices", "2", "--seconds", "1", *book)
    assert report["outcome"] in {"SETTLED", "PARTIAL"}
    assert report["children"]


@pytest.mark.parametrize(
    "words",
    [
        ("twap", "buy", "0"),
        ("twap", "buy", "many"),
        ("iceberg", "buy", "1", "--display", "1"),
        ("vwap", "buy", "1"),
        ("vwap", "buy", "1", "--curve", "1,x"),
        ("twap", "buy", "1", "--seconds", "0"),
        ("twap", "buy", "1", "--book", "/nonexistent"),
        ("twap", "buy", "1", "--book", "/nonexistent", "--symbol", "X"),
        ("twap", "buy", "1", "--rulebook", "/nonexistent"),
    ],
)
def test_what_cannot_be_worked_is_refused_in_one_sentence(words: tuple[str, ...]):
    ended = alphapulse("execute", "simulate", *words)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert not ended.stdout
