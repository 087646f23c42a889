"""Breaks added up for people: how many of each cause and age, and how much money.

Money of one cause and age is added up without regard to its sign, since two leaks do not make a
tight pipe; where one amount is unknown the sum is a lower bound and says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from domain.breaks.gravity import AGE_NAMES, age_band, age_days


class Weighed(msgspec.Struct, frozen=True):
    """One break as it is weighed: its cause, since when, and its money; None is unknown."""

    cause: str
    first_seen_ns: int
    value_usd_e24: int | None


class Tally(msgspec.Struct, frozen=True, order=True):
    """Breaks of one cause and age band.

    Args:
        band: Place among the age bands, youngest first; `age` is its name.
        value_usd_e24: Sum of the known amounts, each taken positive.
        unknown: How many amounts are not known.
    """

    cause: str
    band: int
    age: str
    breaks: int
    value_usd_e24: int
    unknown: int


def tallies(weighed: Iterable[Weighed], now_ns: int) -> list[Tally]:
    """Add breaks up by cause and age, in that order.

    Args:
        weighed: One each.
        now_ns: The instant ages are told at.
    """
    groups: defaultdict[tuple[str, int], list[int | None]] = defaultdict(list)
    for one in weighed:
        band = age_band(age_days(one.first_seen_ns, now_ns))
        groups[one.cause, band].append(one.value_usd_e24)
    return [
        Tally(
            cause=cause,
            band=band,
            age=AGE_NAMES[band],
            breaks=len(values),
            value_usd_e24=sum(abs(value) for value in values if value is not None),
            unknown=sum(value is None for value in values),
        )
        for (cause, band), values in sorted(groups.items())
    ]
