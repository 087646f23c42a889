"""A mark holds until the next; before the first the opening holds, and says where it is from."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.pnl.marks import CARRIED, FIRST_OBSERVED, MarkBook
from domain.pnl.types import Mark

MARKS = st.lists(
    st.builds(Mark, st.integers(0, 50), st.sampled_from(("ETH", "BTC")), st.integers(1, 9)),
    unique_by=lambda mark: (mark.at_ns, mark.underlying),
)


@given(MARKS, st.integers(0, 60), st.integers())
def test_the_mark_in_force_is_the_last_at_or_before(marks: list[Mark], ns: int, seed: int):
    book = MarkBook.of(Random(seed).sample(marks, len(marks)))
    seen = [mark for mark in sorted(marks) if mark.underlying == "ETH"]
    before = [mark.mark_e6 for mark in seen if mark.at_ns <= ns]
    expected = before[-1] if before else seen[0].mark_e6 if seen else None
    assert book.at("ETH", ns) == expected


def test_before_the_first_mark_the_carried_one_holds():
    marks = [Mark(10, "ETH", 7)]
    book = MarkBook.of(marks, start_ns=5, carried={"ETH": 3})
    assert (book.at("ETH", 9), book.at("ETH", 10)) == (3, 7)
    assert book.openings["ETH"] == (3, CARRIED)


def test_without_a_carried_mark_the_first_observed_one_opens_and_says_so():
    book = MarkBook.of([Mark(10, "ETH", 7)], start_ns=5)
    assert book.at("ETH", 0) == book.opening("ETH") == 7
    assert book.openings["ETH"] == (7, FIRST_OBSERVED)


@given(
    MARKS,
    st.lists(st.tuples(st.integers(0, 60), st.integers(-(10**30), 10**30)), max_size=30),
    st.integers(0, 20),
)
def test_units_weighed_together_are_units_at_the_mark_of_each(marks, moments, start_ns):
    book = MarkBook.of(marks, start_ns=start_ns)
    times_ns, units = [at for at, _ in sorted(moments)], [many for _, many in sorted(moments)]
    for name in ("ETH", "BTC", "USDC"):
        each = [book.at(name, at_ns) for at_ns in times_ns]
        told = book.weighed(name, times_ns, units)
        if book.opening(name) is None:
            assert told is None
        else:
            assert told == sum(mark * many for mark, many in zip(each, units, strict=True))


def test_a_mark_from_before_the_day_is_carried_into_it():
    book = MarkBook.of([Mark(1, "ETH", 4), Mark(2, "ETH", 5), Mark(9, "ETH", 6)], start_ns=5)
    assert book.openings["ETH"] == (5, CARRIED)
    assert book.at("ETH", 8) == 5


def test_the_book_currency_is_worth_one_and_the_unmarked_is_worth_unknown():
    book = MarkBook.of([])
    assert book.at("USDC", 1) == 1_000_000
    assert book.at("ETH", 1) is None
    assert book.opening("ETH") is None


def test_marks_of_another_policy_are_left_out():
    marks = [Mark(1, "ETH", 4), Mark(2, "ETH", 9, "pool_mid")]
    assert MarkBook.of(marks).at("ETH", 3) == 4
    assert MarkBook.of(marks, policy="pool_mid").at("ETH", 3) == 9


def test_marks_of_another_policy_are_left_behind_and_the_day_opens_at_its_own():
    book = MarkBook.of(
        [Mark(7, "ETH", 3_000, "pool")], carried={"ETH": 2_990}, policy="pool",
        carried_policy="cex_mid",
    )  # fmt: skip
    assert (book.opening("ETH"), book.before().opening("ETH")) == (3_000, 2_990)
    assert (book.before().at("ETH", 99), book.before().opening("USDC")) == (2_990, 1_000_000)
    same = MarkBook.of([], carried={"ETH": 2_990}, carried_policy="cex_mid")
    assert same.before() == same
    assert same.opening("ETH") == 2_990
