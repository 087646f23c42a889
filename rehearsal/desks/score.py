"""How good a reconciliation was, against the truth of the desk it was given.

Anybody's report is scored alike: it is a list of breaks with causes and ids, and of matches that
were made without asking. A fault is found when a break of its cause names it; a break is right when
a fault of its cause is what it is about. Money is exact: base units, valued only to be summed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

import msgspec

from rehearsal.desks.faults.hand import Fault, leg_of
from rehearsal.desks.lines import Event

UNEXPLAINED = "UNEXPLAINED"


class Said(NamedTuple):
    """One break as a report told it; names are ``left:<id>`` and ``right:<id>``."""

    cause: str
    names: frozenset[str]
    asset: str
    units: int


class Answer(NamedTuple):
    """One report: its breaks, what it matched without asking, and what it only suggested."""

    breaks: list[Said]
    matched: list[frozenset[str]]
    suggested: list[frozenset[str]]


class Truth(NamedTuple):
    """What a report is held against.

    Args:
        faults: What was broken.
        partners: Name -> event and leg, of every line of both sides.
        price_e6: Asset -> millionths of the book currency for one base unit.
    """

    faults: list[Fault]
    partners: Mapping[str, tuple[int, str]]
    price_e6: Mapping[str, Fraction]


class Score(msgspec.Struct):
    """Counts of one or many reports; scores of parts add up to that of the whole.

    Args:
        struck, found: Faults by cause, and those a report found.
        told, right: Breaks by cause, and those that were right.
        false_matches: Matches made without asking, of lines that are not each other's.
        false_resolves: Faults that were matched away: no break and no suggestion names them.
        unexplained_e6: Money, in millionths of the book currency, that no right break explains.
    """

    struck: Counter[str] = msgspec.field(default_factory=Counter)
    found: Counter[str] = msgspec.field(default_factory=Counter)
    told: Counter[str] = msgspec.field(default_factory=Counter)
    right: Counter[str] = msgspec.field(default_factory=Counter)
    reports: int = 0
    matches: int = 0
    suggestions: int = 0
    false_matches: int = 0
    false_resolves: int = 0
    unexplained_e6: Fraction = Fraction(0)

    def add(self, other: Score) -> None:
        """Add another score to this one."""
        for name in Score.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def partners_of(events: Iterable[Event]) -> Iterator[tuple[str, tuple[int, str]]]:
    """Name every line and tell which event and leg it belongs to."""
    for event in events:
        for side, lines in (("left", event.left), ("right", event.right)):
            for line in lines:
                yield f"{side}:{line.id}", (event.number, leg_of(line))


def score(answer: Answer, truth: Truth) -> Score:
    """Hold one report against the truth."""
    total = Score(reports=1, matches=len(answer.matched), suggestions=len(answer.suggested))
    seen = _Seen(answer)
    for fault in truth.faults:
        total.struck[fault.cause] += 1
        total.found[fault.cause] += seen.finds(fault)
        total.false_resolves += seen.resolves(fault)
        total.unexplained_e6 += _unexplained_e6(fault, answer.breaks, truth)
    for said in answer.breaks:
        total.told[said.cause] += 1
        is_right = any(_is_about(said, fault) for fault in truth.faults)
        total.right[said.cause] += is_right
        if said.cause == UNEXPLAINED and not is_right:
            total.unexplained_e6 += _value_e6({said.asset: said.units}, truth)
    total.false_matches = sum(not _belongs(names, truth) for names in answer.matched)
    return total


class _Seen:
    """What a report named, by what it said of it."""

    def __init__(self, answer: Answer) -> None:
        self._by_cause: defaultdict[str, set[str]] = defaultdict(set)
        self._open: set[str] = set()
        for said in answer.breaks:
            self._by_cause[said.cause] |= said.names
            self._open |= said.names
        for names in answer.suggested:
            self._open |= names

    def finds(self, fault: Fault) -> bool:
        named = self._by_cause[fault.cause]
        return all(not named.isdisjoint(group) for group in fault.needs)

    def resolves(self, fault: Fault) -> bool:
        return any(self._open.isdisjoint(group) for group in fault.needs)


def _is_about(said: Said, fault: Fault) -> bool:
    """Ask whether a break tells of a fault, under its cause or another that is true too."""
    if said.cause != fault.cause and said.cause not in fault.also:
        return False
    return not said.names.isdisjoint(fault.about) or any(
        not said.names.isdisjoint(group) for group in fault.needs
    )


def _unexplained_e6(fault: Fault, breaks: Iterable[Said], truth: Truth) -> Fraction:
    """Value what a fault moved and the breaks of its cause do not add up to."""
    left = Counter(fault.money)
    for said in breaks:
        if said.asset in left and said.cause == fault.cause and _is_about(said, fault):
            left[said.asset] -= said.units
    return Fraction(0) if fault.cause == UNEXPLAINED else _value_e6(left, truth)


def _value_e6(units: Mapping[str, int], truth: Truth) -> Fraction:
    worth = (abs(count) * truth.price_e6.get(asset, Fraction(1)) for asset, count in units.items())
    return sum(worth, Fraction(0))


def _belongs(names: frozenset[str], truth: Truth) -> bool:
    """Ask whether the lines of a match are the same legs on both sides."""
    left = {truth.partners.get(name) for name in names if name.startswith("left:")}
    right = {truth.partners.get(name) for name in names if name.startswith("right:")}
    return left == right
