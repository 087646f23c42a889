"""What agreed: each event that both sides tell alike, and what was brought together to look at.

`domain.reconciliation` matches rows of money; here its matches become one record an event, told of
by the sources' own ids. A suggestion is for people: nothing is settled by it, and the break it is
about stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from domain.matching.types import Break
from domain.reconciliation.types import Match, Row
from domain.settlement.strands import Key


class MatchMade(msgspec.Struct, frozen=True, gc=False):
    """One event that two sources tell, or may both be telling.

    Args:
        recon: Which comparison made it.
        subject: What it is about, by internal's name: client order id, trade id, tx hash.
        is_suggested: Whether people have to look: nothing is settled by it.
        rule: What brought them together: the key they share, or ``nearest``, ``sum``, ``alike``.
        internal_ids, external_ids: The sources' own ids, with a comma between.
        assets: What agreed, with a comma between; what of the event differs is a break.
        differences: What was accepted, cause, units and asset; "" where they agree to the unit.
        runner_up: External ids of the next best answer; "" when there is none.
        margin: How much worse that is: fields, units and nanoseconds; "" when there is none.
    """

    recon: str
    subject: str
    is_suggested: bool
    rule: str
    internal_ids: str
    external_ids: str
    assets: str
    differences: str
    runner_up: str
    margin: str
    at_ns: int


class Compared(NamedTuple):
    """What a comparison found: what disagrees, and what agreed or may.

    Args:
        waiting: What is not done with, by the keys of `strands.py`: what a break is about, what one
            side alone tells and what came after the cut-off. All else is told by its own facts.
    """

    breaks: list[Break]
    matches: list[MatchMade]
    waiting: frozenset[Key] = frozenset()


class Sides(NamedTuple):
    """Two sources as rows by id; rows of one event share its name as their ref.

    Args:
        left: Internal rows.
        right: External rows.
        made_of: External row id -> the source's ids it sums up.
    """

    left: dict[str, Row]
    right: dict[str, Row]
    made_of: dict[str, tuple[str, ...]]


def matches_made(
    recon: str, sides: Sides, matches: Iterable[Match], *, is_suggested: bool = False
) -> Iterator[MatchMade]:
    """Tell matches of rows as matches of events.

    Args:
        recon: The comparison.
        sides: The rows that were compared, by id.
        matches: As the rows were matched.
        is_suggested: Whether they settle nothing.
    """
    found: dict[tuple[str, tuple[str, ...], str], list[Match]] = {}
    for one in matches:
        subject = sides.left[one.left_ids[0]].ref
        found.setdefault((subject, _sources(sides, one.right_ids), one.rule), []).append(one)
    for (subject, sources, rule), ones in found.items():
        rows = [sides.left[name] for one in ones for name in one.left_ids]
        others = _sources(sides, [name for one in ones for name in one.runner_up])
        yield MatchMade(
            recon,
            subject,
            is_suggested,
            rule,
            _listed([row.ref for row in rows]),
            _listed(sources),
            _listed(sorted([row.asset for row in rows])),
            _differences(ones),
            _listed(others),
            _margin(ones),
            rows[0].time_ns,
        )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ",".join(dict.fromkeys(names))


def _sources(sides: Sides, names: Sequence[str]) -> tuple[str, ...]:
    """Give the sources' own ids of external rows."""
    if len(names) == 1:
        return sides.made_of[names[0]]
    return tuple(source for name in names for source in sides.made_of[name])


def _differences(ones: Iterable[Match]) -> str:
    told = [gap for one in ones for gap in one.differences]
    return "; ".join(f"{gap.cause} {gap.amount_units} {gap.asset}" for gap in told)


def _margin(ones: Iterable[Match]) -> str:
    """Write the narrowest margin of an event's rows."""
    margins = [one.margin for one in ones if one.margin is not None]
    if not margins:
        return ""
    fields, units, ns = min(margins)
    return f"{fields} fields, {units} units, {ns} ns"
