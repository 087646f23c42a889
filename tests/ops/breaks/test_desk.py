"""Breaks of a day that did not close cleanly become cases, and are worked on until it is locked."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.breaks.case import approved, assigned, explained, reopened, signed_off
from domain.clock import DAY_NS, SECOND_NS, day_bounds_ns
from domain.errors import InputRefused, Refused
from domain.home import DeskHome
from domain.matching.types import make_break
from journal.entry import Entry
from journal.post import post
from ops.books.periods import change_lock
from ops.breaks.desk import BreakDesk, break_desk, found_on
from ops.breaks.store import CaseStore, database_url
from orchestration.closing.periods import is_locked
from orchestration.day import BALANCED, CLOSE, MATCHED
from orchestration.resources.lake import Lake
from orchestration.resources.lake_schema import ANCHORS
from orchestration.resources.warehouse import mart_path
from tests.kit.breaks import PROOF
from tests.kit.clock import HandClock
from tests.kit.command import alphapulse
from tests.kit.facts import PAPER_ETH, PAPER_USDC, fact
from tests.kit.homes import a_home

DAY = "2025-11-20"
START_NS = int(day_bounds_ns(DAY)[0])
LOST = make_break(
    "ledger-balance", "MISSING_EXTERNAL", "order-1", "the exchange lists 0", START_NS + 5,
    asset=PAPER_USDC, amount_units=-7_000_000_000, account="paper:spot",
)  # fmt: skip
UNKNOWN = make_break(
    "ledger-balance", "SOURCE_FAILURE", "paper:spot", "nobody stated a balance", START_NS + 9,
    side="external", asset=PAPER_ETH, account="paper:spot",
)  # fmt: skip


def found(home: DeskHome, *breaks, day: str = DAY) -> None:
    """Let the books of a day find these."""
    lake = Lake(home)
    lake.save(MATCHED, day, type(LOST), [one for one in breaks if one.recon != "ledger-balance"])
    lake.save(BALANCED, day, type(LOST), [one for one in breaks if one.recon == "ledger-balance"])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskHome:
    """A desk whose books found two breaks; its operational database is its own."""
    monkeypatch.delenv("ALPHAPULSE_DATABASE_URL", raising=False)
    desk = a_home(tmp_path)
    found(desk, LOST, UNKNOWN)
    return desk


def test_the_books_breaks_are_cases_the_gravest_first(home):
    with break_desk(home, HandClock(START_NS + 3 * DAY_NS)) as desk:
        rows = desk.listed()
    assert [row["id"] for row in rows] == [UNKNOWN.break_id, LOST.break_id]
    assert [(row["value"], row["gravity"], row["age_band"]) for row in rows] == [
        (None, "high", "2-7 d"),
        (f"-70.{'0' * 24}", "medium", "2-7 d"),
    ]
    assert [row["amount_units"] for row in rows] == [None, "-7000000000"]


def test_a_list_can_be_narrowed_to_a_day_and_a_state(home):
    with break_desk(home, HandClock(START_NS)) as desk:
        assert len(desk.listed(DAY, "open")) == 2
        assert desk.listed("2025-11-21") == desk.listed(DAY, "resolved") == []


def test_reading_twice_changes_nothing_and_age_outlives_a_rerun(home):
    with break_desk(home, HandClock(START_NS)) as desk:
        before = desk.store.history()
    found(home, LOST)
    with break_desk(home, HandClock(START_NS + DAY_NS)) as desk:
        assert not desk.store.case(UNKNOWN.break_id).is_current
    found(home, LOST, UNKNOWN)
    with break_desk(home, HandClock(START_NS + 40 * DAY_NS)) as desk:
        desk.refresh()
        assert {row["age_days"] for row in desk.listed()} == {39}
        assert [one.action for one in desk.store.history()[len(before) :]] == ["clear", "return"]
        desk.store.verify()


ROLLED = make_break(
    "roll-forward", "UNEXPLAINED", "paper:spot", "it does not roll", START_NS + 5,
    asset=PAPER_USDC, amount_units=-7_000_000_000, account="paper:spot",
)  # fmt: skip


def test_money_of_one_fault_is_counted_once_and_what_repeats_it_stands_behind_it(home):
    found(home, LOST, UNKNOWN, ROLLED)
    with break_desk(home, HandClock(START_NS + 3 * DAY_NS)) as desk:
        rows = desk.listed(DAY)
        assert [row["id"] for row in rows] == [UNKNOWN.break_id, LOST.break_id, ROLLED.break_id]
        assert [row["follows"] for row in rows] == [[], [], [LOST.break_id]]
        assert rows[1]["followed_by"] == [ROLLED.break_id]
        assert rows[1]["counted_value"] == rows[1]["value"] == rows[2]["value"]
        assert int(rows[2]["counted_value"].replace(".", "")) == 0
        (lost, unknown, repeated) = desk.tallied(DAY)
        assert (lost.breaks, lost.value_usd_e24, lost.following) == (1, 70 * 10**24, 0)
        assert (repeated.breaks, repeated.value_usd_e24, repeated.following) == (0, 0, 1)
        assert (unknown.breaks, unknown.unknown) == (1, 1)
    shown = alphapulse("breaks", "list", "--home", str(home.root)).stdout
    assert shown.count("-70.00") == 1
    assert f"in {LOST.break_id[:12]}" in shown


def test_a_day_that_lists_only_the_repetition_counts_its_money(home):
    found(home, LOST, UNKNOWN, ROLLED)
    found(home, ROLLED, day="2025-11-21")
    with break_desk(home, HandClock(START_NS + 3 * DAY_NS)) as desk:
        (row,) = desk.listed("2025-11-21")
        assert (row["days"], row["counted_value"]) == ([DAY, "2025-11-21"], row["value"])
        assert sum(one.value_usd_e24 for one in desk.tallied("2025-11-21")) == 70 * 10**24


def test_a_later_day_is_not_locked_while_what_an_earlier_one_found_is_still_there(home):
    found(home, LOST, day="2025-11-21")
    with (
        break_desk(home, HandClock(START_NS + 3 * DAY_NS)) as desk,
        pytest.raises(Refused, match=r"sign off every break.*unsettled=1"),
    ):
        desk.locked("2025-11-21", "bob", "month end")


@pytest.mark.parametrize(
    ("days", "usd_units", "grave"),
    [(1, 999_99999999, "low"), (2, 999_99999999, "medium"), (1, 1_000_00000000, "medium"),
     (2, 1_000_00000000, "high"), (31, 999_99999999, "high"), (31, 1_000_00000000, "critical")],
)  # fmt: skip
def test_severity_is_money_by_age_from_the_first_detection(home, days, usd_units, grave):
    """Of dollars at eight decimals, a unit and a day either side of the bands' edges."""
    found(home, msgspec.structs.replace(LOST, amount_units=usd_units))
    with break_desk(home, HandClock(LOST.first_seen_ns + days * DAY_NS)) as desk:
        assert [row["gravity"] for row in desk.listed()] == [grave]


