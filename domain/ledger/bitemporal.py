"""A book with two times: when something was so, and when we learned it. Nothing is ever changed.

Notices come in: at `known_ns` an entry stands, stands otherwise, or does not stand. Bookings go
out, appended only. What stood before is reversed by an entry of its own, what stands now is booked
anew; where the period of either is locked, it is booked at the start of the open period instead, as
a prior-period adjustment. So every number can be derived as of both times: leave out what was known
later, sum what was booked before. Which periods are locked is `periods.py`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import msgspec

from domain.identity import fact_id
from domain.ledger.periods import PeriodMark, open_from_ns
from domain.ledger.types import (
    CORRECTION,
    PENDING_CAUSE,
    PRIOR_PERIOD,
    Entry,
    Posting,
    canonical_entry,
    entry_order,
    is_own,
)

FACT = "fact"
REVERSAL = "reversal"
"""What a booking does with its fact."""
POSTED = "posted: it is final and booked"
VOIDED = "voided: no source shows it any more, and it never became final"
"""Why a pending entry is taken back; its subject is the entry it would be."""
FOREVER_NS = 2**63 - 1


class Notice(msgspec.Struct, frozen=True):
    """What we learned of one entry at one instant.

    Args:
        known_ns: When we learned it.
        entry_id: Which economic event; the entry's own id.
        entry: As it stands now; None when it does not stand.
        reason: Why it is not what it was: amended, busted, reorged, late. Empty when it is new.
    """

    known_ns: int
    entry_id: str
    entry: Entry | None
    reason: str = ""


class Booking(msgspec.Struct, frozen=True):
    """One row of the immutable book: a fact, where it counts, and when it came to be known.

    Args:
        booking_id: Deterministic.
        known_ns: When we learned it; the knowledge time of every posting of :func:`entry_of`.
        booked_ns: Where it counts; `fact.at_ns`, when it happened, unless that period was locked.
        kind: ``fact``, or ``reversal`` of one.
        is_adjustment: Whether it counts in a later period than it happened in.
        corrects: The booking a reversal takes back; empty for a fact.
        reason: Of the notice.
        fact: The entry as it happened.
    """

    booking_id: str
    known_ns: int
    booked_ns: int
    kind: str
    is_adjustment: bool
    corrects: str
    reason: str
    fact: Entry


def book(
    notices: Iterable[Notice],
    marks: Sequence[PeriodMark] = (),
    log: Sequence[Booking] = (),
) -> list[Booking]:
    """Append what notices change to a book.

    Args:
        notices: In any order; all learned after everything in `log`.
        marks: Which periods were locked and reopened, and when.
        log: What is booked already.

    Returns:
        The new bookings, in the order they became known. The same notices give the same bookings,
        whatever order they come in, at once or in stretches of knowledge time; one that says
        nothing new gives none.
    """
    standing = _standing(log)
    made: list[Booking] = []
    for notice in sorted(notices, key=_order):
        made += _booked(notice, standing, open_from_ns(marks, notice.known_ns))
    return made


def notices_of(
    before: Iterable[Entry], after: Iterable[Entry], known_ns: int, late: str = ""
) -> list[Notice]:
    """Say what is to be learned when a view of the facts is made again.

    Args:
        before: What stood so far.
        after: What stands now.
        known_ns: When the new view was made.
        late: Why what is new was not known before; empty while the day is still being booked.
    """
    stood = {entry.entry_id: entry for entry in before}
    stands = {entry.entry_id: entry for entry in after}
    return [
        Notice(known_ns, name, stands.get(name), _reason(stood.get(name), stands, name, late))
        for name in sorted({*stood, *stands})
        if stood.get(name) != stands.get(name)
    ]


def _reason(before: Entry | None, stands: Mapping[str, Entry], name: str, late: str) -> str:
    if before is None:
        return late
    if name in stands:
        return "the sources say otherwise now"
    if before.cause == PENDING_CAUSE:
        return POSTED if before.subject in stands else VOIDED
    return "no source says it any more"


def facts_standing(log: Iterable[Booking]) -> list[Entry]:
    """Give the facts that stand, as they happened, wherever they were booked."""
    return sorted((one.fact for one in _standing(log).values()), key=entry_order)


def entry_of(one: Booking) -> Entry:
    """Give the entry a booking makes: the fact itself, its reversal, or an adjustment."""
    if one.kind == FACT and not one.is_adjustment:
        return one.fact
    sign = 1 if one.kind == FACT else -1
    name = one.booking_id
    postings = tuple(Posting(name, p.account, p.asset, sign * p.units) for p in one.fact.postings)
    return msgspec.structs.replace(
        one.fact,
        entry_id=name,
        at_ns=one.booked_ns,
        cause=PRIOR_PERIOD if one.is_adjustment else CORRECTION,
        postings=postings,
        subject=one.fact.entry_id,
    )


def entries_booked(log: Iterable[Booking], known_ns: int = FOREVER_NS) -> list[Entry]:
    """Give the book as it was known at an instant: what it says, in its order.

    A booking and its reversal at the same place are left out together, so that a day whose facts
    were corrected before its lock reads as if they had always been right.
    """
    known = {one.booking_id: one for one in log if one.known_ns <= known_ns}
    undone: set[str] = set()
    for one in known.values():
        if one.corrects in known and known[one.corrects].booked_ns == one.booked_ns:
            undone |= {one.booking_id, one.corrects}
    kept = (entry_of(one) for name, one in known.items() if name not in undone)
    return sorted(kept, key=entry_order)


def units_as_of(
    log: Iterable[Booking], valid_ns: int = FOREVER_NS, known_ns: int = FOREVER_NS
) -> dict[tuple[str, str], int]:
    """Sum what our accounts held before one instant, as known at another.

    Returns:
        (account, asset) -> units; an account that went back to 0 is present with 0.
    """
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for one in log:
        if one.known_ns <= known_ns and one.booked_ns < valid_ns:
            for posting in entry_of(one).postings:
                if is_own(posting.account):
                    sums[posting.account, posting.asset] += posting.units
    return dict(sums)


def _order(notice: Notice) -> tuple[int, str, bytes]:
    written = canonical_entry(notice.entry) if notice.entry else b""
    return notice.known_ns, notice.entry_id, written


def _standing(log: Iterable[Booking]) -> dict[str, Booking]:
    """Find, for each fact, the booking that stands: the last one nothing has taken back.

    What takes it back may lie behind what stands instead, where the two count in different periods.
    """
    standing: dict[str, Booking] = {}
    for one in log:
        name = one.fact.entry_id
        if one.kind == FACT:
            standing[name] = one
        elif name in standing and standing[name].booking_id == one.corrects:
            del standing[name]
    return standing


def _booked(notice: Notice, standing: dict[str, Booking], open_ns: int) -> list[Booking]:
    before, entry = standing.get(notice.entry_id), notice.entry
    if (before.fact if before else None) == entry:
        return []
    made: list[Booking] = []
    if before is not None:
        made.append(_reversal(before, notice, open_ns))
        del standing[notice.entry_id]
    if entry is not None:
        made.append(_fact(entry, notice, open_ns))
        standing[notice.entry_id] = made[-1]
    return made


def _fact(entry: Entry, notice: Notice, open_ns: int) -> Booking:
    digest = sha256(canonical_entry(entry)).hexdigest()
    return Booking(
        booking_id=fact_id("ledger.booking", FACT, notice.known_ns, digest),
        known_ns=notice.known_ns,
        booked_ns=max(entry.at_ns, open_ns),
        kind=FACT,
        is_adjustment=entry.at_ns < open_ns,
        corrects="",
        reason=notice.reason,
        fact=entry,
    )


def _reversal(before: Booking, notice: Notice, open_ns: int) -> Booking:
    return Booking(
        booking_id=fact_id("ledger.booking", REVERSAL, before.booking_id),
        known_ns=notice.known_ns,
        booked_ns=max(before.booked_ns, open_ns),
        kind=REVERSAL,
        is_adjustment=before.is_adjustment or before.booked_ns < open_ns,
        corrects=before.booking_id,
        reason=notice.reason,
        fact=before.fact,
    )
