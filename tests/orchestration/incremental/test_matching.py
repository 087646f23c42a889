"""A look at what is new matches what matching everything would, and compares little."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.home import DeskHome
from orchestration.day import Day
from orchestration.incremental.kept import kept_path
from orchestration.incremental.matching import MATCHES, STRANDS
from orchestration.resources.arrow import is_one_of, where_not
from tests.kit.books import World
from tests.kit.desk_day import a_traded_world
from tests.kit.histories import HISTORIES
from tests.kit.kept_state import forge_state, state_of
from tests.kit.matched import ContradictedDay, look_at, matched_whole
from tests.kit.ticking import ToldDay, files, written
from tests.kit.world_names import DAY

LOOKS = st.lists(st.tuples(st.integers(), st.sampled_from((0.5, 0.9, 1.0))), min_size=1, max_size=4)
"""Seed of what is told, and how much of it."""


@pytest.mark.slow  # two CPU seconds an example
@settings(max_examples=12)
@given(world=HISTORIES, looks=LOOKS)
def test_what_any_looks_match_is_what_matching_everything_matches(
    tmp_path_factory: pytest.TempPathFactory, staged: DeskHome, world: World, looks
):
    hold_to_everything(tmp_path_factory.mktemp("told"), staged, world, looks)


def test_late_lost_changed_and_misnamed_facts_are_matched_as_everything_is(
    tmp_path: Path, staged: DeskHome
):
    hold_to_everything(tmp_path, staged, a_traded_world(), [(1, 0.9), (8, 0.8)])


def hold_to_everything(folder: Path, staged: DeskHome, world: World, looks) -> None:
    """Look again and again; hold each look to what all facts together say."""
    told = ContradictedDay(folder / "desk", staged, world)
    for number, (seed, share) in enumerate([*looks, (0, 2.0)]):
        told.tell(Random(seed), share) if share <= 1 else told.tell_all()
        found = look_at(Day(told.home, DAY))
        breaks, matches = matched_whole(told.home, folder / str(number))
        assert found.breaks == breaks
        assert written(told.home, MATCHES)[MATCHES] == matches
        before = files(told.home)
        assert look_at(Day(told.home, DAY)).breaks == breaks
        assert written(told.home, MATCHES)[MATCHES] == matches
        assert files(told.home) == before


def test_matches_or_strands_that_were_changed_or_lost_are_made_anew(
    tmp_path: Path, staged: DeskHome
):
    told = ToldDay(tmp_path / "desk", staged, a_traded_world())
    everything = look_at(day := Day(told.home, DAY))
    expected = written(told.home, MATCHES)
    found = told.lake.table(MATCHES, DAY)
    assert found is not None
    told.lake.put(MATCHES, DAY, found.slice(1))
    assert look_at(day) == everything  # and all of it was compared again
    [path] = told.lake.parts(MATCHES, DAY)
    for lost in (path, kept_path(told.home, STRANDS, DAY)):
        lost.unlink()
        assert look_at(day) == everything
    assert written(told.home, MATCHES) == expected


def test_a_break_whose_waiting_somebody_struck_out_is_found_again(tmp_path: Path, staged: DeskHome):
    told = ToldDay(tmp_path / "desk", staged, a_traded_world())
    told.whole["raw_exchange__fills"].pop()
    told.tell_all()
    found = look_at(day := Day(told.home, DAY))
    assert found.breaks
    state = state_of(told.home, STRANDS)
    forged = where_not(state, is_one_of(state["what"], ["waiting"]))
    assert forged.num_rows < state.num_rows
    forge_state(told.home, STRANDS, forged)
    assert look_at(day).breaks == found.breaks


def test_of_a_day_that_agrees_one_fill_more_compares_what_names_its_trade(
    tmp_path: Path, staged: DeskHome
):
    told = ToldDay(tmp_path / "desk", staged, a_traded_world())
    everything = look_at(Day(told.home, DAY))
    assert everything.breaks == []
    missing = told.whole["raw_exchange__fills"].pop()
    told.tell_all()
    assert look_at(Day(told.home, DAY)).breaks
    told.whole["raw_exchange__fills"].append(missing)
    told.tell_all()
    found = look_at(Day(told.home, DAY))
    assert found._replace(compared=0) == everything._replace(compared=0)
    assert 0 < found.compared < everything.compared / 2
    assert look_at(Day(told.home, DAY)).compared == 0
