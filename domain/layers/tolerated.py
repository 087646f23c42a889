"""Whether differences that were accepted add up: over days, each small, together perhaps a leak.

An accepted difference is one that people approved and booked. Its sum by asset has a budget in
money, and its signs are weighed against a fair coin, exactly: errors of measurement fall on both
sides, a leak on one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from domain.reconciliation.budget import is_biased

BIAS_ODDS = 1_000
"""One day in three years of days would be flagged by chance."""


class Accepted(msgspec.Struct, frozen=True):
    """One difference that was booked; `value_usd_e24` is signed as `units`, None when unknown."""

    asset: str
    units: int
    value_usd_e24: int | None


class Lean(msgspec.Struct, frozen=True):
    """What accepted differences of one asset come to.

    Args:
        differences: How many.
        more: How many of them had the outside hold more.
        units: Their sum.
        value_usd_e24: Its money; None where one of them is unknown.
        is_over: Whether the sum is beyond the budget, or cannot be said to be within it.
        is_one_sided: Whether a fair coin would fall so less often than once in `BIAS_ODDS`.
    """

    asset: str
    differences: int
    more: int
    units: int
    value_usd_e24: int | None
    is_over: bool
    is_one_sided: bool

    @property
    def is_suspect(self) -> bool:
        """Whether what was accepted may be a leak."""
        return self.is_over or self.is_one_sided


def leans(accepted: Iterable[Accepted], budget_usd_e24: int) -> list[Lean]:
    """Add accepted differences up by asset, in order; the order they come in does not matter.

    Args:
        accepted: Of every day that is watched.
        budget_usd_e24: What the differences of one asset may sum to, of either sign.
    """
    by_asset: defaultdict[str, list[Accepted]] = defaultdict(list)
    for one in accepted:
        if one.units:
            by_asset[one.asset].append(one)
    return [_lean(asset, ones, budget_usd_e24) for asset, ones in sorted(by_asset.items())]


def _lean(asset: str, ones: list[Accepted], budget_usd_e24: int) -> Lean:
    more = sum(one.units > 0 for one in ones)
    values = [one.value_usd_e24 for one in ones if one.value_usd_e24 is not None]
    value = sum(values) if len(values) == len(ones) else None
    return Lean(
        asset=asset,
        differences=len(ones),
        more=more,
        units=sum(one.units for one in ones),
        value_usd_e24=value,
        is_over=value is None or abs(value) > budget_usd_e24,
        is_one_sided=is_biased(more, len(ones), BIAS_ODDS),
    )
