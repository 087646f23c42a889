"""JSON files from outside, read without losing a digit, one named field at a time.

Numbers with a point become Decimal, never float. A file that is absent, not JSON or of another
shape is refused in one sentence that names file, row and field. What fields mean is not known here.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import orjson

from domain.errors import InputRefused

_INTEGER = re.compile(r"[0-9]+|0x[0-9a-fA-F]+")
_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_LONGEST_INTEGER = 80
"""A uint256 has at most 78 digits; longer text is not an amount."""


def read_json(path: Path) -> Any:  # noqa: ANN401 (that is what JSON is)
    """Read one JSON file.

    Raises:
        InputRefused: It is absent, unreadable or not JSON.
    """
    return _parsed(_text(path), path)


def read_rows(path: Path) -> list[Row]:
    """Read a file of objects: one JSON array, or one object a line.

    Raises:
        InputRefused: It is absent, unreadable, not JSON, or holds something else than objects.
    """
    text = _text(path)
    if text.lstrip().startswith("{"):
        found = [_parsed(line, path) for line in text.splitlines() if line.strip()]
    else:
        found = _parsed(text, path)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise InputRefused("give a list of JSON objects", file=str(path))
    return [Row(fields, path, number) for number, fields in enumerate(found)]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputRefused("this file does not exist; check the path", file=str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused(f"this file cannot be read: {error}", file=str(path)) from error


def _parsed(text: str, path: Path) -> Any:  # noqa: ANN401 (that is what JSON is)
    try:
        # Python's own guard against deep nesting is process-wide, and EVM libraries lift it until
        # the C stack overflows; orjson stops at 1024, whatever they did.
        orjson.loads(text)
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except ValueError as error:
        raise InputRefused(
            f"this file is not JSON ({error}); fetch it again", file=str(path)
        ) from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _whole_number(found: object) -> int | None:
    if isinstance(found, int) and not isinstance(found, bool):
        return found if found >= 0 else None
    if not isinstance(found, str) or len(found) > _LONGEST_INTEGER or not _INTEGER.fullmatch(found):
        return None
    return int(found, 16 if found.startswith("0x") else 10)


class Row:
    """One object of a file; each field is asked for by its possible names and checked.

    Args:
        fields: The object.
        path: The file it came from, for error sentences.
        number: Its position there, from 0.
    """

    def __init__(self, fields: dict[str, Any], path: Path, number: int) -> None:
        self._fields = fields
        self._path = path
        self._number = number

    def value(self, *names: str) -> Any:  # noqa: ANN401 (that is what JSON is)
        """Give the first of these fields that is there and neither null nor empty text, or None."""
        present = (self._fields.get(name) for name in names)
        return next((found for found in present if found is not None and found != ""), None)

    def integer(self, *names: str, at_most: int | None = None) -> int:
        """Read a whole number, written as a number, as digits or as 0x hex; never negative.

        Raises:
            InputRefused: It is absent, too large or something else.
        """
        found = self.optional_integer(*names, at_most=at_most)
        return self._refuse("is missing", names) if found is None else found

    def optional_integer(self, *names: str, at_most: int | None = None) -> int | None:
        """Read a whole number that may be absent or null.

        Raises:
            InputRefused: It is too large or something else.
        """
        found = self.value(*names)
        if found is None:
            return None
        number = _whole_number(found)
        if number is None:
            return self._refuse("is not a whole number", names)
        if at_most is not None and number > at_most:
            return self._refuse(f"is larger than {at_most}", names)
        return number

    def hex(self, *names: str, length_bytes: int | None = None) -> str:
        """Read 0x hex as lower case, of a given length where one is asked for.

        Raises:
            InputRefused: It is absent or something else.
        """
        found = self.optional_hex(*names, length_bytes=length_bytes)
        return self._refuse("is missing", names) if found is None else found

    def optional_hex(self, *names: str, length_bytes: int | None = None) -> str | None:
        """Read 0x hex that may be absent or null.

        Raises:
            InputRefused: It is something else.
        """
        found = self.value(*names)
        if found is None:
            return None
        if not isinstance(found, str) or not _HEX.fullmatch(found):
            return self._refuse("is not 0x and pairs of hex digits", names)
        if length_bytes is not None and len(found) != 2 + 2 * length_bytes:
            return self._refuse(f"is not {length_bytes} bytes long", names)
        return found.lower()

    def hex_list(self, name: str, length_bytes: int) -> tuple[str, ...]:
        """Read a list of 0x hex words.

        Raises:
            InputRefused: It is absent or something else.
        """
        found = self.value(name)
        if not isinstance(found, list):
            return self._refuse("is not a list", (name,))
        words = (Row({name: word}, self._path, self._number) for word in found)
        return tuple(word.hex(name, length_bytes=length_bytes) for word in words)

    def _refuse(self, what: str, names: tuple[str, ...]) -> NoReturn:
        raise InputRefused(f"the field {names[0]} {what}", file=str(self._path), row=self._number)
