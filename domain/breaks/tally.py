"""Breaks added up for people: how many of each cause and age, and how much money.

Money of one cause and age is added up without regard to its sign, since two leaks do not make a
tight pipe; where one amount is unknown the sum is a lower bound and says so. A break that only
repeats another one is counted as such, and its money is the other's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from domain.breaks.gravity import AGE_NAMES, age_band, age_days


class Weighed(msgspec.Struct, frozen=True):
    """One break as it is weighed.

    Args:
        value_usd_e24: Its money; None is unknown.
        is_following: Whether it only repeats another one that is weighed too.
    """

    cause: str
    first_seen_ns: int
    value_usd_e24: int | None
    is_following: bool = False


class Tally(msgspec.Struct, frozen=True, order=True):
    """Breaks of one cause and age band.

    Args:
        band: Place among the age bands, youngest first; `age` is its name.
        breaks: Those that follow no other.
        value_usd_e24: Sum of their known amounts, each taken positive.
        unknown: How many of their amounts are not known.
        following: How many more only repeat another one, of whatever cause.
    """

    cause: str
    band: int
    age: str
    breaks: int
    value_usd_e24: int
    unknown: int
    following: int = 0


def tallies(weighed: Iterable[Weighed], now_ns: int) -> list[Tally]:
    """Add breaks up by cause and age, in that order.

    Args:
        weighed: One each.
        now_ns: The instant ages are told at.
    """
    groups: defaultdict[tuple[str, int], list[Weighed]] = defaultdict(list)
    for one in weighed:
        band = age_band(age_days(one.first_seen_ns, now_ns))
        groups[one.cause, band].append(one)
    return [_tally(cause, band, ones) for (cause, band), ones in sorted(groups.items())]


def _tally(cause: str, band: int, ones: Iterable[Weighed]) -> Tally:
    weighed = list(ones)
    values = [one.value_usd_e24 for one in weighed if not one.is_following]
    return Tally(
        cause=cause,
        band=band,
        age=AGE_NAMES[band],
        breaks=len(values),
        value_usd_e24=sum(abs(value) for value in values if value is not None),
        unknown=sum(value is None for value in values),
        following=len(weighed) - len(values),
    )
