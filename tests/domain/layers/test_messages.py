"""Sent is recorded plus missing, whatever files the frames were cut into."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.layers.messages import UNNUMBERED, V1_NUMBERS, Stretch, conserve, skipped


def stretch(numbers: list[int], **changes) -> Stretch:
    missing = sum(skipped(a, b) for a, b in pairwise(numbers))
    told = {"channel": "defi", "source": "4", "frames": len(numbers), "missing": missing}
    return Stretch(first=numbers[0], last=numbers[-1], **told | changes)


@given(st.sets(st.integers(0, 200), min_size=1), st.data())
def test_files_can_be_cut_anywhere(kept: set[int], data):
    numbers = sorted(kept)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(numbers)), max_size=5)) | {len(numbers)})
    starts = [0, *cuts[:-1]]
    parts = [stretch(numbers[start:end]) for start, end in zip(starts, cuts, strict=True)]
    (row,) = conserve(parts)
    assert row.sent == numbers[-1] - numbers[0] + 1
    assert row.recorded == len(numbers)
    assert row.unaccounted == row.sent - row.recorded


def test_what_was_noticed_missing_is_accounted_for():
    (row,) = conserve([stretch([0, 1, 5], noticed=3)])
    assert (row.sent, row.recorded, row.noticed_missing, row.unaccounted) == (6, 3, 3, 0)


def test_a_sender_that_begins_again_lost_nothing():
    (row,) = conserve([stretch([7, 8, 9]), stretch([0, 1])])
    assert (row.sent, row.unaccounted) == (5, 0)


def test_what_a_sender_sent_before_it_was_heard_again_is_missing():
    (row,) = conserve([stretch([7, 8]), stretch([3])])
    assert row.unaccounted == 3


def test_v1_numbers_end_and_begin_again():
    parts = [stretch([V1_NUMBERS - 1], source=""), stretch([1], source="")]
    (row,) = conserve(parts)
    assert (row.sent, row.unaccounted) == (3, 1)


def test_mixed_senders_without_names_leave_it_unknown():
    (row,) = conserve([stretch([1, 2], source="", is_known=False)])
    assert (row.sent, row.recorded, row.unaccounted) == (None, 2, None)


def test_each_sender_of_each_channel_is_a_row():
    rows = conserve([stretch([1], source="4"), stretch([9], source="5"), stretch([2], source="4")])
    assert [(row.source, row.recorded) for row in rows] == [("4", 2), ("5", 1)]


def test_a_notice_about_a_sender_that_was_never_heard_is_kept():
    (row,) = conserve([Stretch("defi", "9", -1, -1, 0, 0, noticed=4)])
    assert (row.sent, row.noticed_missing, row.unaccounted) == (0, 4, 0)


def relayed(first: int, last: int, frames: int, **changes) -> Stretch:
    return Stretch("defi", "relay:books", first, last, frames, 0, **changes)


@given(st.lists(st.integers(0, 9), max_size=6), st.integers(0, 5))
def test_frames_of_a_file_without_a_word_go_on_from_their_neighbours(between, lost):
    """A word at 3, files without any, and a word that says how many it were by then."""
    silent = [relayed(UNNUMBERED, UNNUMBERED, frames) for frames in between if frames]
    ends = 3 + sum(between) + lost
    parts = [relayed(0, 2, 3), *silent, relayed(ends, ends + 4, 5)]
    (row,) = conserve(parts)
    assert (row.sent, row.recorded) == (8 + sum(between) + lost, 8 + sum(between))
    assert row.unaccounted == lost


def test_frames_before_the_first_word_are_numbered_back_from_it():
    (row,) = conserve([relayed(UNNUMBERED, UNNUMBERED, 4), relayed(4, 6, 3)])
    assert (row.sent, row.recorded, row.unaccounted) == (7, 7, 0)


def test_a_relay_that_says_nothing_is_not_counted():
    assert conserve([relayed(UNNUMBERED, UNNUMBERED, 4)] * 2) == []


def test_what_came_before_a_count_began_belongs_to_none():
    (row,) = conserve([relayed(0, 9, 10), relayed(-2, 3, 6)])
    assert (row.sent, row.unaccounted) == (16, 0)


def test_a_state_that_a_newer_one_replaced_is_accounted_for():
    (row,) = conserve([stretch([0, 1, 7], conflated=3, noticed=2)])
    assert (row.sent, row.conflated, row.noticed_missing, row.unaccounted) == (8, 3, 2, 0)
