"""Nested JSON from outside, asked for field by field, with the path to whatever is wrong.

Whole numbers may be JSON numbers or text and may be negative. What fields mean is not known here;
flat files of rows are read by :mod:`ops.exact_json`.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn, cast

from domain.errors import InputRefused

_INTEGER = re.compile(r"-?[0-9]{1,90}")


class Fields:
    """One JSON value and the path that leads to it.

    Args:
        value: As parsed.
        where: File and path, for error sentences.
    """

    def __init__(self, value: object, where: str) -> None:
        self.value = value
        self.where = where

    def has(self, name: str) -> bool:
        """Say whether this is an object with such a field that is not null."""
        return isinstance(self.value, dict) and self.value.get(name) is not None

    def field(self, name: str) -> Fields:
        """Give one field of an object.

        Raises:
            InputRefused: It is missing, or this is no object.
        """
        if not self.has(name):
            self.refuse(f"has no field {name}")
        return Fields(cast("dict[str, Any]", self.value)[name], f"{self.where}.{name}")

    def items(self, *, least: int = 0) -> list[Fields]:
        """Give the elements of a list.

        Args:
            least: How many there have to be.

        Raises:
            InputRefused: This is no list, or a shorter one.
        """
        if not isinstance(self.value, list):
            self.refuse("is not a list")
        if len(self.value) < least:
            self.refuse(f"has fewer than {least} elements")
        found = cast("list[Any]", self.value)
        return [Fields(item, f"{self.where}[{index}]") for index, item in enumerate(found)]

    def entries(self) -> list[tuple[str, Fields]]:
        """Give the fields of an object, in the file's order.

        Raises:
            InputRefused: This is no object.
        """
        if not isinstance(self.value, dict):
            self.refuse("is not an object")
        found = cast("dict[str, Any]", self.value)
        return [(name, Fields(item, f"{self.where}.{name}")) for name, item in found.items()]

    def integer(self, *, least: int | None = 0, most: int | None = None) -> int:
        """Read a whole number.

        Args:
            least: The smallest that makes sense; ``None`` where negative ones do.
            most: The largest that makes sense, if there is one.

        Raises:
            InputRefused: It is something else, smaller or larger.
        """
        found = self.value
        if isinstance(found, str) and _INTEGER.fullmatch(found):
            found = int(found)
        if not isinstance(found, int) or isinstance(found, bool):
            self.refuse("is not a whole number")
        if least is not None and found < least:
            self.refuse(f"is less than {least}")
        if most is not None and found > most:
            self.refuse(f"is more than {most}")
        return found

    def text(self) -> str:
        """Read text that is not empty.

        Raises:
            InputRefused: It is something else.
        """
        if not isinstance(self.value, str) or not self.value:
            self.refuse("is not text")
        return self.value

    def flag(self) -> bool:
        """Read true or false.

        Raises:
            InputRefused: It is something else.
        """
        if not isinstance(self.value, bool):
            self.refuse("is neither true nor false")
        return self.value

    def refuse(self, what: str) -> NoReturn:
        """Refuse the file because of this value.

        Raises:
            InputRefused: Always.
        """
        raise InputRefused(f"{self.where} {what}; correct the file")
