"""No integer is left in what is written for readers that would round it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import with_text_integers

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_a_reader_that_knows_no_integers_reads_every_digit(value: Any):
    def refused(digits: str) -> None:
        raise AssertionError(digits)

    written = json.dumps(with_text_integers(value))
    assert json.loads(written, parse_int=refused) == _texted(value)


def _texted(value: Any) -> Any:
    """Say the same by the types alone."""
    match value:
        case bool() | None | str():
            return value
        case int():
            return f"{value:d}"
        case list():
            return [_texted(one) for one in value]
        case _:
            return dict(zip(value, map(_texted, value.values()), strict=True))


def test_tuples_are_lists_and_truth_values_stay():
    assert with_text_integers({"a": (1, True, None), "b": -(2**70)}) == {
        "a": ["1", True, None],
        "b": str(-(2**70)),
    }
