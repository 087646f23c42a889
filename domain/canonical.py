"""Plain JSON values in which every integer is text, so that no reader of JSON can round one.

What a fact, an entry or an explanation says belongs to their own modules.
"""

from __future__ import annotations

from typing import Any, cast


def with_text_integers(value: Any) -> Any:  # noqa: ANN401 (JSON is what it is)
    """Write every integer in a value of JSON as text; truth values are no integers.

    Args:
        value: As `msgspec.to_builtins` gives it; tuples become lists.
    """
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {key: with_text_integers(item) for key, item in fields.items()}
    if isinstance(value, list | tuple):
        return [with_text_integers(item) for item in cast("list[Any] | tuple[Any, ...]", value)]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value
