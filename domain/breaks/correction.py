"""The entry that an explained break owes, and the decision that puts it into the ledger.

What may be booked at all, and against which account, is decided in `domain/reconciliation`; here
the entry takes the cause that people justified, the hashes that prove it, and an id of both. Only a
difference of the ledger itself is booked: where journal and venue disagree the ledger has followed
the venue already. Whatever books a decision has to come through :func:`decided_entry`, which
refuses one without cause, evidence, or two different people.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from domain.breaks.case import Case, correcting_entry_id
from domain.breaks.people import is_same_person
from domain.errors import Refused
from domain.ledger.types import Entry, Posting, balanced, entry_order
from domain.matching.types import HELD, STRAYS
from domain.reconciliation.causes import Cause
from domain.reconciliation.correction import correcting_entry as proposed
from domain.reconciliation.types import Break

SUSPENSE = "suspense:unexplained"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Two people decided that an entry stands, or one took that back.

    Args:
        period: The UTC day it mends.
        account, counter: What receives `units` of `asset`, and what gives them.
        counts_ns: The instant it counts at, within its period.
        is_withdrawn: The break was reopened: the entry stands no more.
    """

    entry_id: str
    break_id: str
    period: str
    cause: str
    account: str
    counter: str
    asset: str
    units: int
    evidence_sha256: tuple[str, ...]
    prepared_by: str
    approved_by: str
    note: str
    counts_ns: int
    decided_ns: int
    is_withdrawn: bool = False


def correcting_entry(case: Case, at_ns: int) -> Entry | None:
    """Write the entry of a case.

    Args:
        case: Explained or further on.
        at_ns: When it takes effect in the books.

    Returns:
        The entry; None where its cause is not mended by booking, the ledger is not what is wrong,
        or no known amount moves.

    Raises:
        Refused: The case has no cause or no evidence.
    """
    entry_id, found = correcting_entry_id(case), case.found
    if not found.amount_units or not found.account or not found.asset:
        return None
    if found.recon == STRAYS:
        return _moved_on(case, entry_id, at_ns)
    return _on_the_account(case, entry_id, at_ns) if found.recon == HELD else None


def _on_the_account(case: Case, entry_id: str, at_ns: int) -> Entry | None:
    """Book a difference of the comparison whose internal side is the ledger, on its account."""
    found = case.found
    entry = proposed(
        Break(
            id=found.break_id,
            cause=Cause(case.cause),
            left_ids=(),
            right_ids=(),
            asset=found.asset,
            amount_units=found.amount_units or 0,
            explanation=case.note,
            account=found.account,
            time_ns=at_ns,
        )
    )
    if entry is None:
        return None
    postings = tuple(msgspec.structs.replace(one, entry_id=entry_id) for one in entry.postings)
    evidence = " ".join(case.evidence_sha256)
    return msgspec.structs.replace(entry, entry_id=entry_id, postings=postings, evidence=evidence)


def _moved_on(case: Case, entry_id: str, at_ns: int) -> Entry:
    """Move on what moved without an intent: it is in the ledger already, in suspense."""
    units = case.found.amount_units or 0
    side = "income" if units > 0 else "expense"
    counter = f"{side}:{case.cause.lower()}"
    return _entry(
        entry_id,
        at_ns,
        case.cause,
        case.found.break_id,
        case.evidence_sha256,
        (
            Posting(entry_id, SUSPENSE, case.found.asset, units),
            Posting(entry_id, counter, case.found.asset, -units),
        ),
    )


def decision_of(case: Case, at_ns: int, decided_ns: int) -> Decision | None:
    """Give the decision an approved case stands for; None where it owes no entry.

    Args:
        case: Approved, or signed off.
        at_ns: When its entry counts.
        decided_ns: When it was decided.

    Raises:
        Refused: It was not approved.
    """
    if not case.is_decided:
        raise Refused("have this approved before it is booked", break_id=case.found.break_id)
    entry = correcting_entry(case, at_ns)
    if entry is None:
        return None
    own, counter = entry.postings
    return Decision(
        entry_id=entry.entry_id,
        break_id=case.found.break_id,
        period=case.found.day,
        cause=case.cause,
        account=own.account,
        counter=counter.account,
        asset=own.asset,
        units=own.units,
        evidence_sha256=case.evidence_sha256,
        prepared_by=case.preparer,
        approved_by=case.reviewer,
        note=case.note,
        counts_ns=at_ns,
        decided_ns=decided_ns,
    )


def decided_entry(one: Decision) -> Entry:
    """Book a decision: the only door through which a difference gets into the ledger.

    Raises:
        Refused: It has no cause, no evidence, or one person both prepared and approved it.
    """
    if not one.cause or not one.evidence_sha256:
        raise Refused("book a difference only with a cause and evidence", entry_id=one.entry_id)
    people = one.prepared_by.strip(), one.approved_by.strip()
    if not all(people) or is_same_person(*people):
        raise Refused("book a difference only when two people stand for it", entry_id=one.entry_id)
    return _entry(
        one.entry_id,
        one.counts_ns,
        one.cause,
        one.break_id,
        one.evidence_sha256,
        (
            Posting(one.entry_id, one.account, one.asset, one.units),
            Posting(one.entry_id, one.counter, one.asset, -one.units),
        ),
    )


def standing(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Give the decisions that stand, by entry: the last word about it, unless it took it back."""
    ordered = sorted(decisions, key=lambda one: (one.decided_ns, one.is_withdrawn))
    last = {one.entry_id: one for one in ordered}
    return {name: one for name, one in last.items() if not one.is_withdrawn}


def entries_standing(decisions: Iterable[Decision], period: str) -> list[Entry]:
    """Book the decisions about a period that stand, in the order of the book."""
    mine = (one for one in standing(decisions).values() if one.period == period)
    return sorted((decided_entry(one) for one in mine), key=entry_order)


def _entry(
    entry_id: str,
    at_ns: int,
    cause: str,
    break_id: str,
    evidence_sha256: Iterable[str],
    postings: tuple[Posting, Posting],
) -> Entry:
    return balanced(
        Entry(
            entry_id=entry_id,
            at_ns=at_ns,
            cause=f"correction:{cause}",
            strategy="desk",
            venue=postings[0].account.partition(":")[0],
            execution_id="",
            correlation_id="",
            evidence=" ".join(evidence_sha256),
            postings=postings,
            subject=break_id,
        )
    )
