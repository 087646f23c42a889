"""A look at a day costs what is new and leaves what looking at everything would leave."""

from __future__ import annotations

from collections.abc import Callable
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
from orchestration.incremental.kept import kept_path
from orchestration.incremental.posting import learn_new, rows_settled
from orchestration.incremental.settling import Settled, settle_new
from orchestration.reading.movements import LEGS, TABLES
from orchestration.resources import lake
from tests.kit.books import World
from tests.kit.desk_day import a_traded_world
from tests.kit.histories import HISTORIES
from tests.kit.kept_state import forge_state, state_of
from tests.kit.ticking import (
    ToldDay,
    computed,
    computed_by_definition,
    files,
    learned_by_definition,
    look,
    said_by_definition,
    settled_whole,
    written,
)
from tests.kit.world_names import DAY

WHAT_PEOPLE_DO = ("", "", "lock", "open", "mend", "take back")
LOOKS = st.lists(
    st.tuples(st.integers(), st.sampled_from((0.5, 0.9, 1.0)), st.sampled_from(WHAT_PEOPLE_DO)),
    min_size=1,
    max_size=4,
)
"""Seed of what is told, how much of it (all: as it is, up to some instant), and what people do."""


@pytest.mark.slow  # three CPU seconds an example
@settings(max_examples=12)
@given(world=HISTORIES, looks=LOOKS, follows=st.booleans())
def test_what_is_left_after_any_looks_is_what_looking_at_everything_leaves(
    tmp_path_factory: pytest.TempPathFactory, staged: DeskHome, world: World, looks, follows
):
    told = ToldDay(tmp_path_factory.mktemp("told") / "desk", staged, world, follows=follows)
    hold_to_everything(told, looks)


def test_late_and_lost_facts_of_a_locked_and_reopened_day_leave_what_everything_leaves(
    tmp_path: Path, staged: DeskHome
):
    looks = [(1, 0.9, ""), (2, 0.5, "lock"), (3, 0.9, "open")]
    hold_to_everything(ToldDay(tmp_path / "desk", staged, a_traded_world()), looks)


def test_a_day_that_goes_on_is_mended_and_told_late_leaves_what_everything_leaves(
    tmp_path: Path, staged: DeskHome
):
    grows = [(seed, 1.0, "") for seed in range(3)]
    looks = [*grows, (3, 1.0, "mend"), (4, 0.9, ""), (5, 1.0, "take back")]
    told = ToldDay(tmp_path / "desk", staged, a_traded_world(), follows=True)
    hold_to_everything(told, looks)


def hold_to_everything(told: ToldDay, looks) -> None:
    """Look again and again; hold each look, byte by byte, to what all facts together say."""
    for number, (seed, share, people) in enumerate([*looks, (0, 2.0, "open")]):
        let_people(told, people)
        if share < 1:
            told.tell(Random(seed), share)
        else:
            told.tell_all(until=1.0 if share > 1 else Random(seed).random())
        now_ns, home = told.now_ns(), told.home
        other = home.root.with_name(str(number))
        settle_new(day := Day(home, DAY))
        assert written(home, *TABLES) == settled_whole(home, other)
        learned = learn_new(day, rows_settled(day), others_of(day), now_ns)
        assert encoded(learned) == learned_by_definition(home, now_ns)
        look(home, now_ns)
        assert learned_by_definition(home, told.now_ns()) == []
        assert written(home, ENTRIES, POSTINGS) == said_by_definition(home, other)
        assert computed(home) == computed_by_definition(home)
        before = files(home)
        look(home, told.now_ns())
        assert files(home) == before


def let_people(told: ToldDay, do: str) -> None:
    if do in {"lock", "open"}:
        told.lock(is_locked=do == "lock")
    elif do:
        told.mend(is_withdrawn=do == "take back")


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
    left, replace = [puts], lake.replace_file

    def dying(path: Path, write: Callable[[Path], object]) -> None:
        if not left[0]:
            raise Killed
        left[0] -= 1
        replace(path, write)

    monkeypatch.setattr(lake, "replace_file", dying)


@pytest.mark.parametrize("table", ["kept_settlement__strands", LEGS])
def test_a_kept_or_settled_file_that_was_changed_or_lost_is_not_believed(
    tmp_path: Path, staged: DeskHome, table: str
):
    told = ToldDay(tmp_path / "desk", staged, a_traded_world())
    told.tell_all()
    look(told.home, told.now_ns())
    before = files(told.home)
    if table in TABLES:
        [path] = told.lake.parts(table, DAY)
        found = told.lake.table(table, DAY)
        assert found is not None
        told.lake.put(table, DAY, found.slice(1))
    else:
        path = kept_path(told.home, table, DAY)
        forge_state(told.home, table, state_of(told.home, table).slice(1))
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
        monkeypatch.setattr("orchestration.incremental.kept.rules_digest", lambda: "others")
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
