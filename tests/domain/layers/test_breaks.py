"""What does not hold is a break with its exact amount; what holds is none; unknown is never 0."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.layers.breaks import frame_breaks, lean_breaks, lot_breaks, roll_breaks
from domain.layers.inventory import Stocked
from domain.layers.messages import Conserved
from domain.layers.rolling import Rolled
from domain.layers.tolerated import Accepted, leans
from domain.reconciliation.causes import Cause, severity

DAY, AT_NS = "2025-11-20", 7
USD_E24 = 10**24
DIFFERENCES = st.none() | st.integers(-(10**30), 10**30)


def rolled(difference: int | None, opening: int = 100) -> Rolled:
    stated = None if difference is None else opening + 1 + difference
    return Rolled("acc", "venue", "eth", opening, 5, 3, 1, 0, opening + 1, stated, difference)


def stocked(difference: int | None) -> Stocked:
    stated = None if difference is None else 9 + difference
    return Stocked("ETH", 2, 9, "chain", stated, difference)


def conserved(unaccounted: int | None, source: str = "4") -> Conserved:
    sent = None if unaccounted is None else 10 + unaccounted
    return Conserved("books", source, sent, 9, 1, unaccounted)


@given(DIFFERENCES)
def test_each_layer_breaks_by_what_it_found_and_by_nothing_else(difference):
    frames = None if difference is None else abs(difference)
    for found, amount in (
        (roll_breaks([rolled(difference)], AT_NS), difference),
        (lot_breaks([stocked(difference)], AT_NS), difference),
        (frame_breaks([conserved(frames)], DAY, AT_NS), frames),
    ):
        assert [one.amount_units for one in found] == ([] if amount == 0 else [amount])
        for one in found:
            assert (one.cause == "SOURCE_FAILURE") is (amount is None)
            assert one.severity == severity(Cause(one.cause))
            assert one.first_seen_ns == AT_NS


def test_a_balance_that_never_moved_and_nobody_states_is_no_break():
    idle = msgspec.structs.replace(rolled(None, 0), in_units=0, out_units=0, fee_units=0)
    assert roll_breaks([idle], AT_NS) == []


def test_a_break_is_the_same_whenever_and_however_large_it_is_found():
    first, again = roll_breaks([rolled(1)], 1) + roll_breaks([rolled(-8)], 2)
    assert first.break_id == again.break_id
    assert (
        "opening 100 + in 5 - out 3 - fees 1 + corrected 0 = 101, 102 is stated" in first.evidence
    )


def test_lost_frames_of_another_day_or_sender_are_another_break():
    found = [
        *frame_breaks([conserved(1), conserved(1, "5"), conserved(1, "")], DAY, AT_NS),
        *frame_breaks([conserved(1)], "2025-11-21", AT_NS),
    ]
    assert len({one.break_id for one in found}) == 4


def worth(*usd: int) -> list[Accepted]:
    return [Accepted("eth", amount, amount * USD_E24) for amount in usd]


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        (worth(4, 4), "sum to 8, which is beyond the budget"),
        (worth(*[1] * 30, *[-1] * 25, -4), ""),
        (worth(*[2, *[-1] * 14, 11]), ""),
        ([Accepted("eth", 3, None)], "which is of unknown money"),
        ([*worth(*[1] * 19), Accepted("eth", -19, -19 * USD_E24)], "19 of them lean one way"),
    ],
)
def test_what_was_accepted_breaks_beyond_its_budget_or_when_it_leans(accepted, words: str):
    found = lean_breaks(leans(accepted, 5 * USD_E24), AT_NS)
    assert [words in one.evidence for one in found] == ([True] if words else [])
    for one in found:
        assert (one.cause, one.asset) == ("UNEXPLAINED", "eth")
        assert one.amount_units == sum(each.units for each in accepted)


def test_accepting_more_is_another_break_so_that_a_sign_off_excuses_nothing_later():
    before, after = (lean_breaks(leans(worth(*all_), 0), AT_NS) for all_ in ([4], [4, 4]))
    assert before[0].break_id != after[0].break_id
