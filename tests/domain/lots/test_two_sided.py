"""A lane that may be short finds what the engine finds, whatever stands behind its steps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.lots.engine import _Matcher
from domain.lots.order import in_order
from domain.lots.two_sided import Lane, Part, run_both
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


def _lane(facts: list[Fact]) -> Lane[str]:
    lane = Lane[str]([], [], [], [])
    for fact in facts:
        sign = 1 if fact.kind is Kind.BUY else -1
        lane.add((fact.time_ns, sign * fact.quantity_units, sign * fact.value_units, fact.id))
    return lane


@given(_MOMENTS)
def test_a_lane_is_what_the_engine_finds_of_its_facts(moments):
    facts, parts = _facts(moments), list[Part[str]]()
    report = _Matcher(Book(shorts=True)).run(in_order(facts))
    held = run_both(_lane(facts).in_turn(str), parts)
    assert parts == [(lot.id, fact.id, *units) for lot, fact, *units in report.rows]
    assert [(one.lot.id, one.quantity_units, one.basis_units) for one in report.remaining] == [
        (step[3], *amounts) for step, *amounts in held.lots
    ]
    assert held.gain_units == sum(got - paid for _, _, _, got, paid in parts)
    assert run_both(_lane(facts).in_turn(str)) == held


@given(_MOMENTS, st.randoms(use_true_random=False))
def test_steps_take_the_turn_of_their_facts(moments, random):
    facts = _facts(moments)
    mixed = random.sample(facts, len(facts))
    told = [step[3] for step in _lane(mixed).in_turn(str)]
    assert told == [fact.id for fact in in_order(facts)]


@given(_MOMENTS, st.integers(1, 10**18))
def test_what_quantities_are_counted_in_changes_no_money(moments, grain):
    steps = [*_lane(_facts(moments)).in_turn(str)]
    finer = [(at_ns, units * grain, money, name) for at_ns, units, money, name in steps]
    held, found = run_both(steps), run_both(finer)
    assert found.gain_units == held.gain_units
    assert [(units, basis) for _, units, basis in found.lots] == [
        (units * grain, basis) for _, units, basis in held.lots
    ]
