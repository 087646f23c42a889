"""Fills that a venue takes back or corrects: which legs stand, in whatever order one is told.

A bust may arrive before the fill it busts, and a correction before either; the last word about a
leg counts, by the time it was said. What that changes in the book is `bitemporal.py`'s: a reversal
and, for a correction, the leg anew.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from domain.errors import InputRefused
from domain.settlement.outcome import Leg


class Amendment(msgspec.Struct, frozen=True):
    """A venue's last word about a leg.

    Args:
        leg_id: Which leg.
        leg: As corrected; None when busted.
        said_ns: The venue's time of saying so; a later word counts over an earlier one.
        evidence: What proves it: the venue's execution id, a statement line.
    """

    leg_id: str
    leg: Leg | None
    said_ns: int
    evidence: str


def standing_legs(legs: Iterable[Leg], amendments: Iterable[Amendment]) -> list[Leg]:
    """Give the legs as they stand after everything that was said of them.

    Returns:
        In the order of time and id. A correction of a leg nobody reported is not a leg: it waits
        for its fill, as a bust does.

    Raises:
        InputRefused: A correction is about another leg than it names.
    """
    words = sorted(amendments, key=lambda one: (one.said_ns, one.leg is None, one.evidence))
    last = {one.leg_id: _checked(one) for one in words}
    found: list[Leg] = []
    for leg in {leg.leg_id: leg for leg in legs}.values():
        word = last.get(leg.leg_id)
        if word is None:
            found.append(leg)
        elif word.leg is not None:
            evidence = f"{word.leg.evidence} corrected by {word.evidence}"
            found.append(msgspec.structs.replace(word.leg, evidence=evidence))
    return sorted(found, key=lambda leg: (leg.at_ns, leg.leg_id))


def _checked(one: Amendment) -> Amendment:
    if one.leg is not None and one.leg.leg_id != one.leg_id:
        raise InputRefused("a correction keeps its leg's id", names=one.leg_id, has=one.leg.leg_id)
    return one
