"""Which limits of a rulebook hold a trade: the desk's first, then those of its scopes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from live.risk.breakers import DESK
from live.risk.limits import Rulebook


class Bound(msgspec.Struct, frozen=True):
    """One number a trade is held to.

    Args:
        scope: ``desk`` or the scope that sets it.
        name: As the verdict cites it: bare for the desk, after its scope otherwise.
        limit: In the unit of the name.
    """

    scope: str
    name: str
    limit: int


def bounds(rulebook: Rulebook, scopes: Iterable[str], name: str) -> Iterator[Bound]:
    """Give every bound of one name that is set for some scopes, in their order."""
    narrow = rulebook.scopes
    for scope in scopes:
        if scope == DESK:
            limit: int | None = getattr(rulebook.desk, name)
            if limit is not None:
                yield Bound(scope, name, limit)
        elif scope in narrow:
            limit = getattr(narrow[scope], name)
            if limit is not None:
                yield Bound(scope, f"{scope} {name}", limit)
