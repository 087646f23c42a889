"""A checkpoint is believed while all that was told before it is the same, and no longer."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.home import DeskHome
from orchestration.day import Day
from orchestration.incremental.checkpoints import Checkpoints, Told, few_of
from orchestration.resources.lake import Lake
from tests.kit.clock import NOON_NS
from tests.kit.homes import a_home
from tests.kit.world_names import DAY, block_hash

TABLE = "kept_test__counted"
Facts = list[tuple[int, str]]
"""Seconds after noon, and what was told."""


class Counted(msgspec.Struct):
    """How many facts there were."""

    facts: int


@pytest.fixture
def home(tmp_path: Path) -> DeskHome:
    return a_home(tmp_path)


def looked(home: DeskHome, facts: Facts, end: int, opened: str = "") -> int | None:
    """Look at a day as far as it goes, going on from what was kept; give how many facts that was.

    Returns:
        None when the look began with the day.
    """
    anchor = {
        "chain_id": 1, "block_number": 1, "block_hash": block_hash(1), "timestamp_s": 0,
        "cutoff_ns": NOON_NS + end - 1, "head_block": 1, "safe_block": 1, "final_block": 1,
        "reason": "",
    }  # fmt: skip
    Lake(home).replace("raw_chain__anchors", DAY, [anchor])
    times_ns = pa.chunked_array([pa.array([NOON_NS + at for at, _ in facts], pa.int64())])
    told = Told(times_ns, [pa.chunked_array([pa.array([text for _, text in facts], pa.string())])])
    found = Checkpoints(Day(home, DAY), TABLE, Counted, [opened], [told])
    latest = found.latest()
    found.keep(Counted(sum(at < end for at, _ in facts)))
    return latest.state.facts if latest else None


FACTS: Facts = [(at, f"fact {at};") for at in range(0, 100, 5)]


def test_a_look_goes_on_from_the_last_one(home: DeskHome):
    assert looked(home, FACTS[:8], 40) is None
    assert looked(home, FACTS, 100) == 8
    assert looked(home, FACTS, 100) == 20


def test_a_late_fact_is_met_by_the_newest_checkpoint_before_it(home: DeskHome):
    for end in (10, 50, 90):
        looked(home, FACTS, end)
    late = sorted([*FACTS, (30, "late;")])
    assert looked(home, late, 95) == 2
    assert looked(home, FACTS, 95) == 2  # it was taken back


@pytest.mark.parametrize("changed", [(0, "other;"), (39, "new;")])
def test_what_changed_before_every_checkpoint_begins_the_day_anew(home: DeskHome, changed):
    looked(home, FACTS, 40)
    facts = sorted([one for one in FACTS if one[0] != changed[0]] + [changed])
    assert looked(home, facts, 100) is None


def test_what_is_told_after_the_end_is_not_in_the_checkpoint(home: DeskHome):
    looked(home, [*FACTS, (200, "pending;")], 100)
    assert looked(home, FACTS, 150) == 20


def test_a_day_that_opened_otherwise_or_another_card_begins_anew(home: DeskHome):
    looked(home, FACTS, 100)
    assert looked(home, FACTS, 100, opened="with more") is None
    home.card.write_bytes(home.card.read_bytes() + b"\n")
    assert looked(home, FACTS, 100, opened="with more") is None


def test_an_end_that_moves_back_goes_on_from_what_lies_before_it(home: DeskHome):
    for end in (20, 90):
        looked(home, FACTS, end)
    assert looked(home, FACTS, 60) == 4


def test_a_state_that_somebody_changed_is_not_believed(home: DeskHome):
    looked(home, FACTS, 100)
    lake = Lake(home)
    kept = lake.table(TABLE, DAY)
    assert kept is not None
    forged = kept.set_column(2, "state", pa.array(['{"facts":21}']))
    lake.put(TABLE, DAY, forged)
    assert looked(home, FACTS, 100) is None
    [path] = lake.parts(TABLE, DAY)
    path.unlink()
    assert looked(home, FACTS, 100) is None


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=60))
def test_few_are_kept_and_some_of_every_age(steps: list[int]):
    now, kept = 0, list[int]()
    for step in steps:
        now += step
        both = [*kept, now]
        kept = [both[place] for place in few_of(both)]
        assert kept[-1] == now
        assert kept == sorted(kept)
        assert len(kept) <= now.bit_length() + 1
        classes = [(now - one).bit_length() for one in kept]
        assert len(set(classes)) == len(classes)
