"""`alphapulse reconcile`: what it prints and the codes it ends with."""

import json

from tests.kit.command import alphapulse

HEAD = "id,time,account,asset,amount,fee_asset,fee,ref\n"
ROW = "{id},2026-01-01T00:00:00Z,kraken:spot,BTC,{amount},USD,0.1,t1\n"


def ended(folder, left, right, *options):
    (folder / "l.csv").write_text(HEAD + left)
    (folder / "r.csv").write_text(HEAD + right)
    files = ("--left", str(folder / "l.csv"), "--right", str(folder / "r.csv"))
    return alphapulse("reconcile", *files, *options)


def test_sides_that_agree_are_clean(tmp_path):
    done = ended(
        tmp_path, ROW.format(id="L", amount="1.50"), ROW.format(id="R", amount="1.5"), "--json"
    )
    told = json.loads(done.stdout)
    assert (done.returncode, told["breaks"]) == (0, [])
    assert told["matched"][0]["left_ids"] == ["L"]


def test_breaks_are_told_with_their_cause_and_end_with_three(tmp_path):
    rows = ROW.format(id="L", amount="-1.5"), ROW.format(id="R", amount="1.5")
    done = ended(tmp_path, *rows, "--json")
    (one,) = json.loads(done.stdout)["breaks"]
    assert done.returncode == 3
    assert {name: one[name] for name in ("cause", "left_ids", "right_ids", "asset", "amount")} == {
        "cause": "SIDE",
        "left_ids": ["L"],
        "right_ids": ["R"],
        "asset": "BTC",
        "amount": "3",
    }
    shown = ended(tmp_path, *rows)
    assert shown.returncode == 3
    assert "SIDE" in shown.stdout


def test_what_is_tolerated_is_stated_in_a_file(tmp_path):
    (tmp_path / "rules.json").write_text('{"tolerance": {"BTC": "0.01"}}')
    rows = ROW.format(id="L", amount="1.5"), ROW.format(id="R", amount="1.505")
    assert ended(tmp_path, *rows).returncode == 3
    done = ended(tmp_path, *rows, "--rules", str(tmp_path / "rules.json"), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["matched"][0]["differences"][0]["amount"] == "0.005"


def test_an_unreadable_row_refuses_the_file(tmp_path):
    done = ended(tmp_path, ROW.format(id="L", amount="much"), ROW.format(id="R", amount="1"))
    assert done.returncode == 2
    assert "row=1" in done.stderr
