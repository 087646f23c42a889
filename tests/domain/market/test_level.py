"""Numbers of a book come back as they were sent, or are refused with the reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.level import Level, joined, levels_of, number_of, written
from domain.market.reason import Reason

numbers = st.from_regex(r"(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?", fullmatch=True).filter(str.isascii)


@given(numbers)
def test_a_number_is_written_as_it_was_sent(text):
    assert written(number_of(text)) == text


@given(st.lists(st.tuples(numbers, numbers), max_size=30))
def test_levels_are_written_as_they_were_sent(rows):
    levels = [Level(number_of(price), number_of(size)) for price, size in rows]
    assert joined(levels, " ") == " ".join(text for row in rows for text in row)


def test_a_whole_number_is_its_digits():
    assert number_of(45285) == Decimal(45285)


@pytest.mark.parametrize(
    "text", ["", "1e5", "1E-8", "+1", " 1", "1_000", "NaN", "Infinity", ".5", "5.", "01", "1" * 41]
)
def test_what_would_not_come_back_is_no_number(text):
    with pytest.raises(ValueError, match=r".*"):
        number_of(text)
    assert levels_of([["1", text]], may_be_gone=True) == Reason.NOT_A_NUMBER


@pytest.mark.parametrize("found", [1.5, True, None, [], {}])
def test_a_float_has_lost_its_digits_and_nothing_else_is_a_number(found):
    with pytest.raises(TypeError):
        number_of(found)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([["0", "1"]], Reason.PRICE_NOT_POSITIVE),
        ([["1", "2"], ["0.000", "1"]], Reason.PRICE_NOT_POSITIVE),
        ([["-1", "1"]], Reason.PRICE_NOT_POSITIVE),
        ([["1", "-1"]], Reason.SIZE_NOT_POSITIVE),
        ([["1"]], Reason.NOT_A_NUMBER),
        ([[]], Reason.NOT_A_NUMBER),
        (["12"], Reason.NOT_A_NUMBER),
        ("12", Reason.NOT_A_NUMBER),
        ([None], Reason.NOT_A_NUMBER),
        (None, Reason.NOT_A_NUMBER),
        (7, Reason.NOT_A_NUMBER),
        ({"1": "2"}, Reason.NOT_A_NUMBER),
    ],
)
def test_rows_that_are_no_levels_say_why(rows, reason):
    assert levels_of(rows, may_be_gone=True) == reason


def test_a_size_of_zero_is_an_answer_in_a_change_alone():
    rows = [["0.50", "0.00", "1618678134.21", "r"]]
    assert levels_of(rows, may_be_gone=True) == (Level(Decimal("0.50"), Decimal("0.00")),)
    assert levels_of(rows, may_be_gone=False) == Reason.SIZE_NOT_POSITIVE
