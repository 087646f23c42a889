"""What was put in last is there, and no more than may be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.execution.newest import Newest


@given(st.integers(1, 5), st.lists(st.tuples(st.integers(0, 7), st.integers())))
def test_the_newest_are_remembered_each_with_its_last_word(most: int, said: list[tuple[int, int]]):
    memory: Newest[int, int] = Newest(most)
    for key, value in said:
        memory.put(key, value)
    last = dict(said)
    newest_first = dict.fromkeys(key for key, _ in reversed(said))
    assert memory == {key: last[key] for key in list(newest_first)[:most]}
