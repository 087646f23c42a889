"""An order that cannot be carried out is refused with the sentence that says what to change."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.algorithms.parent import Algorithm, ParentOrder, checked, child_id
from domain.errors import InputRefused

WHOLE = 10**8


def an_order(**changes) -> ParentOrder:
    order = ParentOrder(
        parent_id="p",
        algorithm=Algorithm.TWAP,
        side="buy",
        size_e8=10 * WHOLE,
        start_ns=1_000,
        end_ns=2_000,
        slices=5,
        lot_e8=100,
        least_e8=10_000,
    )
    return msgspec.structs.replace(order, **changes)


def test_an_order_that_can_be_carried_out_is_given_back():
    assert checked(an_order()) == an_order()


ICEBERG = {"algorithm": Algorithm.ICEBERG, "limit_e8": 1, "display_e8": WHOLE}


@pytest.mark.parametrize(
    "wrong",
    [
        {"side": "hold"},
        {"size_e8": 0},
        {"size_e8": 10 * WHOLE + 1},
        {"size_e8": 9_900, "slices": 1},
        {"limit_e8": -1},
        {"end_ns": 1_000},
        {"slices": 0},
        {"slices": 10**6},
        {"size_e8": 40_000},
        {"algorithm": Algorithm.VWAP},
        {"algorithm": Algorithm.VWAP, "curve": (1, 1, 1, 1, -1)},
        {"algorithm": Algorithm.VWAP, "curve": (0,) * 5},
        ICEBERG | {"limit_e8": 0},
        ICEBERG | {"display_e8": 9_900},
        ICEBERG | {"display_e8": WHOLE + 1},
    ],
    ids=str,
)
def test_an_order_that_cannot_is_refused(wrong):
    with pytest.raises(InputRefused):
        checked(an_order(**wrong))


@given(st.lists(st.tuples(st.integers(0, 99), st.sampled_from("ab")), unique=True, min_size=2))
def test_no_two_children_share_an_id(children):
    ids = {child_id("p", number, venue) for number, venue in children}
    assert len(ids) == len(children)
    assert {len(one) for one in ids} == {32}
