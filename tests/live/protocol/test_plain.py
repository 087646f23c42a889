"""Messages as plain JSON values and back."""

from __future__ import annotations

import msgspec
import pytest

from domain.errors import InputRefused
from live.protocol.plain import EXACT, built, plain, whole_number


class Inner(msgspec.Struct, frozen=True):
    size_e8: int


class Outer(msgspec.Struct, frozen=True):
    text: str
    raw: bytes
    is_so: bool
    inner: Inner
    some: tuple[Inner, ...]
    pair: tuple[int, int]
    maybe: int | None = None


NAMES = {"size_e8": "size"}
THING = Outer("é", b"\x01\xff", True, Inner(EXACT + 1), (Inner(1),), (-1, -EXACT - 1))
TOLD = {
    "text": "é",
    "raw": "01ff",
    "is_so": True,
    "inner": {"size": str(EXACT + 1)},
    "some": [{"size": 1}],
    "pair": [-1, str(-EXACT - 1)],
    "maybe": None,
}


def test_a_message_is_told_and_built_again():
    assert plain(THING, NAMES) == TOLD
    assert built(Outer, TOLD, NAMES) == THING


def test_a_field_with_a_default_may_be_absent():
    assert built(Outer, {k: x for k, x in TOLD.items() if k != "maybe"}, NAMES) == THING


@pytest.mark.parametrize("value", [EXACT, -EXACT, 0])
def test_an_integer_a_double_can_hold_stays_one(value):
    assert plain(value, {}) == value


@pytest.mark.parametrize("text", ["", "-", "+1", "1.0", "0x1", "١", "1" * 81, None, 1.0, True, []])
def test_what_is_no_integer_is_refused(text):
    with pytest.raises(InputRefused):
        whole_number(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 1), ("raw", "0"), ("raw", 1), ("is_so", 1), ("inner", []), ("some", {}),
        ("pair", [1]), ("pair", [1, 2, 3]), ("maybe", "x"), ("inner", {}), ("inner", {"size": {}}),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_by_name(field, value):
    with pytest.raises(InputRefused) as refused:
        built(Outer, {**TOLD, field: value}, NAMES)
    assert str(refused.value.context["field"]).startswith(field)
