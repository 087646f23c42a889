"""A difference of the ledger is booked when two people stand for it, and the day then closes."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest

from domain.breaks.case import approved, explained, reopened
from domain.errors import Refused
from domain.home import DeskHome
from domain.layers.rolling import Rolled
from domain.ledger.types import Entry
from ops.breaks.desk import BreakDesk, break_desk
from orchestration.assets.counting import counted_on
from orchestration.closing.close import close_object
from orchestration.closing.corrections import corrected_moves, corrections_of, decisions
from orchestration.closing.periods import lock_day
from orchestration.day import ENTRIES, ROLLED, Day
from orchestration.reading.breaking import breaks_on, tallied
from orchestration.resources.lake import Lake
from tests.kit.books import World
from tests.kit.breaks import PROOF
from tests.kit.clock import HandClock
from tests.kit.closing import answers, close
from tests.kit.desk_day import a_desk_day
from tests.kit.facts import PAPER_ETH
from tests.kit.world_names import DAY

LATER_NS = 2 * 10**18
MONEY = {
    "the_books_hold_what_is_stated_at_the_anchor",
    "opening_plus_flows_equals_closing",
    "lots_hold_what_is_held",
    "equity_change_equals_attribution_exactly",
}


def hold_one_unit_more(world: World) -> None:
    world.held["paper:spot", PAPER_ETH] += 1


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day that did not close: the exchange holds one unit more than anything explains."""
    home, _ = a_desk_day(tmp_path_factory.mktemp("broken"), fault=hold_one_unit_more)
    result = close(home)
    said = answers(result)
    assert not said["the_books_hold_what_is_stated_at_the_anchor"]
    shown = _shown(result, "the_books_hold_what_is_stated_at_the_anchor")
    assert shown["differences"] == "paper:spot paper:ETH: 0.0000000001 more than booked"
    assert " 0.0000000001 paper:ETH" in shown["breaks"]
    assert not said["opening_plus_flows_equals_closing"]
    found = close_object(Day(home, DAY))
    assert found is not None
    assert all(one["cause"] for one in found["breaks"])
    assert {one["recon"] for one in found["breaks"]} >= {
        "ledger-balance",
        "roll-forward",
        "inventory",
    }
    by_recon = {one["recon"]: one for one in found["breaks"]}
    root = by_recon["ledger-balance"]
    assert not root["explained_by"]
    for repeated in ("roll-forward", "inventory"):
        assert by_recon[repeated]["explained_by"] == [root["break_id"]]
    assert not (home.marts / "rpt_close").exists()
    return home.root


def _shown(result: dg.ExecuteInProcessResult, check: str) -> dict[str, str]:
    """Give what the page of a check says."""
    said = {one.check_name: one.metadata for one in result.get_asset_check_evaluations()}
    return {name: str(one.value) for name, one in said[check].items()}


@pytest.fixture
def home(broken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskHome:
    monkeypatch.delenv("ALPHAPULSE_DATABASE_URL", raising=False)
    return DeskHome(shutil.copytree(broken, tmp_path / "desk"))


def test_a_sum_over_roots_is_the_money_the_close_tallies(home: DeskHome):
    day = Day(home, DAY)
    rows, tally = counted_on(day), tallied(day, breaks_on(home, DAY))
    roots = [one for one in rows if one.is_root]
    assert len(roots) == sum(one.breaks for one in tally) < len(rows)
    assert len(rows) - len(roots) == sum(one.following for one in tally)
    at_stake = sum(one.value_usd_e24 for one in tally)
    assert sum(abs(one.value_usd_e24 or 0) for one in roots) == at_stake > 0
    assert sum(abs(one.value_usd_e24 or 0) for one in rows) > at_stake


def explain(desk: BreakDesk, by: str = "ann") -> str:
    """Explain the one break of the ledger; give its id."""
    [name] = [row["id"] for row in desk.listed() if row["recon"] == "ledger-balance"]
    desk.done(name, by, "explain", lambda case: explained(case, by, "AIRDROP", PROOF, "a gift"))
    return name


def test_an_approved_difference_is_booked_and_the_day_closes_to_the_last_unit(home: DeskHome):
    with break_desk(home, HandClock(LATER_NS)) as desk:
        name = explain(desk)
        assert corrections_of(home, DAY) == []
        desk.done(name, "bob", "approve", lambda case: approved(case, "bob"))
    said = answers(close(home))
    assert {one: said[one] for one in MONEY} == dict.fromkeys(MONEY, True)
    found = close_object(Day(home, DAY))
    assert found is not None
    assert (found["pnl"]["residual"], found["breaks"]) == ("0", [])
    [booked] = [
        one for one in Lake(home).load(ENTRIES, DAY, Entry) if one.cause.startswith("correction")
    ]
    assert (booked.cause, booked.subject) == ("correction:AIRDROP", name)
    assert booked.evidence.split() == sorted(PROOF)
    assert [one.corrected_units for one in Lake(home).load(ROLLED, DAY, Rolled)].count(1) == 1
    with break_desk(home, HandClock(LATER_NS + 9)) as desk:
        assert not desk.store.case(name).is_current


def test_what_is_reopened_is_taken_out_of_the_books_and_nothing_is_posted_twice(home: DeskHome):
    with break_desk(home, HandClock(LATER_NS)) as desk:
        name = explain(desk)
        desk.done(name, "bob", "approve", lambda case: approved(case, "bob"))
        desk.post_decided()
        assert len(decisions(home)) == len(corrected_moves(home, DAY)) == 1
    with break_desk(home, HandClock(LATER_NS + 5)) as desk:
        assert len(decisions(home)) == 1
        desk.done(name, "bob", "reopen", lambda case: reopened(case, "no gift after all"))
    assert [one.is_withdrawn for one in decisions(home)] == [False, True]
    assert corrections_of(home, DAY) == corrected_moves(home, DAY) == []


def test_a_posting_that_was_interrupted_is_made_by_whoever_looks_next(
    home: DeskHome, monkeypatch: pytest.MonkeyPatch
):
    with break_desk(home, HandClock(LATER_NS)) as desk:
        name = explain(desk)
        monkeypatch.setattr(desk, "post_decided", lambda: None)
        desk.done(name, "bob", "approve", lambda case: approved(case, "bob"))
    assert decisions(home) == []
    with break_desk(home, HandClock(LATER_NS + 5)):
        assert [one.break_id for one in decisions(home)] == [name]


def test_who_explained_cannot_approve_and_nothing_is_posted(home: DeskHome):
    with break_desk(home, HandClock(LATER_NS)) as desk:
        name = explain(desk)
        with pytest.raises(Refused, match="somebody else"):
            desk.done(name, "ann", "approve", lambda case: approved(case, "ann"))
    assert decisions(home) == []


def test_a_locked_day_takes_no_decision(home: DeskHome, monkeypatch: pytest.MonkeyPatch):
    with break_desk(home, HandClock(LATER_NS)) as desk:
        name = explain(desk)
        _publish(home)
        lock_day(home, DAY, HandClock(LATER_NS), by="cyd", reason="over")
        with pytest.raises(Refused, match="this day is locked"):
            desk.done(name, "bob", "approve", lambda case: approved(case, "bob"))
    assert decisions(home) == []


def _publish(home: DeskHome) -> None:
    from orchestration.assets.report import Close, publish

    publish(home, Close(DAY, 1, "0", "0", 0, "head", "{}"))
