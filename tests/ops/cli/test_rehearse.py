"""A desk is written, reconciled from its files by the command, and graded; or scored at once."""

import json

import pytest

from tests.kit.command import alphapulse


def told(*words: str) -> dict:
    """Run a command of the group and read what it prints."""
    ended = alphapulse("rehearse", *words)
    assert (ended.returncode, ended.stderr) == (0, "")
    return json.loads(ended.stdout)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_written_desk_is_reconciled_from_its_files_and_every_fault_found(tmp_path, form):
    faults = "QTY,GAS_UNBOOKED,SIDE,DECIMALS,WRAPPED,AIRDROP,FEE_ASSET,LATE"
    written = told(
        "desk", "--out", str(tmp_path), "--seed", "3", "--faults", faults, "--format", form
    )
    assert written["faults"] == 8
    sides = ("--left", str(tmp_path / f"left.{form}"), "--right", str(tmp_path / f"right.{form}"))
    rules = ("--rules", str(tmp_path / "rules.json"))
    reconciled = alphapulse("reconcile", *sides, *rules, "--json")
    assert reconciled.returncode == 3
    report = tmp_path / "report.json"
    report.write_text(reconciled.stdout)
    graded = told("grade", str(tmp_path), str(report))
    assert (graded["recall"], graded["precision"], graded["false_matches"]) == (1.0, 1.0, 0)
    assert graded["unexplained_e6"] == "0"
    assert {cause for cause, one in graded["causes"].items() if one["struck"]} == set(
        faults.split(",")
    )


def test_a_report_that_says_nothing_has_found_nothing(tmp_path):
    told("desk", "--out", str(tmp_path), "--faults", "QTY+FEE_ASSET,SIDE")
    report = tmp_path / "report.json"
    report.write_text('{"matched": [], "suggested": [], "breaks": []}')
    graded = told("grade", str(tmp_path), str(report))
    assert (graded["recall"], graded["false_resolves"]) == (0.0, 3)
    assert graded["unexplained_e6"] != "0"


def test_a_report_that_is_none_is_refused(tmp_path):
    told("desk", "--out", str(tmp_path))
    report = tmp_path / "report.json"
    report.write_text("[]")
    ended = alphapulse("rehearse", "grade", str(tmp_path), str(report))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "matched, suggested and breaks" in ended.stderr


@pytest.mark.parametrize("faults", ["GREMLINS", "QTY+GREMLINS"])
def test_a_cause_nobody_knows_is_refused_before_anything_is_written(tmp_path, faults):
    folder = tmp_path / "desk"
    ended = alphapulse("rehearse", "desk", "--out", str(folder), "--faults", faults)
    assert ended.returncode == 2
    assert "taxonomy" in ended.stderr
    assert not folder.exists()


def test_the_scorecard_tells_every_cause_and_every_target():
    ended = alphapulse(
        "rehearse", "score", "--seeds", "1", "--pairs", "4", "--workers", "1", "--json"
    )
    card = json.loads(ended.stdout)
    assert (card["clean"]["desks"], card["alone"]["desks"], card["pairs"]["desks"]) == (1, 38, 4)
    assert sum(one["struck"] for one in card["alone"]["causes"].values()) == 38
    assert ended.returncode == (0 if all(card["targets"].values()) else 1)
    assert all(card["targets"].values())


def test_the_result_does_not_depend_on_how_many_processes_there_are():
    words = ("score", "--seeds", "2", "--pairs", "1", "--events", "40", "--json")
    assert told(*words, "--workers", "1") == told(*words, "--workers", "2")
