"""What moves a holding without a trade, as entries: funding, rebates, premiums, taxes, rebases.

Each is one signed amount on one account of ours, told by the venue or the chain with evidence, and
`COUNTER` says which nominal account is its other side. Liquidity that is given to a pool or taken
from it is here too: tokens against shares, several assets in one entry; and what a venue takes back
of a leg, booked when it took it back.
"""

from __future__ import annotations

from domain.errors import InputRefused
from domain.identity import fact_id
from domain.ledger.legs import against
from domain.ledger.types import (
    AIRDROP,
    AMENDMENT,
    BUST,
    EXCHANGE_FEE,
    FLASH_LOAN_PREMIUM,
    FUNDING,
    LIQUIDITY,
    REBASE,
    REBATE,
    TRANSFER_TAX,
    Entry,
    Posting,
    pair,
)
from domain.settlement.outcome import Incident, LiquidityChange, Revision

COUNTER = {
    FUNDING: "income:funding",
    REBATE: "income:rebate",
    REBASE: "income:rebase",
    AIRDROP: "income:airdrop",
    FLASH_LOAN_PREMIUM: "expense:flash_loan",
    TRANSFER_TAX: "expense:transfer_tax",
}
"""Kind -> what its other side is booked on, before the venue."""
_ALWAYS_PAID = {FLASH_LOAN_PREMIUM, TRANSFER_TAX}
_ALWAYS_RECEIVED = {REBATE, AIRDROP}


def incident_entries(one: Incident) -> list[Entry]:
    """Book an incident against the nominal account of its kind, and apart from it its fee.

    Raises:
        InputRefused: The kind is unknown, or its sign is one this kind cannot have.
    """
    if one.kind not in COUNTER:
        raise InputRefused("book a kind of incident that exists", got=one.kind, known=list(COUNTER))
    is_impossible = one.kind in _ALWAYS_PAID if one.units > 0 else one.kind in _ALWAYS_RECEIVED
    if one.units and is_impossible:
        raise InputRefused("this kind has the other sign", kind=one.kind, units=one.units)
    moved = _amount(one, one.kind, f"{COUNTER[one.kind]}:{one.venue}", one.units)
    if not one.fee_units:
        return [moved]
    return [moved, _amount(one, EXCHANGE_FEE, f"expense:fee:{one.venue}", -one.fee_units)]


def _amount(one: Incident, cause: str, other: str, units: int) -> Entry:
    name = fact_id("ledger.entry", cause, one.venue, one.incident_id)
    postings = pair(name, one.account, other, one.asset, units)
    return _entry(one, name, cause, postings, one.incident_id)


def liquidity_entry(one: LiquidityChange) -> Entry:
    """Book what a pool took and gave, each asset against the pool, which owes or is owed it."""
    name = fact_id("ledger.entry", LIQUIDITY, one.venue, one.change_id)
    postings = against(name, f"liquidity:{one.venue}", one.moves)
    return _entry(one, name, LIQUIDITY, postings, one.change_id)


def revision_entry(one: Revision) -> Entry:
    """Book what a venue took back of a leg when it took it back; the leg stays where it was.

    Against the accounts the leg was booked against, so that a bust leaves nothing on them.
    """
    cause = BUST if one.kind == BUST else AMENDMENT
    name = fact_id("ledger.entry", cause, one.revision_id)
    moved = against(name, f"trading:{one.venue}", one.moves)
    charged = against(name, f"expense:fee:{one.venue}", one.fees)
    return _entry(one, name, cause, moved + charged, one.leg_id)


def _entry(
    one: Incident | LiquidityChange | Revision,
    name: str,
    cause: str,
    postings: tuple[Posting, ...],
    subject: str,
) -> Entry:
    return Entry(
        entry_id=name,
        at_ns=one.at_ns,
        cause=cause,
        strategy=one.strategy,
        venue=one.venue,
        execution_id=one.execution_id,
        correlation_id=one.opportunity_id,
        evidence=one.evidence,
        postings=postings,
        subject=subject,
    )
