"""Candidates: each has its turn once, best bound first, unless its kind has brought more."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.cycles.candidates import Candidates, Part, counted, joined
from domain.cycles.graph import WHOLE
from domain.cycles.screen import Kept
from domain.cycles.table import Some

USD = 10**24
rows = st.lists(st.tuples(st.integers(1, 100), st.integers(0, 2)), max_size=12)


def _candidates(bounds: list[tuple[int, int]]) -> Candidates:
    """Build candidates of two lengths; a row is a bound and a kind."""
    parts, net = list[Part](), list[float]()
    for hops, some in ((2, bounds[::2]), (3, bounds[1::2])):
        if some:
            ints = np.arange(len(some), dtype=np.int64)
            keys = np.array([kind for _, kind in some], dtype=np.int64)
            parts.append(Part(hops, ints + 100, Some(np.zeros((hops, len(some)), np.int64), keys)))
            net += [float(bound) for bound, _ in some]
    if not parts:
        return Candidates.none()
    keys = joined(parts).keys
    kept = Kept(np.arange(len(net)), keys, np.array(net), np.array(net))
    return Candidates.of(parts, kept, np.arange(3))


def test_short_cycles_are_filled_up_with_what_pays_what_it_is_given():
    two = Part(2, np.array([5]), Some(np.array([[7], [8]]), np.array([0])))
    three = Part(3, np.array([6]), Some(np.array([[7], [9], [8]]), np.array([1])))
    arcs, keys = joined([two, three])
    assert arcs.T.tolist() == [[7, 8, WHOLE], [7, 9, 8]]
    assert keys.tolist() == [0, 1]


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


def test_nothing_kept_is_no_candidate():
    assert Candidates.none().next() is None


def test_keys_are_counted_by_the_kind_they_belong_to():
    assert counted(np.array([0, 1, 1, 2]), np.array([0, 2, 2])) == {0: 1, 2: 3}