def told(*words: str) -> dict:
    """Run a command of the group and read what it prints."""
    ended = alphapulse("breaks", *words)
    assert (ended.returncode, ended.stderr) == (0, "")
    return json.loads(ended.stdout)


def test_a_break_is_worked_on_from_the_terminal_until_it_is_signed_off(home, tmp_path):
    at = ("--home", str(home.root))
    proof = tmp_path / "statement.csv"
    proof.write_text("the exchange's own words")
    name = LOST.break_id[:10]
    assert told("assign", name, "--to", "ann", "--by", "cyd", *at)["owner"] == "ann"
    explain = ("explain", name, "--cause", "busted", "--evidence", str(proof), "--by", "ann")
    case = told(*explain, "--note", "undone", *at)
    assert case["evidence_sha256"] == [sha256(proof.read_bytes()).hexdigest()]
    assert (case["state"], case["preparer"], case["entry_id"]) == ("EXPLAINED", "ann", None)
    case = told("approve", name, "--by", "bob", *at)
    assert (case["state"], case["reviewer"]) == ("RESOLVED", "bob")
    shown = told("show", name, *at)
    assert shown["entry"]["entry_id"] == case["entry_id"]
    assert sum(int(one["units"]) for one in shown["entry"]["postings"]) == 0
    assert told("sign-off", name, "--by", "bob", *at)["state"] == "SIGNED_OFF"
    history = told("show", name, *at)["history"]
    assert [(one["actor"], one["action"]) for one in history] == [
        ("detected", "open"), ("cyd", "assign"), ("ann", "explain"), ("bob", "approve"),
        ("bob", "sign-off"),
    ]  # fmt: skip
    reopened = told("reopen", name, "--by", "bob", "--note", "amended again", *at)
    assert (reopened["state"], reopened["entry_id"]) == ("OPEN", None)


