"""Messages as plain JSON values and back: what frames look like to people and to other tools.

A struct is an object, a tuple a list, bytes are hex, and an integer that a double cannot hold
(above 2^53) is a decimal string. Names may differ from the structs' own, as a table says. What is
read back is typed text of a stranger: anything that does not fit is refused by name.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, Union, cast

import msgspec

from domain.errors import InputRefused

EXACT = 1 << 53
"""The largest integer up to which every JSON reader is exact."""

Names = Mapping[str, str]
"""Attribute -> name in JSON, where they differ."""


def plain(value: object, names: Names) -> Any:  # noqa: ANN401 (any JSON value)
    """Turn a message, or a value inside it, into JSON values."""
    match value:
        case bool() | str() | None:
            return value
        case int():
            return value if -EXACT <= value <= EXACT else str(value)
        case bytes():
            return value.hex()
        case tuple() | list():
            return [plain(item, names) for item in cast("tuple[object, ...]", value)]
        case msgspec.Struct():
            return {
                names.get(name, name): plain(getattr(value, name), names)
                for name in value.__struct_fields__
            }
        case _:
            items = cast("Mapping[str, object]", value)
            return {name: plain(item, names) for name, item in items.items()}


def built(kind: Any, given: object, names: Names) -> Any:  # noqa: ANN401 (any annotation and value)
    """Read a JSON value back as an annotation says.

    Args:
        kind: A struct class, or the annotation of a field.
        given: What stood in the JSON.
        names: As in :func:`plain`.

    Raises:
        InputRefused: It is not of that kind.
    """
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in {types.UnionType, Union}:
        return None if given is None else built(inner[0], given, names)
    if origin is tuple:
        return _tuple(inner, given, names)
    if kind in _SCALARS:
        return _scalar(kind, given)
    return _struct(kind, given, names)


def whole_number(given: object) -> int:
    """Read an integer that may be written as a decimal string.

    Raises:
        InputRefused: It is neither.
    """
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    if isinstance(given, str) and len(given) <= _MOST_DIGITS and given.isascii():
        digits = given.removeprefix("-")
        if digits.isdigit():
            return int(given)
    raise InputRefused("write an integer, above 2^53 as a decimal string", got=given)


def _scalar(kind: object, given: object) -> object:
    if kind is int:
        return whole_number(given)
    if kind is bytes and isinstance(given, str):
        try:
            return bytes.fromhex(given)
        except ValueError as error:
            raise InputRefused("write bytes as hex digits", got=given) from error
    if kind is bool and isinstance(given, bool):
        return given
    if kind is str and isinstance(given, str):
        return given
    raise InputRefused("this value is of another kind", got=given)


def _tuple(inner: tuple[Any, ...], given: object, names: Names) -> tuple[object, ...]:
    if not isinstance(given, list):
        raise InputRefused("write a list here", got=given)
    items = cast("list[object]", given)
    if inner[-1] is Ellipsis:
        return tuple(built(inner[0], item, names) for item in items)
    if len(items) != len(inner):
        raise InputRefused("this list has another length", wants=len(inner), got=len(items))
    return tuple(built(kind, item, names) for kind, item in zip(inner, items, strict=True))


def _struct(kind: type[msgspec.Struct], given: object, names: Names) -> msgspec.Struct:
    if not isinstance(given, dict):
        raise InputRefused("write an object with named fields here", got=given)
    fields = dict(cast("dict[str, object]", given))
    values: dict[str, object] = {}
    for name, (annotation, default) in _fields(kind).items():
        called = names.get(name, name)
        if called in fields:
            values[name] = _named(called, annotation, fields.pop(called), names)
        elif default is msgspec.NODEFAULT:
            raise InputRefused("a field is absent", field=called)
    if fields:
        raise InputRefused("there is no such field", field=", ".join(sorted(fields)))
    return kind(**values)


def _named(called: str, annotation: object, given: object, names: Names) -> object:
    try:
        return built(annotation, given, names)
    except InputRefused as error:
        field = error.context.pop("field", None)
        path = called if field is None else f"{called}.{field}"
        raise InputRefused(error.sentence, field=path, **error.context) from error


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, tuple[Any, Any]]:
    hints = typing.get_type_hints(kind)
    return {
        field.name: (hints[field.name], field.default) for field in msgspec.structs.fields(kind)
    }


_SCALARS = (int, bytes, bool, str)
_MOST_DIGITS = 80
"""An unsigned 256-bit integer has 78."""
