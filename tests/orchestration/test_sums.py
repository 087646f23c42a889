"""What does not add up is found by the columns exactly as by adding one posting after another."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.home import DeskHome
from domain.ledger.types import Entry, Posting
from orchestration.day import ENTRIES, POSTINGS, Day
from orchestration.posting import BookedPosting
from orchestration.resources.lake import Lake
from orchestration.sums import Sums, postings_off
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


@settings(max_examples=60)
@given(posted=POSTED, told=POSTED)
def test_sums_by_columns_are_the_sums(tmp_path_factory: pytest.TempPathFactory, posted, told):
    day = Day(DeskHome(tmp_path_factory.mktemp("sums")), DAY)
    write(day, posted, told)
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
    off = postings_off(Day(DeskHome(tmp_path), DAY))
    assert (off.postings, off.bookings, off.accounts) == (0, {}, {})


def left(sums: Sums) -> Sums:
    return {key: units for key, units in sorted(sums.items()) if units}


def write(day: Day, posted, told) -> None:
    """Write postings, and an entry for each that is told."""
    lake, empty = Lake(day.home), {"at_ns": 1, "cause": "c", "strategy": "s", "venue": "v"}
    empty |= {"execution_id": "", "correlation_id": "", "evidence": "e"}
    rows = [
        BookedPosting(
            "e", account, asset, units, **empty, booking_id=booking, happened_ns=1, known_ns=1
        )
        for booking, account, asset, units in posted
    ]
    entries = [
        msgspec.convert(
            {"entry_id": str(at), **empty, "postings": [Posting(str(at), account, asset, units)]},
            Entry,
        )
        for at, (_, account, asset, units) in enumerate(told)
    ]
    lake.save(POSTINGS, DAY, BookedPosting, rows)
    lake.save(ENTRIES, DAY, Entry, entries)
