"""A look at a day costs what is new and leaves what looking at everything would leave."""

from __future__ import annotations

from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.home import DeskHome
from domain.ledger.bitemporal import Booking
from orchestration.assets.ledger import others_of
from orchestration.day import ENTRIES, POSTINGS, Day
from orchestration.movements import LEGS, TABLES
from orchestration.posting import learn_new, rows_settled
from orchestration.resources.lake import Lake
from orchestration.settling import Settled, settle_new
from tests.kit.books import World
from tests.kit.desk_day import a_traded_world
from tests.kit.histories import HISTORIES
from tests.kit.ticking import (
    ToldDay,
    a_staged_desk,
    files,
    learned_by_definition,
    look,
    said_by_definition,
    settled_whole,
    written,
)
from tests.kit.world_names import DAY

LOOKS = st.lists(
    st.tuples(
        st.integers(), st.sampled_from((0.5, 0.9, 1.0)), st.sampled_from(("", "lock", "open"))
    ),
    min_size=1,
    max_size=3,
)
"""Seed of what is told, how much of it, and whether the day is locked or reopened before."""


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> DeskHome:
    return a_staged_desk(tmp_path_factory.mktemp("staged"))


@pytest.mark.slow  # three CPU seconds an example
@settings(max_examples=12)
@given(world=HISTORIES, looks=LOOKS)
def test_what_is_left_after_any_looks_is_what_looking_at_everything_leaves(
    tmp_path_factory: pytest.TempPathFactory, staged: DeskHome, world: World, looks
):
    hold_to_everything(tmp_path_factory.mktemp("told"), staged, world, looks)


def test_late_and_lost_facts_of_a_locked_and_reopened_day_leave_what_everything_leaves(
    tmp_path: Path, staged: DeskHome
):
    looks = [(1, 0.9, ""), (2, 0.5, "lock"), (3, 0.9, "open")]
    hold_to_everything(tmp_path, staged, a_traded_world(), looks)


def hold_to_everything(folder: Path, staged: DeskHome, world: World, looks) -> None:
    """Look again and again; hold each look, byte by byte, to what all facts together say."""
    told = ToldDay(folder / "desk", staged, world)
    for number, (seed, share, period) in enumerate([*looks, (0, 2.0, "open")]):
        if period:
            told.lock(is_locked=period == "lock")
        told.tell(Random(seed), share) if share <= 1 else told.tell_all()
        now_ns, home, other = told.now_ns(), told.home, folder / str(number)
        settle_new(day := Day(home, DAY))
        assert written(home, *TABLES) == settled_whole(home, other)
        learned = learn_new(day, rows_settled(day), others_of(day), now_ns)
        assert encoded(learned) == learned_by_definition(home, now_ns)
        look(home, now_ns)
        assert learned_by_definition(home, told.now_ns()) == []
        assert written(home, ENTRIES, POSTINGS) == said_by_definition(home, other)
        before = files(home)
        look(home, told.now_ns())
        assert files(home) == before


def encoded(learned: list[Booking]) -> list[bytes]:
    return list(map(msgspec.json.encode, learned))


@pytest.mark.parametrize("puts", [2, 4])
def test_a_look_that_was_killed_between_two_files_is_made_good_by_the_next(
    tmp_path: Path, staged: DeskHome, monkeypatch: pytest.MonkeyPatch, puts: int
):
    told = ToldDay(tmp_path / "desk", staged, a_traded_world())
    told.tell(Random(1), 0.6)
    look(told.home, told.now_ns())
    told.tell(Random(2), 0.9)
    with monkeypatch.context() as killed:
        kill_after(killed, puts)
        with pytest.raises(Killed):
            look(told.home, told.now_ns())
    told.tell(Random(3), 0.8)
    look(told.home, told.now_ns())
    assert written(told.home, *TABLES) == settled_whole(told.home, tmp_path / "whole")
    assert learned_by_definition(told.home, told.now_ns()) == []
    assert written(told.home, ENTRIES, POSTINGS) == said_by_definition(told.home, tmp_path / "said")


class Killed(BaseException):
    """What ends a process at once."""


def kill_after(monkeypatch: pytest.MonkeyPatch, puts: int) -> None:
    """Let the next files be written and then no more."""
    left, put = [puts], Lake.put

    def dying(self: Lake, table: str, day: str, made: object) -> None:
        if not left[0]:
            raise Killed
        left[0] -= 1
        put(self, table, day, made)

    monkeypatch.setattr(Lake, "put", dying)


@pytest.mark.parametrize("table", ["kept_settlement__strands", LEGS])
def test_a_kept_or_settled_file_that_was_changed_or_lost_is_not_believed(
    tmp_path: Path, staged: DeskHome, table: str
):
    told = ToldDay(tmp_path / "desk", staged, a_traded_world())
    told.tell_all()
    look(told.home, told.now_ns())
    before = files(told.home)
    [path] = told.lake.parts(table, DAY)
    found = told.lake.table(table, DAY)
    assert found is not None
    told.lake.put(table, DAY, found.slice(1))
    look(told.home, told.now_ns())
    path.unlink()
    look(told.home, told.now_ns())
    assert files(told.home) == before


@pytest.mark.parametrize("changed", ["rules", "card"])
def test_other_rules_or_another_card_settle_everything_again(
    tmp_path: Path, staged: DeskHome, monkeypatch: pytest.MonkeyPatch, changed: str
):
    told = ToldDay(tmp_path / "desk", staged, a_traded_world())
    told.tell_all()
    assert settle_new(Day(told.home, DAY)).strands > 1
    assert settle_new(Day(told.home, DAY)) == Settled(0, 0)
    if changed == "rules":
        monkeypatch.setattr("orchestration.kept.rules_digest", lambda: "others")
    else:
        told.home.card.write_bytes(told.home.card.read_bytes() + b"\n")
    assert settle_new(Day(told.home, DAY)).strands > 1


def test_one_fact_more_settles_one_strand_of_many(tmp_path: Path, staged: DeskHome):
    told = ToldDay(tmp_path / "desk", staged, a_traded_world())
    told.tell_all()
    missing = told.whole["raw_exchange__fills"].pop()
    told.tell_all()
    look(told.home, told.now_ns())
    told.whole["raw_exchange__fills"].append(missing)
    told.tell_all()
    assert settle_new(Day(told.home, DAY)) == Settled(facts=1, strands=1)
