"""A day's breaks as a sum may count them: each with what it repeats and what it is worth.

One fault shows in every layer that adds it up again. Whoever sums all breaks counts it as often;
whoever sums the roots alone counts it once. What follows what is decided in `following.py`, what an
amount is worth by whoever has the marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from domain.desk import Asset
from domain.layers.following import follows, roots_of
from domain.matching.types import Break


class Counted(msgspec.Struct, frozen=True, order=True):
    """One break of a day.

    Args:
        root_ids: Ids of the breaks it repeats, by space; its own where it is a root.
        is_root: Whether its money is counted here, and not where a root is.
        value_usd_e24: What its amount is worth, signed; None is unknown.
    """

    break_id: str
    root_ids: str
    is_root: bool
    value_usd_e24: int | None


def counted(
    breaks: Iterable[Break], assets: Mapping[str, Asset], values: Mapping[str, int | None]
) -> list[Counted]:
    """Say of each break what it follows.

    Args:
        breaks: Of every layer, of one day, in any order.
        assets: By identity.
        values: Break id -> worth of its amount in 10^-24 of the book currency; unknown if absent.

    Returns:
        Ordered by id. The values of roots, each taken positive, sum to the money at stake.
    """
    known = list(breaks)
    roots = roots_of(known, assets)
    return sorted(
        Counted(
            one.break_id,
            " ".join(roots[one.break_id]),
            not follows(roots, one.break_id),
            values.get(one.break_id),
        )
        for one in known
    )
