"""kill -9 in the middle of trading: no acknowledged fact is lost, and the books still close."""

import os
import signal

import pytest

from domain.home import DeskHome
from journal.reader import JournalReader
from live.aio.clock import WallClock
from ops.running.session import Session, session
from tests.kit.eventually import eventually_sync

pytestmark = [
    pytest.mark.chain,
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.filterwarnings("ignore"),  # a close imports other people's libraries
]

VICTIMS = ("trader", "recorder", "relay", "collector-dex", "exchange", "detector")


def test_the_day_closes_after_every_process_was_killed_once(tmp_path, monkeypatch):
    from orchestration.runs.run import close_day

    home = DeskHome(tmp_path / "desk")
    told: list[str] = []
    with session(home, seed=11, clock=WallClock(), told=told.append) as desk:
        trade_until(desk, "execution.planned", 2)
        for victim in VICTIMS:
            facts_before = journalled(home)
            os.kill(desk.crew.members[victim].process.pid, signal.SIGKILL)
            desk.crew.members[victim].process.wait(10)
            desk.crew.revive()
            desk.crew.wait_ready([victim], patience_s=300)
            assert journalled(home)[: len(facts_before)] == facts_before
        trade_until(desk, "execution.finished", desk.tally().get("execution.finished", 0) + 1)
        desk.wind_down("everybody died once")
        for name, value in desk.environment.items():
            monkeypatch.setenv(name, value)
        closes = [close_day(home, day) for day in desk.days()]
    assert [failure for result in closes for failure in result.failures] == []
    assert all(result.is_success for result in closes)
    assert [result.close["pnl"]["residual"] for result in closes] == ["0"] * len(closes)
    assert sum("starting it again" in sentence for sentence in told) == len(VICTIMS)


def trade_until(desk: Session, kind: str, count: int) -> None:
    eventually_sync(lambda: desk.tally().get(kind, 0) >= count, within_s=60)


def journalled(home: DeskHome) -> list[str]:
    with JournalReader(home.journal_db) as reader:
        reader.verify()
        return [record.hash for record in reader.read(limit=1_000_000)]
