"""Who is who among the people that stand for a break: one person is one however the name is typed.

Names are not authenticated here. What is made sure of is that nobody passes for a second person by
another case, other spaces, a width or an accent typed apart, or a character that is not seen.
"""

from __future__ import annotations

import unicodedata

from domain.errors import InputRefused


def person(name: str, role: str) -> str:
    """Give a name as it is kept: seen characters only, single spaces, composed.

    Args:
        name: As it was typed.
        role: What the person is, for the refusal.

    Raises:
        InputRefused: Nothing of a name is left.
    """
    composed = unicodedata.normalize("NFKC", name)
    seen = "".join(
        " " if one.isspace() else one
        for one in composed
        if one.isspace() or not unicodedata.category(one).startswith("C")
    )
    kept = unicodedata.normalize("NFKC", " ".join(seen.split()))
    if not kept:
        raise InputRefused(f"name the {role}")
    return kept


def is_same_person(one: str, other: str) -> bool:
    """Ask whether two names, neither empty, are one person's."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    """Take case and composition away; twice, since each can bring back some of the other."""
    folded = person(name, "person")
    for _ in range(2):
        folded = unicodedata.normalize("NFKD", folded).upper().casefold()
    return unicodedata.normalize("NFKD", folded)
