"""Files from outside are read to the last digit or refused in one sentence."""

from decimal import Decimal

import pytest

from domain.errors import InputRefused
from ops.exact_json import Row, read_json, read_rows


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "input.json"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_number_with_a_point_keeps_its_digits(file):
    assert read_json(file("[1762795433.97174451234567890]")) == [
        Decimal("1762795433.97174451234567890")
    ]


def test_rows_may_be_an_array_or_one_a_line(file):
    for text in ('[{"a": 1}, {"a": 2}]', '{"a": 1}\n{"a": 2}\n\n'):
        assert [row.integer("a") for row in read_rows(file(text))] == [1, 2]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1, 2", "nonsense", "[NaN]", "[Infinity]", b"\xff\xfe", "[" * 100_000, "[1]", "7"],
    ids=[
        "empty",
        "cut",
        "cut list",
        "words",
        "nan",
        "infinity",
        "bytes",
        "deep",
        "no rows",
        "no list",
    ],
)
def test_what_is_no_list_of_objects_is_refused(file, text):
    with pytest.raises(InputRefused, match="file="):
        read_rows(file(text))


def test_an_absent_file_is_refused(tmp_path):
    with pytest.raises(InputRefused, match="does not exist"):
        read_json(tmp_path / "nowhere.json")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InputRefused, match="cannot be read"):
        read_json(tmp_path)


def row(**fields):
    from pathlib import Path

    return Row(fields, Path("input.json"), 3)


@pytest.mark.parametrize("written", [255, "255", "0xff", "0xFF"])
def test_a_whole_number_is_read_however_it_is_written(written):
    assert row(gas=written).integer("gas") == 255


@pytest.mark.parametrize(
    "written", [True, -1, "-1", 1.5, Decimal("1.0"), "1e3", "ff", "٣", [], {}, "9" * 81]
)
def test_what_is_no_whole_number_is_refused_with_file_row_and_field(written):
    with pytest.raises(InputRefused, match=r"the field gas is not.*file=input.json, row=3"):
        row(gas=written).integer("gas")


def test_the_first_name_that_is_there_counts():
    assert row(gasUsed=None, gas_used=5).integer("gasUsed", "gas_used") == 5
    assert row(status="").optional_integer("status") is None


def test_a_number_beyond_its_bound_is_refused():
    with pytest.raises(InputRefused, match="larger than 127"):
        row(type=128).integer("type", at_most=127)


def test_a_missing_field_is_refused():
    with pytest.raises(InputRefused, match="the field hash is missing"):
        row().hex("hash")
    with pytest.raises(InputRefused, match="the field gas is missing"):
        row().integer("gas")


def test_hex_becomes_lower_case_and_has_its_length():
    assert row(hash="0xABcd").hex("hash", length_bytes=2) == "0xabcd"
    for wrong in ("0xabc", "abcd", "0xzz", 5):
        with pytest.raises(InputRefused):
            row(hash=wrong).hex("hash")
    with pytest.raises(InputRefused, match="2 bytes"):
        row(hash="0xab").hex("hash", length_bytes=2)


def test_a_list_of_words_is_checked_word_by_word():
    assert row(topics=["0xAA"]).hex_list("topics", 1) == ("0xaa",)
    for wrong in (None, "0xaa", ["0xaabb"], [None]):
        with pytest.raises(InputRefused):
            row(topics=wrong).hex_list("topics", 1)
