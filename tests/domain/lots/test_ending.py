"""A lane ends with what the engine leaves and gains of its facts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.lots.ending import Ending, Lane, ending_of
from domain.lots.engine import match
from domain.lots.order import in_order
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


def _lane(facts: list[Fact], grain: int = 1) -> Lane:
    lane = Lane([], [], [], [])
    for fact in facts:
        sign = 1 if fact.kind is Kind.BUY else -1
        quantity, money = sign * grain * fact.quantity_units, sign * fact.value_units
        lane.add((fact.time_ns, quantity, money, fact.id))
    return lane


def _ended(lane: Lane) -> Ending:
    return ending_of(lane, lane.order())


@given(_MOMENTS)
def test_a_lane_ends_with_what_the_engine_finds_of_its_facts(moments):
    facts = _facts(moments)
    report = match(facts, Book(shorts=True))
    gain, lots = _ended(_lane(facts))
    assert lots == [
        (one.lot.time_ns, one.quantity_units, one.basis_units, one.lot.id)
        for one in report.remaining
    ]
    assert gain == sum(one.gain_units for one in report.disposals())


@given(_MOMENTS, st.integers(0, 14))
def test_a_lane_goes_on_from_what_it_left(moments, cut):
    facts = in_order(_facts(moments))
    first, rest, whole = _lane(facts[:cut]), _lane(facts[cut:]), _lane(facts)
    before = _ended(first)
    goes_on = Lane([], [], [], [])
    for step in [*before.lots, *rest.steps()]:
        goes_on.add(step)
    after = ending_of(goes_on, range(len(goes_on.money)))
    assert (before.gain_units + after.gain_units, after.lots) == _ended(whole)


@given(_MOMENTS, st.randoms(use_true_random=False))
def test_steps_take_the_turn_of_their_facts(moments, random):
    facts = _facts(moments)
    mixed = random.sample(facts, len(facts))
    lane = _lane(mixed)
    assert [lane.step(at) for at in lane.order()] == [*_lane(in_order(facts)).steps()]


@given(_MOMENTS, st.integers(1, 10**18))
def test_what_quantities_are_counted_in_changes_no_money(moments, grain):
    facts = _facts(moments)
    gain, lots = _ended(_lane(facts))
    finer = [(at_ns, units * grain, basis, name) for at_ns, units, basis, name in lots]
    assert _ended(_lane(facts, grain)) == (gain, finer)
