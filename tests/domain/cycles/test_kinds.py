"""The registry: every shape up to twelve hops has exactly one strategy."""

from __future__ import annotations

import pytest

from domain.cycles.kinds import CEX_CEX, COMPOUND, KINDS, Shape, key_of


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        (Shape(2, 2), "dex_dex"),
        (Shape(2, 1), "cex_dex"),
        (Shape(2, 0), "cex_cex"),
        (Shape(3, 0), "triangular"),
        (Shape(3, 3), "triangular"),
        (Shape(4, 4), "compound"),
        (Shape(12, 7), "compound"),
    ],
)
def test_a_shape_has_one_strategy(shape, name):
    assert [kind.name for kind in KINDS if kind.takes(shape)] == [name]
    key = key_of(shape)
    assert key is not None
    assert (key.kind, key.hops, key.on_chain) == (name, *shape)


def test_what_no_kind_takes_is_nobodys():
    assert key_of(Shape(13, 13)) is None
    assert key_of(Shape(2, 2), (CEX_CEX, COMPOUND)) is None
