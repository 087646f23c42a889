"""Two phases for what may yet not happen: held apart while pending, then posted or voided.

While a transaction is included but not final, its entry is booked on `pending:` accounts: nothing
of it is ours yet, everything of it is seen. Posting takes the pending entry back and books the real
one; voiding (a reorg, a drop) takes it back and books nothing. Both leave the pending entry in the
book.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from domain.identity import fact_id
from domain.ledger.types import PENDING, PENDING_CAUSE, Entry, Posting, is_own


class Holding(msgspec.Struct, frozen=True):
    """What one account has of one asset: settled, and what is on its way.

    Args:
        settled_units: Final; ours.
        incoming_units: Pending receipts, positive.
        outgoing_units: Pending payments, positive: settled still, but not free.
    """

    account: str
    asset: str
    settled_units: int
    incoming_units: int
    outgoing_units: int

    @property
    def provisional_units(self) -> int:
        """What it will be if everything pending is posted."""
        return self.settled_units + self.incoming_units - self.outgoing_units

    @property
    def free_units(self) -> int:
        """What may be spent again: settled and not promised."""
        return self.settled_units - self.outgoing_units


def pending_entry(entry: Entry) -> Entry:
    """Book an entry on pending accounts: the first phase."""
    return _beside(entry, "pending", 1)


def released_entry(entry: Entry, at_ns: int, why: str) -> Entry:
    """Take the pending entry of an entry back, when it is posted or voided: the second phase.

    Args:
        entry: The real one, as when it was made pending.
        at_ns: When it was decided.
        why: ``posted``, or what made it void.
    """
    released = _beside(entry, "released", -1)
    return msgspec.structs.replace(released, at_ns=at_ns, evidence=f"{why}: {entry.evidence}")


def holdings(entries: Iterable[Entry]) -> list[Holding]:
    """Sum what accounts have, settled and pending, ordered by account and asset.

    Pending receipts and payments of one entry are summed apart from those of others: what one
    transaction will bring does not pay for what another will take.
    """
    settled: defaultdict[tuple[str, str], int] = defaultdict(int)
    waiting: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for entry in entries:
        for one in entry.postings:
            if is_own(one.account):
                settled[one.account, one.asset] += one.units
            elif one.account.startswith(PENDING):
                owner = one.account.removeprefix(PENDING)
                waiting[owner, one.asset, entry.subject] += one.units
    incoming: defaultdict[tuple[str, str], int] = defaultdict(int)
    outgoing: defaultdict[tuple[str, str], int] = defaultdict(int)
    for (owner, asset, _), units in waiting.items():
        (incoming if units > 0 else outgoing)[owner, asset] += abs(units)
    return [
        Holding(*key, settled[key], incoming[key], outgoing[key])
        for key in sorted({*settled, *incoming, *outgoing})
    ]


def _beside(entry: Entry, phase: str, sign: int) -> Entry:
    name = fact_id("ledger.entry", phase, entry.entry_id)
    postings = tuple(
        Posting(name, _waiting(one.account), one.asset, sign * one.units) for one in entry.postings
    )
    return msgspec.structs.replace(
        entry, entry_id=name, cause=PENDING_CAUSE, postings=postings, subject=entry.entry_id
    )


def _waiting(account: str) -> str:
    return f"{PENDING}{account}" if is_own(account) else account
