"""One person is one, however the name is typed; two people are two."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.breaks.people import is_same_person, person
from domain.errors import InputRefused

LETTERS = "aZéẞßΩσςİıﬁŉǅ김Ⅷ\u0301\u00a0 \t\u200b\u2060'-."
NAMES = st.text(LETTERS, min_size=1, max_size=12).filter(
    lambda name: any(not one.isspace() and unicodedata.category(one)[0] != "C" for one in name)
)
"""Letters that fold to several, compose, or are not seen."""


@pytest.mark.parametrize(
    "typed",
    ["José Ruiz", " jose\u0301  RUIZ ", "JOSÉ\tRuiz\n", "Jos\u200bé\u00a0Ruiz", "\uff2aosé Ruiz"],
)
def test_spaces_case_width_accents_and_hidden_characters_make_no_second_person(typed: str):
    assert is_same_person("José Ruiz", typed)


@pytest.mark.parametrize("other", ["Jose Ruiz", "José", "José Ruiz2", "Ruiz José"])
def test_another_name_is_another_person(other: str):
    assert not is_same_person("José Ruiz", other)


@pytest.mark.parametrize("name", ["", "  ", "\t\n", "\u200b", "\u200b \u2060"])
def test_nobody_is_refused(name: str):
    with pytest.raises(InputRefused, match="name the owner"):
        person(name, "owner")


@given(NAMES)
def test_a_kept_name_is_kept_as_it_is_and_is_the_same_person_in_any_case(name: str):
    kept = person(name, "owner")
    assert person(kept, "owner") == kept
    typed = (name, name.casefold(), name.upper(), name.lower(), f" {name}\u200b")
    assert all(is_same_person(kept, one) for one in typed)
