"""Which limits of a rulebook hold a trade: the desk's first, then those of its scopes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from live.risk.breakers import DESK
from live.risk.limits import Caps, Rulebook


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
    for scope in scopes:
        part = rulebook.desk if scope == DESK else rulebook.scopes.get(scope, _NONE)
        limit: int | None = getattr(part, name, None)
        if limit is not None:
            yield Bound(scope, name if scope == DESK else f"{scope} {name}", limit)


_NONE = Caps()
