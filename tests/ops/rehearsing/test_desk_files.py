"""A desk on disk says the same as the desk in memory, in either form, and its truth can be read."""

import csv
import json

import pyarrow.parquet as pq
import pytest

from domain.errors import InputRefused
from ops.reconciling.rules import StatedRules
from ops.rehearsing.desk_files import COLUMNS, cells_of, read_truth, stated, write_desk
from rehearsal.desks.catalog import Shape
from rehearsal.desks.desk import BrokenDesk
from rehearsal.desks.rows import rules_of
from rehearsal.desks.score import partners_of

STROKES = (("QTY", "FEE_AMOUNT"), ("REORGED",), ("DUPLICATE",))


def a_desk() -> BrokenDesk:
    """A desk with three strokes in it, not yet read."""
    return BrokenDesk(Shape(4, events=90), STROKES)


def rows(folder, side, form):
    """Read a written side as text."""
    if form == "parquet":
        return [
            tuple(row.values()) for row in pq.read_table(folder / f"{side}.parquet").to_pylist()
        ]
    with (folder / f"{side}.csv").open(newline="") as file:
        names, *cells = map(tuple, csv.reader(file))
    assert names == COLUMNS
    return cells


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_both_sides_are_written_line_by_line(tmp_path, form):
    desk = a_desk()
    counts = write_desk(desk, tmp_path, form)
    events = list(a_desk().events())
    for side in ("left", "right"):
        lines = [line for event in events for line in getattr(event, side)]
        assert rows(tmp_path, side, form) == [cells_of(line) for line in lines]
        assert counts[side] == len(lines)
    assert counts["faults"] == 4


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_truth_on_disk_is_the_truth(tmp_path, form):
    desk = a_desk()
    write_desk(desk, tmp_path, form)
    truth = read_truth(tmp_path)
    assert truth.faults == desk.faults
    assert dict(truth.partners) == dict(partners_of(a_desk().events()))
    held = {(account, asset.name): units for account, asset, units in desk.books.balances()}
    said = json.loads((tmp_path / "truth.json").read_text())["books"]
    assert {(one["account"], one["asset"]): int(one["units"]) for one in said} == held


def test_the_rules_on_disk_are_what_a_reader_of_the_desk_knows(tmp_path):
    desk = a_desk()
    write_desk(desk, tmp_path)
    read = StatedRules.read(tmp_path / "rules.json")
    assert read.rules_at(0) == rules_of(desk.hand)
    assert stated(rules_of(desk.hand)) == json.loads((tmp_path / "rules.json").read_text())


def test_a_folder_without_a_desk_is_refused(tmp_path):
    with pytest.raises(InputRefused, match="rehearse desk"):
        read_truth(tmp_path)
    (tmp_path / "truth.json").write_text('{"faults": 3}')
    with pytest.raises(InputRefused, match="rehearse desk"):
        read_truth(tmp_path)


def test_a_desk_that_cannot_bear_its_faults_leaves_nothing_and_a_new_one_replaces_all(tmp_path):
    with pytest.raises(InputRefused, match="no event of this desk"):
        write_desk(BrokenDesk(Shape(7, events=120), [("GAS_UNBOOKED", "SIDE")]), tmp_path)
    assert list(tmp_path.iterdir()) == []
    for form in ("parquet", "csv"):
        write_desk(BrokenDesk(Shape(7, events=120), [("DECIMALS", "FEE_AMOUNT")]), tmp_path, form)
    assert {path.suffix for path in tmp_path.iterdir()} == {".csv", ".json"}
