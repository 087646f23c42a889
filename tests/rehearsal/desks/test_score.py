"""A report is scored by what it names: nothing missed or made up, no money unaccounted for."""

from collections import Counter
from fractions import Fraction

import pytest

from rehearsal.desks.catalog import Shape
from rehearsal.desks.desk import BrokenDesk
from rehearsal.desks.faults.hand import Fault
from rehearsal.desks.score import Answer, Said, Score, Truth, partners_of, score

GAS = Fault("GAS_UNBOOKED", 4, (("right:g",),), ("left:a", "right:b", "right:g"), {"ETH": -9})
TWICE = Fault("DUPLICATE", 5, (("left:d", "left:e"),), ("left:d", "left:e", "right:f"), {})
PARTNERS = {
    "left:a": (4, "0"), "right:b": (4, "0"), "right:g": (4, "1"), "left:d": (5, "0"),
    "left:e": (5, "0"), "right:f": (5, "0"),
}  # fmt: skip
TRUTH = Truth([GAS, TWICE], PARTNERS, {"ETH": Fraction(3)})
FOUND_GAS = Said("GAS_UNBOOKED", frozenset({"right:g"}), "ETH", -9)
FOUND_TWICE = Said("DUPLICATE", frozenset({"left:e"}), "USD", 5)
MATCHED = [frozenset({"left:a", "right:b"}), frozenset({"left:d", "right:f"})]


def told(*breaks, matched=MATCHED, suggested=()) -> Score:
    """Score a report of these breaks."""
    return score(Answer(list(breaks), list(matched), list(suggested)), TRUTH)


def test_a_report_that_says_it_all_has_found_it_all():
    found = told(FOUND_GAS, FOUND_TWICE)
    assert found.found == found.struck == Counter(["GAS_UNBOOKED", "DUPLICATE"])
    assert found.told == found.right == found.found
    assert (found.false_matches, found.false_resolves, found.unexplained_e6) == (0, 0, 0)


def test_what_nobody_named_is_missed_resolved_falsely_and_its_money_unexplained():
    found = told(FOUND_TWICE)
    assert found.found["GAS_UNBOOKED"] == 0
    assert (found.false_resolves, found.unexplained_e6) == (1, 27)


def test_what_was_only_suggested_is_missed_but_not_resolved():
    found = told(FOUND_TWICE, suggested=[frozenset({"left:a", "right:g"})])
    assert (found.found["GAS_UNBOOKED"], found.false_resolves) == (0, 0)


@pytest.mark.parametrize(
    "said",
    [
        FOUND_GAS._replace(cause="QTY"),
        FOUND_GAS._replace(names=frozenset({"right:f"})),
        FOUND_GAS._replace(names=frozenset({"left:unheard of"})),
    ],
)
def test_the_wrong_cause_and_the_wrong_line_are_wrong(said):
    found = told(said, FOUND_TWICE)
    assert found.found["GAS_UNBOOKED"] == 0
    assert found.right.total() == found.told.total() - 1


@pytest.mark.parametrize("units", [-8, 9, 0])
def test_money_that_the_break_does_not_account_for_is_unexplained(units):
    found = told(FOUND_GAS._replace(units=units), FOUND_TWICE)
    assert found.found["GAS_UNBOOKED"] == 1
    assert found.unexplained_e6 == 3 * abs(-9 - units)


def test_a_break_that_gives_up_is_money_unexplained():
    gave_up = Said("UNEXPLAINED", frozenset({"left:a"}), "ETH", 4)
    assert told(FOUND_GAS, FOUND_TWICE, gave_up).unexplained_e6 == 12


def test_a_cause_that_is_true_too_is_neither_found_nor_false():
    fault = Fault("CANCELLED_TX", 4, (("left:a",),), ("left:a", "right:g"), {}, ("GAS_UNBOOKED",))
    answer = Answer([FOUND_GAS], [], [])
    found = score(answer, TRUTH._replace(faults=[fault]))
    assert (found.found.total(), found.right["GAS_UNBOOKED"]) == (0, 1)


def test_one_of_two_copies_is_enough():
    for name in ("left:d", "left:e"):
        said = FOUND_TWICE._replace(names=frozenset({name}))
        assert told(FOUND_GAS, said).found["DUPLICATE"] == 1


@pytest.mark.parametrize(
    "names", [{"left:a", "right:g"}, {"left:a", "right:f"}, {"left:a", "left:d", "right:b"}]
)
def test_lines_that_are_not_each_others_are_a_false_match(names):
    assert told(FOUND_GAS, FOUND_TWICE, matched=[frozenset(names)]).false_matches == 1


def test_either_copy_of_a_line_may_be_matched():
    either = [frozenset({"left:e", "right:f"}), frozenset({"left:d", "right:f"})]
    assert told(FOUND_GAS, FOUND_TWICE, matched=either).false_matches == 0


def test_scores_of_parts_add_up():
    whole = told(FOUND_GAS)
    whole.add(told(FOUND_TWICE))
    assert whole.struck["DUPLICATE"] == 2
    assert whole.found == Counter({"GAS_UNBOOKED": 1, "DUPLICATE": 1})
    assert (whole.reports, whole.matches, whole.unexplained_e6) == (2, 4, 27)


def test_every_line_of_a_desk_has_its_event_and_leg():
    desk = BrokenDesk(Shape(1), [("DUPLICATE",)])
    events = list(desk.events())
    partners = dict(partners_of(events))
    for event in events:
        for line in event.left:
            assert partners[f"left:{line.id}"][0] == event.number
    (fault,) = desk.faults
    for group in fault.needs:
        assert len({partners[name] for name in group}) == 1
