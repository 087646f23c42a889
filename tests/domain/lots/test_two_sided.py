"""A lane that may be short finds what the engine finds, whatever stands behind its steps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.lots.engine import _Matcher
from domain.lots.order import in_order
from domain.lots.two_sided import Part, Step, in_turn, run_both
from domain.lots.types import Book, Fact, Kind

_MOMENTS = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from((Kind.BUY, Kind.SELL)),
        st.integers(1, 40),
        st.integers(0, 10**30),
    ),
    max_size=14,
)


def _facts(moments: list) -> list[Fact]:
    return [
        Fact(at_ns, kind, "BTC", quantity, value, id=f"f{number}")
        for number, (at_ns, kind, quantity, value) in enumerate(moments)
    ]


def _steps(facts: list[Fact]) -> list[Step[str]]:
    return [
        (fact.time_ns, fact.kind is Kind.BUY, fact.quantity_units, fact.value_units, fact.id)
        for fact in facts
    ]


@given(_MOMENTS)
def test_a_lane_of_steps_is_what_the_engine_finds_of_their_facts(moments):
    facts, parts = _facts(moments), list[Part[str]]()
    report = _Matcher(Book(shorts=True)).run(in_order(facts))
    held = run_both(in_turn(_steps(facts), str), parts)
    assert parts == [(lot.id, fact.id, *units) for lot, fact, *units in report.rows]
    sign = -1 if held.is_short else 1
    assert [(one.lot.id, one.quantity_units, one.basis_units) for one in report.remaining] == [
        (step[4], sign * quantity, sign * basis) for step, quantity, basis in held.lots
    ]
    assert held.gain_units == sum(got - paid for _, _, _, got, paid in parts)
    assert run_both(in_turn(_steps(facts), str)) == held


@given(_MOMENTS)
def test_steps_take_the_turn_of_their_facts(moments):
    facts = _facts(moments)
    assert in_turn(_steps(facts)[::-1], str) == _steps(in_order(facts))


@given(_MOMENTS, st.integers(1, 10**18))
def test_what_quantities_are_counted_in_changes_no_money(moments, grain):
    steps = in_turn(_steps(_facts(moments)), str)
    finer = [(at, side, units * grain, money, name) for at, side, units, money, name in steps]
    held, found = run_both(steps), run_both(finer)
    assert found.gain_units == held.gain_units
    assert [(units, basis) for _, units, basis in found.lots] == [
        (units * grain, basis) for _, units, basis in held.lots
    ]
