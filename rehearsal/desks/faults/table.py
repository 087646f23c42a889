"""Every cause of the taxonomy with its injector: nothing in the taxonomy is without one."""

from __future__ import annotations

from rehearsal.desks.faults import chain, comparison, fields, presence
from rehearsal.desks.faults.hand import Apply, Injector

WHOLE = "whole"
"""Touched by what changes which lines there are: such a fault shares its event with no other."""

_ROWS: tuple[tuple[str, str, Apply], ...] = (
    ("MISSING_INTERNAL", WHOLE, presence.missing_internal),
    ("MISSING_EXTERNAL", WHOLE, presence.missing_external),
    ("DUPLICATE", WHOLE, presence.duplicate),
    ("QTY", "amount", fields.quantity),
    ("PRICE", "price", fields.price),
    ("SIDE", "amount", fields.side),
    ("ASSET", "amount asset", fields.asset),
    ("ACCOUNT", "account", fields.account),
    ("FEE_AMOUNT", "fee amount", fields.fee_amount),
    ("FEE_ASSET", "fee", fields.fee_asset),
    ("GAS_UNBOOKED", "gas", presence.gas_unbooked),
    ("L1_FEE_UNBOOKED", "l1", presence.l1_fee_unbooked),
    ("TIP_UNBOOKED", "tip", presence.tip_unbooked),
    ("REVERTED_TX", WHOLE, chain.reverted),
    ("REPLACED_TX", WHOLE, chain.replaced),
    ("CANCELLED_TX", WHOLE, chain.cancelled),
    ("REORGED", WHOLE, chain.reorged),
    ("TIMING", WHOLE, presence.timing),
    ("CUTOFF", WHOLE, presence.cutoff),
    ("PENDING_FINALITY", WHOLE, chain.pending_finality),
    ("DECIMALS", "amount", fields.decimals),
    ("WRAPPED", "asset", fields.wrapped),
    ("TOKEN_MIGRATION", "amount asset", fields.token_migration),
    ("FEE_ON_TRANSFER", "amount", fields.fee_on_transfer),
    ("REBASE", WHOLE, presence.rebase),
    ("AIRDROP", WHOLE, presence.airdrop),
    ("DUST", "amount", fields.dust),
    ("INTERNAL_TRANSFER", WHOLE, presence.internal_transfer),
    ("FUNDING_AS_TRADE", "kind", fields.funding_as_trade),
    ("AMENDED", "amount status", fields.amended),
    ("BUSTED", WHOLE, fields.busted),
    ("LATE", WHOLE, presence.late),
    ("STALE_SNAPSHOT", WHOLE, comparison.stale_snapshot),
    ("SOURCE_FAILURE", WHOLE, comparison.source_failure),
    ("SHARED_SOURCE", WHOLE, comparison.shared_source),
    ("PRICE_MISSING", "price", fields.price_missing),
    ("FX", "price", fields.fx),
    ("UNEXPLAINED", WHOLE, comparison.unexplained),
)

INJECTORS: dict[str, Injector] = {
    cause: Injector(cause, frozenset(touches.split()), apply) for cause, touches, apply in _ROWS
}


def may_share(first: str, second: str) -> bool:
    """Ask whether two faults may strike one event and still both be told from its lines."""
    touched = INJECTORS[first].touches | INJECTORS[second].touches
    apart = INJECTORS[first].touches.isdisjoint(INJECTORS[second].touches)
    return apart and WHOLE not in touched
