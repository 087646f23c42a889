"""Two phases for what may yet not happen: held apart while pending, then posted or voided.

While a transaction is included but not final, its entry is booked on `pending:` accounts: nothing
of it is ours yet, everything of it is seen. When it is final the pending entry is reversed and the
real one booked; when it is reorganised away or dropped it is reversed and nothing is booked. The
book does both as it does with every fact that no longer stands (`bitemporal.py`), so the pending
entry stays in it either way. What of an account is settled and what is on its way is
`domain.positions.held`'s.
"""

from __future__ import annotations

import msgspec

from domain.identity import fact_id
from domain.ledger.types import PENDING, PENDING_CAUSE, Entry, Posting, is_own


def pending_entry(entry: Entry) -> Entry:
    """Book an entry on pending accounts: the first phase. Its subject is the entry it will be."""
    name = fact_id("ledger.entry", "pending", entry.entry_id)
    postings = tuple(
        Posting(name, _waiting(one.account), one.asset, one.units) for one in entry.postings
    )
    return msgspec.structs.replace(
        entry, entry_id=name, cause=PENDING_CAUSE, postings=postings, subject=entry.entry_id
    )


def _waiting(account: str) -> str:
    return f"{PENDING}{account}" if is_own(account) else account
