"""The command works a large order at a running desk, once for each name, by the desk's halts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.chain.keys import desk_key
from tests.kit.chain import TestChain
from tests.kit.command import Ended, alphapulse
from tests.kit.exchange import SECRET, WHOLE
from tests.kit.house import House, a_house, quote

pytestmark = [pytest.mark.chain, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def house(chain: TestChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("ALPHAPULSE_SIGNER_KEY", desk_key())
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_KEY", "a-key-of-the-desk")
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_SECRET", SECRET)
    with a_house(chain, tmp_path) as running:
        quote(running, lots=WHOLE)
        yield running


def live(house: House, *words: str) -> Ended:
    return alphapulse("execute", "live", *words, "--home", str(house.home.root))


def test_an_order_is_worked_once_whoever_gives_it_again(house: House):
    words = ("twap", "buy", "2", "--name", "rebalance", "--slices", "2", "--seconds", "1")
    first = live(house, *words)
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert (report["outcome"], report["filled"]) == ("SETTLED", "2.00000000")
    assert len(house.facts("order.intended")) == 2
    assert [fact.outcome for fact in house.facts("execution.finished")] == ["SETTLED"]
    again = json.loads(live(house, *words).stdout)
    assert [child["filled"] for child in again["children"]] == ["1.00000000"] * 2
    assert len(house.facts("order.intended")) == 2, "nothing was sent for a name that had ended"
    assert again["cost"]["total"] == report["cost"]["total"]
    forgotten = {*again["benchmarks"].values(), again["cost"]["delay"], again["cost"]["execution"]}
    assert forgotten == {None}, "what the market did meanwhile is kept nowhere"


def test_a_desk_that_is_stopped_declines_the_order(house: House):
    stopped = alphapulse("risk", "stop", "--home", str(house.home.root), "--reason", "lunch")
    assert stopped.returncode == 0, stopped.stderr
    report = json.loads(live(house, "twap", "buy", "1", "--name", "late").stdout)
    assert (report["is_approved"], report["limit_name"]) == (False, "halted_scope")
    assert report["reason"] == "desk is halted: lunch"
    assert house.facts("order.intended") == []


@pytest.mark.parametrize(
    "words",
    [
        ("twap", "buy", "0", "--name", "x"),
        ("iceberg", "buy", "1", "--name", "x", "--display", "1"),
        ("route", "buy", "1", "--name", "x", "--also", "nowhere"),
    ],
)
def test_what_cannot_be_worked_is_refused_before_anything_is_written(house: House, words):
    ended = live(house, *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert house.facts("parent.ordered") == []


def test_without_a_desk_nothing_is_worked(tmp_path: Path):
    ended = alphapulse(
        "execute", "live", "twap", "buy", "1", "--name", "x", "--home", str(tmp_path)
    )
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
