"""Rulebooks as text: written out in full, read strictly, refused whole when one number is wrong.

JSON in which every integer is text, so that no reader can round one. What is absent when read has
its default; a word nobody knows is refused, since it is a limit somebody believes to be held.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec
import orjson

from domain.errors import ConfigRefused
from journal.records import LimitsOrdered
from live.risk.limits import Rulebook

SCOPE_KINDS = ("strategy", "venue", "asset")


def written(rulebook: Rulebook) -> str:
    """Write a rulebook, every limit in full."""
    whole = _texts(msgspec.to_builtins(rulebook))
    return orjson.dumps(whole, option=orjson.OPT_SORT_KEYS).decode()


def read(text: str | bytes) -> Rulebook:
    """Read a rulebook.

    Raises:
        ConfigRefused: It is not JSON, names a limit or a scope that does not exist, or holds a
            number that is not a limit; nothing of it is in force.
    """
    try:
        rulebook = msgspec.convert(orjson.loads(text), type=Rulebook, strict=False)
    except (msgspec.ValidationError, orjson.JSONDecodeError) as error:
        raise ConfigRefused(f"mend this rulebook: {error}") from error
    for where, number in _numbers(rulebook):
        if number <= 0:
            raise ConfigRefused("a limit is a positive number; mend it", limit=where, got=number)
    for scope in rulebook.scopes:
        kind, _, name = scope.partition(":")
        if kind not in SCOPE_KINDS or not name:
            raise ConfigRefused("name a scope strategy:, venue: or asset: and its name", got=scope)
    return rulebook


def succeeding(text: str | bytes, current: Rulebook) -> Rulebook:
    """Read the rulebook that is to follow another.

    Raises:
        ConfigRefused: As :func:`read`; or its version is not higher than the one in force.
    """
    rulebook = read(text)
    if rulebook.version <= current.version:
        raise ConfigRefused(
            "give the rulebook a higher version than the one in force",
            version=rulebook.version,
            in_force=current.version,
        )
    return rulebook


def in_force(order: LimitsOrdered, current: Rulebook) -> Rulebook:
    """Give the rulebook after an order in the journal; one that cannot be obeyed changes nothing.

    Whoever ordered it is told when it is heard; a later process must come to the same rulebook.
    """
    try:
        return succeeding(order.rulebook, current)
    except ConfigRefused:
        return current


def _numbers(rulebook: Rulebook) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    parts = {"desk": rulebook.desk, **rulebook.scopes}
    for scope, part in parts.items():
        for name, value in msgspec.structs.asdict(part).items():
            if isinstance(value, int):
                found.append((f"{scope} {name}", value))
            elif isinstance(value, Mapping):
                held = cast("Mapping[str, int]", value)
                found += [(f"{scope} {name} {asset}", units) for asset, units in held.items()]
    return found


def _texts(value: Any) -> Any:  # noqa: ANN401 (JSON is what it is)
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in cast("dict[str, Any]", value).items()}
    return str(value) if isinstance(value, int) else value
