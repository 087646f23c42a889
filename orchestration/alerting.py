"""What people are told of a day, once each: which alerts and which orders are due.

A break is told when it is found and told again only when it has become graver; where loop and books
differ about an order or a holding, people are told of each amount. What was told is read from the
journal: a break's evidence is worded anew by every close, an amount may change, and the same alert
in other words would be a conflict that keeps all others of the day from being written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from domain.desk import DeskCard
from domain.home import DeskHome
from domain.matching.types import Break
from domain.positions.live import Disagreement
from journal.reader import JournalReader
from journal.records import AlertRaised, HaltOrdered
from orchestration.tripping import trip_of

BREAK = "break"
"""What alerts of breaks are called."""
POSITION = "live_position"
"""What alerts are called about an order or a holding that loop and books differ about."""
INFO = "info"
"""The severity of what clears by itself: nobody is told."""
_RISING = (INFO, "medium", "high")
_BATCH = 5_000
"""Bounds memory: a record is a few hundred bytes."""

Told = dict[str, set[tuple[str, int]]]
"""Break id -> (severity, raised_ns) of each alert about it."""


def told(home: DeskHome) -> Told:
    """Read which breaks people were told of; none while there is no journal."""
    found: Told = {}
    for fact in _raised(home, BREAK):
        found.setdefault(fact.subject, set()).add((fact.severity, fact.raised_ns))
    return found


def told_positions(home: DeskHome) -> set[tuple[str, str]]:
    """Read what people were told of orders and holdings: subject and words."""
    return {(fact.subject, fact.detail) for fact in _raised(home, POSITION)}


def _raised(home: DeskHome, alert: str) -> Iterator[AlertRaised]:
    """Read the alerts of one name; none while there is no journal."""
    if not home.journal_db.exists():
        return
    seq = 0
    with JournalReader(home.journal_db) as reader:
        while page := reader.read(seq, kinds=[AlertRaised.KIND], limit=_BATCH):
            seq = page[-1].seq
            for fact in (record.fact() for record in page):
                if isinstance(fact, AlertRaised) and fact.alert == alert:
                    yield fact


def alerts_due(breaks: Iterable[Break], before: Told, now_ns: int) -> list[AlertRaised]:
    """Give the alerts that nobody has heard yet.

    Args:
        breaks: Of a day, each with those that explain it.
        before: What people were told.
        now_ns: The instant at which a break that was told is told to be graver.

    Returns:
        One a break that is more than information; none for one that only repeats another of which
        people are told.
    """
    loud = [one for one in breaks if one.severity != INFO]
    heard = {one.break_id for one in loud}
    return [
        _alert(one, before.get(one.break_id, set()), now_ns)
        for one in loud
        if not heard.intersection(one.explained_by) and not _is_told(one, before)
    ]


def positions_due(
    found: Iterable[Disagreement], day: str, before: Collection[tuple[str, str]], now_ns: int
) -> list[AlertRaised]:
    """Give the alerts about orders and holdings that nobody has heard of that day, by amount.

    Args:
        found: Of a day.
        day: ``YYYY-MM-DD``; the same amounts on another day are told again.
        before: What people were told, as :func:`told_positions` gives it.
        now_ns: When they are told.
    """
    alerts = [
        AlertRaised(
            alert=POSITION,
            severity="high",
            subject=f"{one.subject} {one.asset}",
            detail=f"{day}: the loop says {one.live_units}, the books {one.booked_units}",
            raised_ns=now_ns,
        )
        for one in found
    ]
    return [one for one in alerts if (one.subject, one.detail) not in before]


def trips_due(breaks: Iterable[Break], card: DeskCard) -> list[HaltOrdered]:
    """Give the orders that grave breaks are; one that was given before is the same fact."""
    return [trip for one in breaks if (trip := trip_of(one, card))]


def _is_told(one: Break, before: Told) -> bool:
    """Ask whether people heard of it as it is: no less grave, since the same detection."""
    known = before.get(one.break_id, set())
    return any(
        _RISING.index(severity) >= _RISING.index(one.severity) and raised_ns >= one.first_seen_ns
        for severity, raised_ns in known
    )


def _alert(one: Break, known: set[tuple[str, int]], now_ns: int) -> AlertRaised:
    is_first = one.first_seen_ns not in {raised_ns for _, raised_ns in known}
    return AlertRaised(
        alert=BREAK,
        severity=one.severity,
        subject=one.break_id,
        detail=f"{one.cause} {one.amount_units} {one.asset}: {one.evidence}",
        raised_ns=one.first_seen_ns if is_first else now_ns,
    )
