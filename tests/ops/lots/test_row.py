"""A cell is what its column says or is refused, and no digit is lost."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import iso_utc
from domain.errors import InputRefused
from domain.lots.types import Kind
from ops.lots.row import ZERO, Number, read_number, read_row, read_time

CELLS = {
    "time": "2024-01-31T12:00:00Z",
    "kind": "buy",
    "asset": "BTC",
    "quantity": "1.5",
    "unit_price": "100",
    "fee": "",
    "wallet": "",
    "id": "b1",
}


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9))
def test_every_digit_of_a_number_is_kept(number):
    for text in (format(number, "f"), str(number)):
        found = read_number(text, "quantity")
        assert Fraction(found.digits, 10**found.decimals) == Fraction(number)
        assert found.at(30) == Fraction(number) * 10**30


def test_numbers_are_read_in_the_forms_people_write():
    assert [read_number(text, "fee").at(3) for text in ("1.", ".5", "+2", "1e-3", "-2E1")] == [
        1000, 500, 2000, 1, -20000,
    ]  # fmt: skip


NO_NUMBERS = (
    "",
    ".",
    "abc",
    "1,5",
    "1_0",
    "NaN",
    "Infinity",
    "0x10",
    "1e",
    "1e999",
    "--1",
    "1 2",
    "٣",
)


@pytest.mark.parametrize("text", [*NO_NUMBERS, "9" * 99])
def test_what_is_no_plain_number_is_refused(text):
    with pytest.raises(InputRefused, match="plain decimal"):
        read_number(text, "fee")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-01-31T12:00:00Z", "2024-01-31T12:00:00.000000000Z"),
        ("2024-01-31 12:00:00 +0000", "2024-01-31T12:00:00.000000000Z"),
        ("2024-01-31T12:00:00.123456789+05:30", "2024-01-31T06:30:00.123456789Z"),
        ("2024-01-31T12:00-0100", "2024-01-31T13:00:00.000000000Z"),
        ("2024-01-31T12:00:00", "2024-01-31T12:00:00.000000000Z"),
        ("2024-01-31 12:00:00+02", "2024-01-31T10:00:00.000000000Z"),
        ("2024-01-31t12:00:00.5z", "2024-01-31T12:00:00.500000000Z"),
        ("2024-01-31", "2024-01-31T00:00:00.000000000Z"),
        ("2024-01-31T12:00+14:00", "2024-01-30T22:00:00.000000000Z"),
        ("1706702400.5", "2024-01-31T12:00:00.500000000Z"),
        ("1706702400500", "2024-01-31T12:00:00.500000000Z"),
        ("1706702400500.25", "2024-01-31T12:00:00.500250000Z"),
        ("1706702400500250", "2024-01-31T12:00:00.500250000Z"),
        ("1706702400500250001", "2024-01-31T12:00:00.500250001Z"),
        ("9199999999", "2261-07-15T11:33:19.000000000Z"),
    ],
)
def test_instants_are_read_to_the_nanosecond(text, instant):
    assert iso_utc(read_time(text).ns) == instant


@pytest.mark.parametrize(
    "text",
    [
        *("", "noon", "2024-02-30", "2024-01-31T25:00Z", "2024-01-31T12:00:60Z", "-5", "31/01/24"),
        *(
            "2024-01-31T12:00+15:00",
            "2024-01-31T12:00-01:60",
            "1706702400000.1234567",
            "9223372036854775808",
        ),
    ],
)
def test_what_is_no_instant_is_refused(text):
    with pytest.raises(InputRefused, match="write time as"):
        read_time(text)


def test_a_row_is_read_cell_by_cell():
    row = read_row(CELLS | {"kind": "SELL", "fee": "-0.5"})
    assert (row.kind, row.asset, row.id) == (Kind.SELL, "BTC", "b1")
    assert (row.quantity.at(1), row.unit_price.at(0), row.fee.at(1)) == (15, 100, -5)


@pytest.mark.parametrize("kind", ["transfer_in", "transfer_out", "fee"])
def test_only_trades_need_a_price(kind):
    assert read_row(CELLS | {"kind": kind, "unit_price": ""}).unit_price == ZERO


def test_a_fee_of_nothing_is_nothing():
    assert read_row(CELLS | {"kind": "fee", "quantity": "0"}).quantity.digits == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "bought"},
        {"kind": "wrap_out"},
        {"asset": ""},
        {"id": ""},
        {"quantity": "0"},
        {"quantity": "-1"},
        {"quantity": ""},
        {"unit_price": ""},
        {"unit_price": "-1"},
        {"fee": "none"},
        {"time": "yesterday"},
        {"lots": "b1:1"},
        {"kind": "sell", "lots": "b1"},
        {"kind": "sell", "lots": ":1"},
        {"kind": "sell", "lots": "b1:1;"},
        {"kind": "fee", "lots": "b1:much"},
    ],
)
def test_a_row_that_cannot_be_is_refused(wrong):
    with pytest.raises(InputRefused):
        read_row(CELLS | wrong)


def test_lots_are_named_by_id_and_quantity_and_an_id_may_hold_a_colon():
    row = read_row(CELLS | {"kind": "sell", "lots": "kraken:b1:0.5 ; b2:1"})
    assert row.lots == (("kraken:b1", Number(5, 1)), ("b2", Number(1, 0)))
