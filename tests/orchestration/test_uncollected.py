"""The collector rests inside and is afterwards as it was, whatever happened."""

from __future__ import annotations

import gc

import pytest

from orchestration.uncollected import uncollected


def test_the_collector_rests_while_a_body_works_and_no_longer():
    asked = uncollected()(gc.isenabled)
    assert (gc.isenabled(), asked(), gc.isenabled()) == (True, False, True)


def test_a_body_that_fails_leaves_the_collector_on():
    with pytest.raises(ValueError, match="invalid literal"):
        uncollected()(int)("none")
    assert gc.isenabled()


def test_one_inside_another_does_not_wake_it():
    with uncollected():
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
