"""Candidates: each has its turn once, best bound first, unless its kind has brought more."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.cycles.candidates import Candidates, counted
from domain.cycles.screen import Kept
from domain.cycles.table import Near

USD = 10**24
rows = st.lists(st.tuples(st.integers(1, 100), st.integers(0, 2)), max_size=12)


def _candidates(bounds: list[tuple[int, int]]) -> Candidates:
    """Build candidates out of twice as many cycles; a row is a bound and a kind."""
    count = len(bounds)
    every = np.arange(2 * count, dtype=np.int64)
    keys = np.repeat(np.array([kind for _, kind in bounds], dtype=np.int64), 2)
    near = Near(np.zeros((2, 2 * count), np.int64), keys, every % 3 + 2, every)
    net = np.array([float(bound) for bound, _ in bounds])
    kept = Kept(np.arange(count), keys[1::2], net, net)
    return Candidates.of(near, every[1::2], kept, np.arange(3))


@given(rows)
def test_each_has_its_turn_once_and_the_best_first(bounds):
    candidates, taken = _candidates(bounds), list[int]()
    while (candidate := candidates.next()) is not None:
        taken.append(candidate.near_units)
    assert taken == sorted((bound for bound, _ in bounds), reverse=True)
    assert all(count == (0, 0) for _, *count in candidates.left() for count in [tuple(count)])


@given(rows, st.integers(1, 100), st.integers(0, 2))
def test_what_cannot_bring_more_than_its_kind_has_is_left_out(bounds, net, kind):
    candidates = _candidates(bounds)
    candidates.outrank(kind, net * USD)
    left = {number: outranked for number, outranked, _ in candidates.left()}
    below = sum(bound <= net and at == kind for bound, at in bounds)
    assert left.get(kind, 0) == below == sum(left.values())


def test_a_turn_names_the_cycle_as_the_table_does():
    candidate = _candidates([(5, 0), (9, 1)]).next()
    assert candidate == (3 % 3 + 2, 3, 9)


def test_nothing_kept_is_no_candidate():
    assert Candidates.none().next() is None


def test_keys_are_counted_by_the_kind_they_belong_to():
    assert counted(np.array([0, 1, 1, 2]), np.array([0, 2, 2])) == {0: 1, 2: 3}
