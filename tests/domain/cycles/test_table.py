"""Columns and groups: what is put in is what is read, however much comes after."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.cycles.table import Columns, Key

triples = st.lists(st.tuples(*[st.integers(0, 10**9)] * 3), max_size=50)


@given(triples)
def test_columns_are_read_as_they_were_put_in(columns):
    kept = Columns(3)
    numbers = [kept.append(column) for column in columns]
    assert numbers == list(range(len(columns)))
    assert kept.filled.T.tolist() == [list(column) for column in columns]
    backwards = np.array(numbers[::-1], dtype=np.int64)
    assert kept.picked(backwards).T.tolist() == [list(column) for column in columns[::-1]]


def test_a_group_is_atomic_when_all_of_it_is_on_the_chain():
    assert Key("triangular", 3, 3).is_atomic
    assert not Key("triangular", 3, 2).is_atomic
