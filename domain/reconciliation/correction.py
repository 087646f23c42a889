"""The entry that would correct internal's books, for somebody to approve; nothing is booked here.

External minus internal goes on the account the break is about, against a nominal account that
names the cause; so the entry balances and the correction stays visible.
"""

from __future__ import annotations

from domain.identity import fact_id
from domain.ledger.types import Entry, Posting, balanced
from domain.reconciliation.causes import CLEARS_BY_ITSELF, Cause
from domain.reconciliation.types import Break

_NOT_BOOKED = CLEARS_BY_ITSELF | {
    Cause.UNEXPLAINED,
    Cause.SOURCE_FAILURE,
    Cause.SHARED_SOURCE,
    Cause.STALE_SNAPSHOT,
    Cause.MISSING_EXTERNAL,
    Cause.ACCOUNT,
    Cause.ASSET,
    Cause.WRAPPED,
    Cause.TOKEN_MIGRATION,
    Cause.INTERNAL_TRANSFER,
}
"""What one posting cannot mend: it clears, is chased, rerun, remapped or paired."""


def correcting_entry(broken: Break) -> Entry | None:
    """Give the entry that makes internal say what external says; None where none may be booked.

    A cause nobody could justify, a comparison that is invalid and what clears by itself are never
    booked away.
    """
    if broken.cause in _NOT_BOOKED or not broken.amount_units or not broken.asset:
        return None
    is_fee = broken.cause in (Cause.FEE_AMOUNT, Cause.FEE_ASSET)
    units = -broken.amount_units if is_fee else broken.amount_units
    entry_id = fact_id("entry", "correction", broken.id)
    legs = ((broken.account, units), (f"suspense:{broken.cause.value.lower()}", -units))
    return balanced(
        Entry(
            entry_id=entry_id,
            at_ns=broken.time_ns,
            cause=f"correction:{broken.cause.value}",
            strategy="desk",
            venue=broken.account.partition(":")[0],
            execution_id="",
            correlation_id="",
            evidence=f"break {broken.id}: {broken.explanation}",
            postings=tuple(
                Posting(entry_id, account, broken.asset, amount) for account, amount in legs
            ),
            subject=broken.id,
        )
    )
