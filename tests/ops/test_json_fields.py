"""Fields of foreign JSON are checked, and a refusal names the path to what is wrong."""

import pytest

from domain.errors import InputRefused
from ops.json_fields import Fields

WHOLE = Fields({"n": "-12", "m": 7, "list": [1, {"deep": None}], "on": True, "word": "x"}, "f.json")


def test_whole_numbers_are_read_from_numbers_and_from_text():
    assert WHOLE.field("n").integer(least=None) == -12
    assert WHOLE.field("m").integer(least=7, most=7) == 7


def test_lists_objects_words_and_flags_are_read_as_such():
    assert [item.where for item in WHOLE.field("list").items()] == [
        "f.json.list[0]",
        "f.json.list[1]",
    ]
    assert [name for name, _ in WHOLE.entries()] == ["n", "m", "list", "on", "word"]
    assert WHOLE.field("word").text() == "x"
    assert WHOLE.field("on").flag()
    assert not WHOLE.field("list").items()[1].has("deep")


@pytest.mark.parametrize(
    "ask",
    [
        lambda: WHOLE.field("n").integer(),
        lambda: WHOLE.field("m").integer(most=6),
        lambda: WHOLE.field("on").integer(),
        lambda: WHOLE.field("word").integer(),
        lambda: WHOLE.field("absent"),
        lambda: WHOLE.field("m").field("n"),
        lambda: WHOLE.field("m").items(),
        lambda: WHOLE.field("list").items(least=3),
        lambda: WHOLE.field("list").entries(),
        lambda: WHOLE.field("m").text(),
        lambda: WHOLE.field("m").flag(),
        lambda: Fields("9" * 91, "f.json").integer(),
    ],
)
def test_anything_else_is_refused_by_its_path(ask):
    with pytest.raises(InputRefused) as refused:
        ask()
    assert refused.value.sentence.startswith("f.json")
    assert refused.value.sentence.endswith("; correct the file")
