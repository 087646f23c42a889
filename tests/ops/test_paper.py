"""Words on paper are what they are: nothing in them is obeyed, nothing of them is lost."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.tree import Tree

from domain.money import from_units
from ops.paper import Paper, bare, plain, table

HOSTILE = ["[/]", "[red]x", "[link=http://x]y[/link]", ":smile:", "[b", "\\[x]"]


def printed(shown: object, width: int = 60) -> str:
    file = StringIO()
    Paper(width=width, file=file).print(shown)
    return file.getvalue()


@pytest.mark.parametrize("words", HOSTILE)
def test_markup_of_a_stranger_is_read_and_not_obeyed(words):
    drawn = table((words,), [(words,)], title=words)
    assert printed(drawn).count(words) == 3
    assert words in printed(words)
    assert words in printed(Tree(words))


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\rb\x08", "a\\rb\\x08"),
        ("abc\u202ecba", "abc\\u202ecba"),
        ("12\u200b34", "12\\u200b34"),
        ("two\nlines\tand ö, 数, …", "two\nlines\tand ö, 数, …"),
    ],
)
def test_what_steers_a_terminal_is_written_out(words, shown):
    assert plain(words) == shown


@given(st.text())
def test_whatever_is_said_a_terminal_hears_no_command(words):
    told = plain(words)
    assert not {"\x1b", "\r", "\x9b", "\x07"} & set(told)
    assert plain(told) == told
    assert "\x1b" not in printed(table(("name",), [(words,)]))


@given(st.text("0123456789", min_size=1, max_size=300))
def test_no_digit_of_an_amount_is_cut(amount):
    shown = printed(table(("asset", "amount"), [("ETH", amount)]), width=40)
    assert "".join(character for character in shown if character.isdigit()) == amount


@given(st.integers(-(10**30), 10**30), st.integers(0, 18))
def test_an_amount_without_its_idle_zeros_is_the_same_amount(units, decimals):
    amount = bare(from_units(units, decimals))
    assert Decimal(amount) == Decimal(from_units(units, decimals))
    assert not ("." in amount and amount.endswith(("0", ".")))
