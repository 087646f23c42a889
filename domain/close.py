"""The close of a day as one object: counted, settled, compared, attributed, committed to.

Assembling and writing out only; every number in it was computed elsewhere. Amounts are exact
decimal text, what is not known is the word ``unknown`` or null, never 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from domain.audit.head import AuditHead
from domain.clock import iso_utc
from domain.desk import Asset
from domain.layers.breaks import FRAMES
from domain.matching.types import Break
from domain.money import from_units
from domain.pnl.equity import sum_known
from domain.pnl.explain import usd_text
from domain.pnl.types import Attribution, PnlRow
from domain.provisional import Provisional
from domain.settlement.outcome import SettledExecution
from domain.settlement.types import JournalBook

Object = dict[str, Any]


class CloseInput(msgspec.Struct, frozen=True):
    """What a close is assembled from; all of one day.

    Args:
        anchor: As of what it is, in words.
        provisional: What could still change, by asset.
        steps: (name, seconds as text) in the order they ran; ``unknown`` for one that failed.
    """

    day: str
    journal: JournalBook
    executions: Sequence[SettledExecution]
    breaks: Sequence[Break]
    attribution: Attribution
    head: AuditHead
    assets: Sequence[Asset]
    anchor: str
    provisional: Sequence[Provisional]
    steps: Sequence[tuple[str, str]] = ()


def close_of(given: CloseInput) -> Object:
    """Assemble the close.

    Returns:
        ``{"date", "opportunities", "executions", "settlement", "provisional", "breaks", "pnl",
        "audit_head", "steps"}``, ready for JSON; `pnl.residual` is ``"0"`` when the books explain
        everything.
    """
    return {
        "date": given.day,
        "opportunities": opportunities(given.journal),
        "executions": outcomes(given.journal),
        "settlement": states(given.executions),
        "provisional": provisional_object(given),
        "breaks": [break_object(one, given.assets) for one in ranked(given.breaks)],
        "pnl": pnl_object(given.attribution),
        "audit_head": str(given.head),
        "steps": [step_object(name, seconds) for name, seconds in given.steps],
    }


def step_object(name: str, seconds: str) -> Object:
    """Write a step's wall time as a number; null where nobody knows it, because the step failed."""
    return {"name": name, "seconds": None if seconds == "unknown" else float(seconds)}


def opportunities(journal: JournalBook) -> Object:
    """Count what was found, taken and declined by reason; found = taken + declined + undecided."""
    found = {decision.opportunity_id for decision in journal.decisions}
    taken = {plan.opportunity_id for plan in journal.executions} & found
    refused = {
        verdict.opportunity_id: verdict.reason
        for verdict in sorted(journal.verdicts, key=lambda one: (one.opportunity_id, one.reason))
        if not verdict.is_approved and verdict.opportunity_id in found - taken
    }
    return {
        "found": len(found),
        "taken": len(taken),
        "declined": dict(sorted(Counter(refused.values()).items())),
        "undecided": len(found) - len(taken) - len(refused),
    }


def outcomes(journal: JournalBook) -> dict[str, int]:
    """Count executions by the last thing the loop concluded of them; OPEN where it has not yet."""
    last = {plan.execution_id: "OPEN" for plan in journal.executions}
    for answer in sorted(journal.outcomes, key=lambda one: (one.observed_ns, one.is_final)):
        if answer.execution_id in last:
            last[answer.execution_id] = answer.outcome
    return dict(sorted(Counter(last.values()).items()))


def states(executions: Sequence[SettledExecution]) -> dict[str, int]:
    """Count executions by settlement status; one that is not final yet says how far it is."""
    named = (
        f"{one.status} ({one.finality})" if one.is_provisional else one.status for one in executions
    )
    return dict(sorted(Counter(named).items()))


def provisional_object(given: CloseInput) -> Object:
    """Write what could still change at the anchor: executions, money, and amounts by asset."""
    known = {one.asset: one for one in given.assets}
    values = [one.value_usd_e24 for one in given.provisional]
    return {
        "anchor": given.anchor,
        "executions": sum(one.is_provisional for one in given.executions),
        "of_executions": len(given.executions),
        "value": _value(sum_known(values)),
        "assets": [_provisional_object(one, known.get(one.asset)) for one in given.provisional],
    }


def _provisional_object(one: Provisional, asset: Asset | None) -> Object:
    places = asset.decimals if asset else 0
    amounts = {
        "received": one.received_units,
        "given": one.given_units,
        "incoming": one.incoming_units,
        "outgoing": one.outgoing_units,
    }
    return {
        "asset": one.asset,
        "symbol": asset.symbol if asset else None,
        "is_base_units": asset is None,
        "value": _value(one.value_usd_e24),
        **{
            name: None if units is None else from_units(units, places)
            for name, units in amounts.items()
        },
    }


def _value(amount_usd_e24: int | None) -> str | None:
    return None if amount_usd_e24 is None else usd_text(amount_usd_e24)


def ranked(breaks: Sequence[Break]) -> list[Break]:
    """Order breaks gravest first, then by cause and id."""
    grave = {"high": 0, "medium": 1, "info": 2}
    return sorted(breaks, key=lambda one: (grave.get(one.severity, 0), one.cause, one.break_id))


def break_object(one: Break, assets: Sequence[Asset]) -> Object:
    """Write a break; an amount of no asset we know stays in base units and says so."""
    decimals = {asset.asset: asset.decimals for asset in assets}
    return {
        "cause": one.cause,
        "asset": one.asset,
        "amount": _amount(one, decimals),
        "is_base_units": one.asset not in decimals and one.recon != FRAMES,
        "break_id": one.break_id,
        "recon": one.recon,
        "side": one.side,
        "account": one.account,
        "subject": one.subject,
        "severity": one.severity,
        "evidence": one.evidence,
        "first_seen": iso_utc(one.first_seen_ns),
        "expires": iso_utc(one.expires_ns) if one.expires_ns else None,
        "explained_by": list(one.explained_by),
    }


def _amount(one: Break, decimals: Mapping[str, int]) -> str | None:
    if one.amount_units is None:
        return None
    return from_units(one.amount_units, decimals.get(one.asset, 0))


def pnl_object(attribution: Attribution) -> Object:
    """Write rows, their total and the residual as exact decimal text."""
    return {
        "rows": [_row_object(row) for row in attribution.rows],
        "total": usd_text(attribution.total_usd_e24),
        "residual": usd_text(attribution.residual_usd_e24),
        "policy": attribution.policy,
        "opening_equity": usd_text(attribution.opening_equity_usd_e24),
        "closing_equity": usd_text(attribution.closing_equity_usd_e24),
        "external_flows": usd_text(attribution.external_flow_usd_e24),
        "missing": list(attribution.missing),
    }


def _row_object(row: PnlRow) -> Object:
    return {
        "row_id": row.row_id,
        "strategy": row.strategy,
        "venue": row.venue,
        "cause": row.cause,
        "underlying": row.underlying,
        "amount": usd_text(row.amount_usd_e24),
        "missing": list(row.missing),
    }
