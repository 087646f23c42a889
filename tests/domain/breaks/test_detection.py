"""One case stands for all days that find a break; neither its age nor what is booked is lost."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.breaks.case import Case, Found, approved, assigned, explained, opened, signed_off
from domain.breaks.correction import decision_of
from domain.breaks.detection import deed_of, taken
from domain.breaks.lifecycle import State
from tests.kit.breaks import FOUND, PROOF

FIRST, SECOND, THIRD = "2026-03-02", "2026-03-03", "2026-03-04"


def on(day: str, amount: int | None = -7, first_seen_ns: int = 100) -> Found:
    return msgspec.structs.replace(FOUND, day=day, amount_units=amount, first_seen_ns=first_seen_ns)


def seen(case: Case | None, *listed: Found) -> Case:
    after = taken(case, listed)
    assert after is not None
    return after


def decided(case: Case, cause: str = "QTY") -> Case:
    """Explain and approve it; QTY is mended by booking, MISSING_EXTERNAL is not."""
    return approved(explained(case, "ann", cause, PROOF, "why"), "bob")


def test_what_was_never_found_is_no_case():
    assert taken(None, []) is None


def test_a_break_of_several_days_is_one_case_that_is_worked_on_for_the_first():
    case = seen(seen(None, on(FIRST)), on(FIRST), on(SECOND, -9))
    assert case.days == (FIRST, SECOND)
    assert (case.found.day, case.found.amount_units) == (FIRST, -7)
    assert case == seen(case, on(FIRST), on(SECOND, -9))


def test_it_is_closed_when_it_is_gone_and_reopened_when_it_comes_back():
    case = assigned(seen(None, on(FIRST), on(SECOND)), "cyd")
    gone = seen(case)
    assert (gone.is_current, gone.days, gone.state) == (False, (FIRST, SECOND), State.OPEN)
    back = seen(explained(gone, "ann", "QTY", PROOF, ""), on(THIRD, -1, first_seen_ns=900))
    assert (back.is_current, back.state, back.owner, back.cause) == (True, State.OPEN, "cyd", "")
    assert (back.days, back.found.day, back.found.first_seen_ns) == ((THIRD,), THIRD, 100)
    assert [deed_of(None, case), deed_of(case, gone), deed_of(gone, back)] == [
        "open", "clear", "return",
    ]  # fmt: skip


@given(st.lists(st.lists(st.integers(0, 10**6), max_size=3), min_size=1, max_size=6))
def test_no_rerun_makes_a_break_younger(closes):
    case, oldest = None, 10**9
    for times in closes:
        case = taken(case, [on(f"2026-03-{i + 1:02}", -7, ns) for i, ns in enumerate(times)])
        oldest = min([oldest, *times])
        if case is not None:
            assert case.found.first_seen_ns == oldest


def test_what_is_booked_stays_booked_when_another_difference_shows_in_the_same_place():
    case = decided(seen(None, on(FIRST)))
    first = case.entry_id
    back = seen(seen(signed_off(case, "bob")), on(THIRD, -2))
    assert (back.state, back.entry_id, back.booked) == (State.OPEN, "", (first,))
    again = decided(back)
    assert again.entry_id not in {"", first}
    decision = decision_of(again, 5, 6)
    assert decision is not None
    assert (decision.period, decision.units) == (THIRD, -2)


@pytest.mark.parametrize(
    ("listed", "day", "amount"),
    [
        ([on(FIRST, -3)], FIRST, -3),
        ([on(SECOND, -7)], SECOND, -7),
        ([on(FIRST, None)], FIRST, None),
    ],
)
def test_what_two_people_decided_is_open_again_when_something_else_is_there(listed, day, amount):
    case = seen(None, on(FIRST), on(SECOND))
    back = seen(decided(case), *listed)
    assert (back.state, back.found.day, back.found.amount_units) == (State.OPEN, day, amount)
    assert deed_of(decided(case), back) == "return"


def test_what_is_not_mended_by_booking_stays_signed_off_until_its_amount_changes():
    case = signed_off(decided(seen(None, on(FIRST)), "MISSING_EXTERNAL"), "bob")
    assert seen(case, on(FIRST), on(SECOND)).state is State.SIGNED_OFF
    grown = seen(case, on(FIRST), on(SECOND), on(THIRD, -700))
    assert (grown.state, grown.found.day) == (State.OPEN, THIRD)
    assert grown.found.amount_units == -700


def test_an_entry_that_waits_to_be_booked_is_not_asked_for_again():
    case = decided(opened(FOUND))
    assert seen(case, on(FIRST), on(SECOND, -9)).state is State.RESOLVED
