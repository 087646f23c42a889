"""The head of a day's ledger is that of its entries, whatever was hashed before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit.head import audit_head
from domain.home import DeskHome
from domain.ledger.types import Entry
from orchestration.day import ENTRIES, Day
from orchestration.incremental import ledger_head
from orchestration.incremental.kept import kept_path
from orchestration.incremental.ledger_head import LEAVES
from tests.kit.books import World
from tests.kit.desk_day import a_traded_world
from tests.kit.histories import HISTORIES, few
from tests.kit.kept_state import forge_state, state_of
from tests.kit.world_names import DAY


@pytest.fixture
def day(tmp_path: Path) -> Day:
    return a_day(tmp_path)


def a_day(folder: Path) -> Day:
    home = DeskHome(folder)
    home.card.write_bytes(b"{}")
    return Day(home, DAY)


def head_of(day: Day, entries: Sequence[Entry]) -> str:
    """Write a ledger and commit to it, as a process does that never saw it."""
    day.lake.save(ENTRIES, DAY, Entry, entries)
    ledger_head._worked.cache_clear()
    ledger_head.keep_leaves(day)
    return str(ledger_head.ledger_head(day))


@few
@given(HISTORIES, st.lists(st.integers(), min_size=1, max_size=4))
def test_after_any_looks_the_head_is_the_head_from_scratch(
    tmp_path_factory: pytest.TempPathFactory, world: World, seeds: list[int]
):
    day, all_of_them = a_day(tmp_path_factory.mktemp("heads")), list(world.entries())
    for seed in seeds:
        random = Random(seed)
        told = random.sample(all_of_them, random.randint(0, len(all_of_them)))
        told = [msgspec.structs.replace(one, evidence=random.choice("ab")) for one in told]
        assert head_of(day, told) == str(audit_head(told))


def test_a_changed_old_entry_is_found(day: Day):
    entries = list(a_traded_world().entries())
    before = head_of(day, entries)
    entries[0] = msgspec.structs.replace(entries[0], at_ns=entries[0].at_ns + 1)
    assert head_of(day, entries) == str(audit_head(entries)) != before


def test_in_one_process_a_changed_ledger_is_hashed_again(day: Day):
    entries = list(a_traded_world().entries())
    before = head_of(day, entries)
    day.lake.save(ENTRIES, DAY, Entry, entries[1:])
    assert str(ledger_head.ledger_head(day)) == str(audit_head(entries[1:])) != before


@pytest.mark.parametrize("damage", ["swapped", "gone", "of other rules"])
def test_leaves_that_are_not_as_they_were_kept_are_not_believed(
    day: Day, monkeypatch: pytest.MonkeyPatch, damage: str
):
    entries = list(a_traded_world().entries())
    before = head_of(day, entries)
    kept = state_of(day.home, LEAVES)
    assert kept.num_rows == len(entries)
    if damage == "swapped":
        leaves = kept["leaf"].combine_chunks()[::-1]
        forge_state(day.home, LEAVES, kept.set_column(1, "leaf", leaves))
    elif damage == "gone":
        kept_path(day.home, LEAVES, DAY).unlink()
    else:
        monkeypatch.setattr(ledger_head, "rules_digest", lambda: "others")
    assert head_of(day, entries) == before


def test_only_what_is_new_is_written_out(day: Day, monkeypatch: pytest.MonkeyPatch):
    entries, written = list(a_traded_world().entries()), []
    write = ledger_head.canonical_entry
    monkeypatch.setattr(
        ledger_head, "canonical_entry", lambda one: written.append(one.entry_id) or write(one)
    )
    head_of(day, entries[1:])
    written.clear()
    head_of(day, entries)
    assert written == [entries[0].entry_id]


def test_asking_for_the_head_writes_nothing(day: Day):
    day.lake.save(ENTRIES, DAY, Entry, a_traded_world().entries())
    assert ledger_head.ledger_head(day).size
    assert not kept_path(day.home, LEAVES, DAY).exists()


def test_a_day_without_a_ledger_commits_to_nothing(day: Day):
    assert ledger_head.ledger_head(day) == audit_head([])
