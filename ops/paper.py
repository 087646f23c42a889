"""Paper for a terminal: words stand on it as they are, whoever chose them.

Names and reasons come from exchanges, chains, files and people. None of them may colour, hide or
move what somebody reads: there is no markup, and what has no glyph is written out. What is printed
belongs to whoever prints.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode's categories of characters that steer a terminal or its reader instead of being read."""
_LINE_ENDS = "\n\t"


def plain(words: str) -> str:
    """Write out what cannot be seen, an escape sequence among them."""
    if words.isprintable():
        return words
    return "".join(_seen(character) for character in words)


class Paper(Console):
    """A console on which text is text.

    Args:
        width: In columns; None takes the terminal's.
        options: As rich has them; `stderr` and `file` say where it goes.
    """

    def __init__(self, width: int | None = None, **options: Any) -> None:  # noqa: ANN401 (rich's own)
        super().__init__(width=width, highlight=False, markup=False, emoji=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 (as its parent)
        """Turn words into what is drawn; every cell, title and branch comes through here."""
        return super().render_str(plain(text), **options)


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "") -> Table:
    """Draw rows under a header, folding what is too long: nothing is cut."""
    drawn = Table(title=title or None, title_justify="left")
    for name in header:
        drawn.add_column(name, overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    return drawn


def bare(amount: str) -> str:
    """Leave out zeros that say nothing; every other digit stays."""
    return amount.rstrip("0").rstrip(".") if "." in amount else amount


def _seen(character: str) -> str:
    if character in _LINE_ENDS or unicodedata.category(character) not in _UNSEEN:
        return character
    return character.encode("unicode_escape").decode()
