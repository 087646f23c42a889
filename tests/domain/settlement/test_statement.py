"""What a statement says was held, whatever order its lines come in."""

from __future__ import annotations

import random
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvariantBroken
from domain.settlement.statement import StatementLine, closing_units, units_before

moves = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-(10**20), 10**20), st.integers(0, 10**9)),
    min_size=1,
    max_size=12,
)


def statement(moved: list[tuple[int, int, int]]) -> list[StatementLine]:
    """Write a statement as a venue does: in its own order, its running balance on every line."""
    moved = sorted(moved, key=lambda move: move[0])
    balances = accumulate(amount - fee for _, amount, fee in moved)
    return [
        StatementLine(at_ns, amount, fee, balance)
        for (at_ns, amount, fee), balance in zip(moved, balances, strict=True)
    ]


@given(moves, st.randoms(use_true_random=False))
def test_the_last_balance_is_found_in_any_order(moved, shuffler: random.Random):
    lines = statement(moved)
    last = lines[-1].balance_units
    shuffler.shuffle(lines)
    assert closing_units(lines) == last


def test_an_account_without_lines_is_empty():
    assert closing_units([]) == 0


@given(moves.filter(lambda moved: len({move[0] for move in moved}) == len(moved)), st.data())
def test_a_line_that_is_missing_earlier_leaves_the_venues_own_figure(moved, data):
    lines = statement(moved)
    gone = data.draw(st.integers(0, len(lines) - 1))
    left = lines[:gone] + lines[gone + 1 :]
    assert closing_units(left) == (left[-1].balance_units if left else 0)


def test_the_last_of_two_of_one_instant_is_found_though_an_earlier_line_is_missing():
    _, *left = statement([(0, 100, 0), (1, 7, 0), (1, -2, 1)])
    assert closing_units(reversed(left)) == 104


def test_lines_of_one_instant_that_do_not_follow_from_each_other_are_refused():
    first, _, third = statement([(1, 100, 0), (1, 7, 0), (1, -2, 0)])
    with pytest.raises(InvariantBroken, match="do not follow from each other"):
        closing_units([first, third])


@given(moves, st.data())
def test_what_was_held_before_is_found_however_far_the_answer_had_come(moved, data):
    lines = statement([(at_ns * 20 + place, *rest) for place, (at_ns, *rest) in enumerate(moved)])
    asked = data.draw(st.sampled_from([0, *(line.balance_units for line in lines)]))
    assert units_before(asked, data.draw(st.permutations(lines))) == 0


def test_nothing_came_later_and_what_is_held_was_held():
    assert units_before(7, []) == 7


def test_an_answer_the_lines_do_not_run_through_meets_them_nowhere():
    assert units_before(3, statement([(0, 100, 0), (1, 7, 0)])) is None


def test_lines_of_one_instant_that_go_in_a_circle_do_not_tell_which_was_first():
    assert units_before(0, statement([(0, 5, 0), (0, -5, 0)])) is None
