"""From what moved to entries: one builder a kind of movement, each balanced by construction.

Opening, deposit or withdrawal and its fee, gas, gas of a failure, transfer between our addresses,
conversion, unexplained; trades and their fees are in `legs.py`, incidents in `incidents.py`,
transfers from and to an exchange in `transits.py`. The difference of a movement goes to a nominal
account that says where to; there is no builder for "difference". Gas of a transaction over several
venues is shared among them by largest remainder, so that the parts sum to the whole wei.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from domain.identity import fact_id
from domain.ledger.incidents import incident_entries, liquidity_entry, revision_entry
from domain.ledger.legs import against, each_leg_entry
from domain.ledger.series import Read
from domain.ledger.transits import transit_entries
from domain.ledger.types import (
    CONVERSION,
    EXCHANGE_FEE,
    FAILED_GAS,
    GAS,
    OPENING,
    TRANSFER,
    UNEXPLAINED,
    Entry,
    Posting,
    balanced,
    entry_order,
    pair,
)
from domain.matching.types import BalanceClaim
from domain.money import split_by_largest_remainder
from domain.settlement.outcome import (
    Conversion,
    ExternalFlow,
    GasPaid,
    InternalTransfer,
    Move,
    Settlement,
    UnexplainedMovement,
)

DESK = "desk"


def entries_of(settlement: Settlement) -> Read:
    """Book everything that moved.

    Returns:
        Balanced entries in the order of the book; the same for any order of what moved.

    Raises:
        InvariantBroken: An entry would not balance (a bug in a builder).
    """
    others = (
        *(entry for paid in settlement.gas for entry in gas_entries(paid)),
        *(transfer_entry(transfer) for transfer in settlement.transfers),
        *(conversion_entry(conversion) for conversion in settlement.conversions),
        *(entry for flow in settlement.flows for entry in flow_entries(flow)),
        *(unexplained_entry(movement) for movement in settlement.unexplained),
        *(entry for one in settlement.incidents for entry in incident_entries(one)),
        *(revision_entry(one) for one in settlement.revisions),
        *(liquidity_entry(one) for one in settlement.liquidity),
        *(entry for one in settlement.transits for entry in transit_entries(one)),
    )
    return Read(chain(each_leg_entry(settlement.legs), [*map(balanced, others)]))


def opening_entries(claims: Iterable[BalanceClaim]) -> list[Entry]:
    """Book what we held when the desk opened, as the outside said.

    Unknown is left out rather than taken for zero: comparing the closing balance shows it.
    """
    known = (claim for claim in claims if claim.units)
    return sorted((_opening(claim, claim.units or 0) for claim in known), key=entry_order)


def _opening(claim: BalanceClaim, units: int) -> Entry:
    entry_id = _entry_id(OPENING, claim.account, claim.asset)
    return Entry(
        entry_id=entry_id,
        at_ns=claim.at_ns,
        cause=OPENING,
        strategy=DESK,
        venue=claim.source,
        execution_id="",
        correlation_id="",
        evidence=claim.anchor,
        postings=pair(entry_id, claim.account, "equity:opening", claim.asset, units),
        subject=claim.account,
    )


def gas_entries(paid: GasPaid) -> list[Entry]:
    """Book a transaction's fee, shared equally among its venues to the last wei."""
    shares = split_by_largest_remainder(paid.fee_wei, [1] * len(paid.venues))
    cause = FAILED_GAS if paid.is_failed else GAS
    return [
        _gas(paid, cause, venue, share)
        for venue, share in zip(paid.venues, shares, strict=True)
        if share
    ]


def _gas(paid: GasPaid, cause: str, venue: str, wei: int) -> Entry:
    entry_id = _entry_id(cause, paid.block_hash, paid.tx_hash, venue)
    return Entry(
        entry_id=entry_id,
        at_ns=paid.at_ns,
        cause=cause,
        strategy=paid.strategy,
        venue=venue,
        execution_id=paid.execution_id,
        correlation_id=paid.opportunity_id,
        evidence=paid.tx_hash,
        postings=pair(entry_id, paid.account, f"expense:{cause}:{venue}", paid.asset, -wei),
        subject=paid.tx_hash,
    )


def transfer_entry(transfer: InternalTransfer) -> Entry:
    """Book a move between two accounts of ours: both sides in one entry, nothing earned."""
    entry_id = _entry_id(TRANSFER, transfer.transfer_id)
    postings = pair(entry_id, transfer.recipient, transfer.sender, transfer.asset, transfer.units)
    return Entry(
        entry_id=entry_id,
        at_ns=transfer.at_ns,
        cause=TRANSFER,
        strategy=transfer.strategy,
        venue="chain",
        execution_id=transfer.execution_id,
        correlation_id="",
        evidence=transfer.evidence,
        postings=postings,
        subject=transfer.transfer_id,
    )


def conversion_entry(conversion: Conversion) -> Entry:
    """Book a wrap or unwrap: one asset goes, another of the same underlying comes."""
    entry_id = _entry_id(CONVERSION, conversion.conversion_id)
    gone = Move(conversion.account, conversion.from_asset, -conversion.units)
    come = Move(conversion.account, conversion.to_asset, conversion.units)
    return _desk_entry(
        entry_id,
        conversion.at_ns,
        CONVERSION,
        "chain",
        conversion.evidence,
        against(entry_id, "conversion:wrapped", (gone, come)),
        conversion.conversion_id,
    )


def flow_entries(flow: ExternalFlow) -> list[Entry]:
    """Book capital that came or went, and apart from it what the venue charged for moving it."""
    entry_id = _entry_id(flow.kind, flow.flow_id)
    capital = _desk_entry(
        entry_id,
        flow.at_ns,
        flow.kind,
        flow.venue,
        flow.evidence,
        pair(entry_id, flow.account, f"external:{flow.venue}", flow.asset, flow.units),
        flow.flow_id,
    )
    return [capital, _flow_fee(flow)] if flow.fee_units else [capital]


def _flow_fee(flow: ExternalFlow) -> Entry:
    entry_id = _entry_id(EXCHANGE_FEE, flow.flow_id)
    account = f"expense:fee:{flow.venue}"
    return _desk_entry(
        entry_id,
        flow.at_ns,
        EXCHANGE_FEE,
        flow.venue,
        flow.evidence,
        pair(entry_id, flow.account, account, flow.asset, -flow.fee_units),
        flow.flow_id,
    )


def unexplained_entry(movement: UnexplainedMovement) -> Entry:
    """Book what moved without an intent to suspense, where it stays until somebody says why."""
    entry_id = _entry_id(UNEXPLAINED, movement.movement_id)
    return _desk_entry(
        entry_id,
        movement.at_ns,
        UNEXPLAINED,
        movement.venue,
        movement.evidence,
        pair(entry_id, movement.account, "suspense:unexplained", movement.asset, movement.units),
        movement.movement_id,
    )


def _desk_entry(
    entry_id: str,
    at_ns: int,
    cause: str,
    venue: str,
    evidence: str,
    postings: tuple[Posting, ...],
    subject: str,
) -> Entry:
    return Entry(
        entry_id=entry_id,
        at_ns=at_ns,
        cause=cause,
        strategy=DESK,
        venue=venue,
        execution_id="",
        correlation_id="",
        evidence=evidence,
        postings=postings,
        subject=subject,
    )


def _entry_id(cause: str, *key: str | int) -> str:
    return fact_id("ledger.entry", cause, *key)
