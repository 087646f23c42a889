"""Busts and corrections count in whatever order they and their fills are told."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.ledger.amendments import Amendment, standing_legs
from domain.settlement.outcome import Leg, Move


def _leg(number: int, base: int = 10) -> Leg:
    moves = (Move("paper:spot", "eth", base), Move("paper:spot", "usdc", -3 * base))
    return Leg(
        f"leg{number}", "ex", "op", "cex_dex", "paper", "leg", number, "eth", "usdc", base,
        -3 * base, moves, (), "order", f"t{number}",
    )  # fmt: skip


LEGS = [_leg(number) for number in range(4)]
AMENDMENTS = st.lists(
    st.tuples(st.integers(0, 5), st.booleans(), st.integers(1, 99)), max_size=8
).map(
    lambda rows: [
        Amendment(f"leg{n}", None if is_bust else _leg(n, base), said, f"G{said}")
        for said, (n, is_bust, base) in enumerate(rows)
    ]
)


@given(AMENDMENTS, st.integers())
def test_the_order_in_which_words_and_fills_arrive_changes_nothing(amendments, seed: int):
    random = Random(seed)
    shuffled = standing_legs(
        random.sample(LEGS, len(LEGS)), random.sample(amendments, len(amendments))
    )
    assert shuffled == standing_legs(LEGS, amendments)


@given(AMENDMENTS)
def test_the_last_word_about_a_leg_counts(amendments):
    last = {one.leg_id: one.leg for one in amendments}
    stands = {leg.leg_id: leg.base_units for leg in standing_legs(LEGS, amendments)}
    for leg in LEGS:
        word = last.get(leg.leg_id, leg)
        assert stands.get(leg.leg_id) == (word.base_units if word else None)


def test_a_bust_waits_for_its_fill_and_a_correction_too():
    bust, correction = Amendment("leg9", None, 1, "H1"), Amendment("leg8", _leg(8, 5), 1, "G1")
    assert standing_legs([], [bust, correction]) == []
    (kept,) = standing_legs([_leg(9), _leg(8)], [bust, correction])
    assert (kept.leg_id, kept.base_units, kept.evidence) == ("leg8", 5, "t8 corrected by G1")


def test_a_correction_that_names_another_leg_is_refused():
    with pytest.raises(InputRefused, match="keeps its leg's id"):
        standing_legs(LEGS, [Amendment("leg1", _leg(2), 1, "G1")])


def test_a_leg_told_twice_stands_once():
    assert standing_legs([*LEGS, msgspec.structs.replace(LEGS[0])], []) == LEGS
