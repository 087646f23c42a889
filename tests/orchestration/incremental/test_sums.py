"""What does not add up is found by the columns exactly as by adding one posting after another."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ledger.types import Entry, Posting
from orchestration.day import ENTRIES, POSTINGS, Day
from orchestration.incremental import appended, sums
from orchestration.incremental.posting import BookedPosting
from orchestration.incremental.sums import SUMMED, Sums, postings_off
from orchestration.resources.lake import struct_table
from tests.kit.homes import a_home
from tests.kit.kept_state import forge_state, state_of
from tests.kit.world_names import DAY

WIDEST = 10**38 - 1
UNITS = st.one_of(
    st.integers(-3, 3), st.sampled_from((WIDEST, -WIDEST, 10**28, 6 * 10**18, -12 * 10**18, 2**63))
)
POSTED = st.lists(
    st.tuples(
        st.sampled_from("bc"), st.sampled_from("wv"), st.sampled_from(("eth", "usdc")), UNITS
    ),
    max_size=12,
)


@settings(max_examples=12)
@given(looks=st.lists(st.tuples(POSTED, POSTED), min_size=1, max_size=3))
def test_sums_by_columns_are_the_sums_at_every_look(
    tmp_path_factory: pytest.TempPathFactory, looks
):
    day = Day(a_home(tmp_path_factory.mktemp("sums")), DAY)
    for posted, told in looks:
        write(day, posted, told)
        hold_to_the_sums(day, posted, told)


@settings(max_examples=6)
@given(batches=st.lists(POSTED, min_size=1, max_size=4))
def test_a_booking_that_lies_in_several_files_is_one(
    tmp_path_factory: pytest.TempPathFactory, batches
):
    day = Day(a_home(tmp_path_factory.mktemp("parts")), DAY)
    write(day, [], [])
    posted = []
    for batch in batches:
        appended.append(day.lake, POSTINGS, DAY, struct_table(BookedPosting, rows_of(batch)))
        posted += batch
        hold_to_the_sums(day, posted, [])


def hold_to_the_sums(day: Day, posted, told) -> None:
    """Add one posting after another; hold the columns to that."""
    bookings, accounts = (
        defaultdict[tuple[str, str], int](int),
        defaultdict[tuple[str, str], int](int),
    )
    for booking, account, asset, units in posted:
        bookings[booking, asset] += units
        accounts[account, asset] += units
    for _, account, asset, units in told:
        accounts[account, asset] -= units
    off = postings_off(day)
    assert (off.bookings, off.accounts) == (left(bookings), left(accounts))
    assert off.postings == len(posted)


def test_a_day_without_a_book_adds_up(tmp_path: Path):
    off = postings_off(Day(a_home(tmp_path), DAY))
    assert (off.postings, off.bookings, off.accounts) == (0, {}, {})


def left(sums: Sums) -> Sums:
    return {key: units for key, units in sorted(sums.items()) if units}


@pytest.mark.parametrize("damage", ["an old posting", "an old entry", "what was kept"])
def test_what_somebody_changed_after_it_was_added_up_is_added_up_again(tmp_path: Path, damage: str):
    day = Day(a_home(tmp_path), DAY)
    posted = [("b", "w", "eth", 1), ("b", "v", "eth", -1)]
    write(day, posted, posted)
    assert (postings_off(day).bookings, postings_off(day).accounts) == ({}, {})
    changed = [("b", "w", "eth", 2), posted[1]]
    if damage == "what was kept":
        state = state_of(day.home, SUMMED)
        forge_state(day.home, SUMMED, state.slice(0, state.num_rows - 1))
        hold_to_the_sums(day, posted, posted)
    else:
        mended = (changed, posted) if damage == "an old posting" else (posted, changed)
        write(day, *mended)
        assert postings_off(day).accounts
        hold_to_the_sums(day, *mended)


def test_what_was_added_up_is_not_added_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    day = Day(a_home(tmp_path), DAY)
    posted = [("b", "w", "eth", 1), ("b", "v", "eth", -1)]
    write(day, posted, posted)
    found = postings_off(day)
    monkeypatch.setattr(sums, "_posted", None)
    monkeypatch.setattr(sums, "_TOLD", "no question")
    assert postings_off(day) == found


EMPTY = {
    "at_ns": 1, "cause": "c", "strategy": "s", "venue": "v", "execution_id": "",
    "correlation_id": "", "evidence": "e",
}  # fmt: skip


def rows_of(posted) -> list[BookedPosting]:
    return [
        BookedPosting(
            "e", account, asset, units, **EMPTY, booking_id=booking, happened_ns=1, known_ns=1
        )
        for booking, account, asset, units in posted
    ]


def write(day: Day, posted, told) -> None:
    """Write postings, and an entry for each that is told."""
    entries = [
        msgspec.convert(
            {"entry_id": str(at), **EMPTY, "postings": [Posting(str(at), account, asset, units)]},
            Entry,
        )
        for at, (_, account, asset, units) in enumerate(told)
    ]
    appended.begin(day.lake, POSTINGS, DAY, struct_table(BookedPosting, rows_of(posted)))
    day.lake.save(ENTRIES, DAY, Entry, entries)
