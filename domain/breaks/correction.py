"""The entry that an explained break owes: what reconciliation would book, under people's names.

What may be booked at all, and against which account, is decided in `domain/reconciliation`; here
the entry takes the cause that people justified, the hashes that prove it, and an id of both. A case
without cause and evidence has no entry.
"""

from __future__ import annotations

from msgspec import structs

from domain.breaks.case import Case, correcting_entry_id
from domain.ledger.types import Entry
from domain.reconciliation.causes import Cause
from domain.reconciliation.correction import correcting_entry as proposed
from domain.reconciliation.types import Break


def correcting_entry(case: Case, at_ns: int) -> Entry | None:
    """Write the entry of a case.

    Args:
        case: Explained or further on.
        at_ns: When it takes effect in the books.

    Returns:
        The entry; None where its cause is not mended by booking, or no known amount moves.

    Raises:
        Refused: The case has no cause or no evidence.
    """
    entry_id, found = correcting_entry_id(case), case.found
    if not found.amount_units or not found.account or not found.asset:
        return None
    entry = proposed(
        Break(
            id=found.break_id,
            cause=Cause(case.cause),
            left_ids=(),
            right_ids=(),
            asset=found.asset,
            amount_units=found.amount_units,
            explanation=case.note,
            account=found.account,
            time_ns=at_ns,
        )
    )
    if entry is None:
        return None
    postings = tuple(structs.replace(one, entry_id=entry_id) for one in entry.postings)
    evidence = " ".join(case.evidence_sha256)
    return structs.replace(entry, entry_id=entry_id, postings=postings, evidence=evidence)
