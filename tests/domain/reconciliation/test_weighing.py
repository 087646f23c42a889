"""One integer for fields, units and time: ordered as its parts are, and read back from them."""

from hypothesis import given
from hypothesis import strategies as st

from domain.reconciliation.rules import Rules
from domain.reconciliation.types import Margin
from domain.reconciliation.weighing import cost, fitting, is_clear, is_plausible, margin_of
from tests.kit.reconciling import row

PARTS = st.tuples(st.integers(0, 9), st.integers(0, 2**256), st.integers(0, 2**63))


def weight(parts):
    fields, units, ns = parts
    return cost(row("a", 0), row("b", units, after_ns=ns), fields)


@given(PARTS, PARTS)
def test_weights_are_ordered_as_their_parts(one, other):
    assert (weight(one) < weight(other)) == (one < other)


@given(PARTS, PARTS)
def test_a_margin_is_read_back_into_its_parts(one, other):
    margin = margin_of(weight(other) - weight(one))
    assert margin == Margin(*(b - a for a, b in zip(one, other, strict=True)))


def test_a_runner_up_must_be_far_enough_behind():
    rules = Rules(margin_units=5, margin_ns=100)
    assert is_clear(None, rules)
    assert is_clear(Margin(0, 5, -50), rules)
    assert is_clear(Margin(1, -50, 0), rules)
    assert not is_clear(Margin(0, 4, 10**9), rules)
    assert is_clear(Margin(0, 0, 100), rules)
    assert not is_clear(Margin(0, 0, 99), rules)


def test_two_of_account_asset_and_amount_have_to_agree():
    one = row("a", 700)
    assert is_plausible(one, row("b", -700, asset="ETH"), Rules())
    assert is_plausible(one, row("b", 9), Rules())
    assert not is_plausible(one, row("b", 9, asset="ETH"), Rules())
    assert is_plausible(one, row("b", 9, asset="W"), Rules(underlying={"W": "BTC"}))
    assert not is_plausible(one, row("b", 9, kind="gas"), Rules())


def test_a_component_too_large_keeps_its_cheap_edges_and_fits():
    costs = {n: {m: abs(n - m) for m in range(40)} for n in range(40)}
    assert all(len(of_row) == 1 for of_row in fitting(costs, 8).values())
    assert fitting({n: dict.fromkeys(range(9), 5) for n in range(9)}, 8) == {}