def test_a_refusal_is_one_sentence_and_changes_nothing(home, tmp_path):
    at = ("--home", str(home.root))
    proof = tmp_path / "proof"
    proof.write_text("x")
    explain = ("explain", LOST.break_id, "--cause", "QTY", "--evidence", str(proof), "--by", "ann")
    told(*explain, *at)
    (tmp_path / "empty").write_text(" \n")
    for words, reason in [
        (("approve", LOST.break_id, "--by", "ann"), "else than the preparer"),
        (("sign-off", LOST.break_id, "--by", "bob"), "as it stands"),
        (("approve", "nothing", "--by", "bob"), "named so"),
        (("lock", DAY, "--by", "bob"), "sign off every break"),
        ((*explain[:3], "PLUG", *explain[4:]), "taxonomy"),
        ((*explain[:5], str(tmp_path / "absent"), *explain[6:]), "readable evidence"),
        ((*explain[:5], str(tmp_path / "empty"), *explain[6:]), "says something"),
    ]:
        ended = alphapulse("breaks", *words, *at)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert reason in ended.stderr
        assert ended.stderr.count("\n") == 1
    assert told("show", LOST.break_id, *at)["state"] == "EXPLAINED"


def test_a_table_says_unknown_where_money_is_unknown(home):
    ended = alphapulse("breaks", "list", "--home", str(home.root))
    assert "unknown" in ended.stdout
    assert LOST.break_id[:12] in ended.stdout
    assert "-70.00" in ended.stdout


def test_a_desk_that_never_closed_has_no_breaks_to_list(tmp_path):
    ended = alphapulse("breaks", "list", "--home", str(tmp_path))
    assert ended.returncode == 2
    assert "close a day first" in ended.stderr


def published(home: DeskHome) -> None:
    """Publish the day's close, as far as a lock looks at it."""
    path = mart_path(home, CLOSE, DAY)
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table({"audit_head": ["f00d"]}), path)
    Lake(home).replace(ANCHORS.name, DAY, [_ANCHOR])


_ANCHOR = {
    "chain_id": 31337, "block_number": 9, "block_hash": "0x09",
    "timestamp_s": START_NS // SECOND_NS, "cutoff_ns": START_NS, "head_block": 9, "safe_block": 9,
    "final_block": 9, "reason": "the desk closed",
}  # fmt: skip


def settled(desk: BreakDesk) -> None:
    """Explain, approve and sign off everything."""
    for row in desk.listed():
        for deed in (
            lambda case: explained(case, "ann", "MISSING_EXTERNAL", PROOF, ""),
            lambda case: approved(case, "bob"),
            lambda case: signed_off(case, "bob"),
        ):
            desk.done(row["id"], "somebody", "deed", deed)


def test_a_day_whose_breaks_are_signed_off_is_locked_and_refuses_every_deed(home):
    published(home)
    with break_desk(home, HandClock(START_NS + DAY_NS)) as desk:
        settled(desk)
        assert desk.locked(DAY, "bob", "month end")["breaks"] == 2
        assert is_locked(home, DAY)
        rows = len(desk.store.history())
        for deed in (lambda case: assigned(case, "cyd"), lambda case: reopened(case, "again")):
            with pytest.raises(Refused, match="locked"):
                desk.done(LOST.break_id, "ann", "deed", deed)
        assert len(desk.store.history()) == rows
        assert desk.store.verify() == rows


def test_what_the_books_found_keeps_unknown_amounts_unknown(home):
    assert {one.amount_units for one in found_on(home, DAY)} == {None, -7_000_000_000}


def test_a_day_is_not_locked_with_a_break_open(home):
    store = CaseStore(database_url(home, {}))
    desk = BreakDesk(home, store, HandClock(START_NS))
    desk.refresh()
    with pytest.raises(Refused, match="unsettled=2"):
        desk.locked(DAY, "bob", "month end")
    with pytest.raises(InputRefused):
        desk.locked("yesterday", "bob", "month end")
    store.close()


def test_no_other_way_of_locking_goes_past_an_open_break(home):
    published(home)
    post(home, HandClock(START_NS), Entry(fact("desk.opened"), START_NS))
    with pytest.raises(Refused, match="unsettled=2"):
        change_lock(home, DAY, lock=True, by="bob", reason="month end")
    assert not is_locked(home, DAY)
    with break_desk(home, HandClock(START_NS + DAY_NS)) as desk:
        settled(desk)
    assert change_lock(home, DAY, lock=True, by="bob", reason="month end")["is_locked"]
