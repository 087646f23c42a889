"""Breaks: what does not agree, why, since when, and how grave it is.

Causes are the codes of `domain.reconciliation`, each with the severity it has here at any amount. A
break's id is derived from what it is about, never from when it was computed, so
that a rerun finds the same break and its age is not reset.
"""

from __future__ import annotations

import msgspec

from domain.identity import fact_id
from domain.reconciliation.causes import Cause, severity

ORDERS, CHAIN = "journal-exchange", "journal-chain"
FILLS, RUNNING = "fills-statement", "statement-rolls"
STRAYS = "movements"
"""Comparisons of what happened: the loop's word with exchange and chain, the exchange's with its
own statement and that with itself, and what moved without an intent."""
HELD = "ledger-balance"
"""The comparison of what is held; those that add up further are in `domain/layers/breaks.py`."""
CAUSES: dict[str, str] = {cause.value: severity(cause) for cause in Cause} | {"BUSTED": "medium"}
"""Root-cause codes and their severity: ``info`` clears by itself until it expires.

A bust is less grave here than between any two files: the statement has taken the money back, and
the books follow it.
"""


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """One disagreement.

    Args:
        cause: One of `CAUSES`.
        recon: Which comparison found it, for example ``journal-exchange`` or ``ledger-chain``.
        side: Which side is short or wrong: ``internal``, ``external`` or ``both``.
        subject: What it is about: client order id, trade id, tx hash, or account.
        asset, amount_units: External minus internal where both are known. `amount_units` is None
            where the difference is not known, which is not zero.
        account: Own account concerned, "" when none.
        evidence: What was compared, in one line.
        first_seen_ns: The earliest instant at which the sources disagreed.
        expires_ns: When a break that should clear by itself has not; 0 for others.
        explained_by: Break ids whose amounts are this difference.
    """

    break_id: str
    cause: str
    recon: str
    side: str
    subject: str
    asset: str
    amount_units: int | None
    account: str = ""
    evidence: str
    first_seen_ns: int
    severity: str
    expires_ns: int = 0
    explained_by: tuple[str, ...] = ()


class BalanceClaim(msgspec.Struct, frozen=True):
    """What a source says an account of ours holds.

    Args:
        units: None when the source failed or did not say: unknown, not zero.
        source: ``chain`` or ``exchange`` (or ``ledger``).
        anchor: As of what: ``block:<number>:<hash>`` or ``cutoff:<ns>``.
        at_ns: The instant of the anchor.
    """

    account: str
    asset: str
    units: int | None
    source: str
    anchor: str
    at_ns: int


def break_id(recon: str, cause: str, *key: str) -> str:
    """Derive a break's id from the comparison, the cause and the subject; never from the clock."""
    return fact_id("break", recon, cause, *key)


def make_break(
    recon: str,
    cause: str,
    subject: str,
    evidence: str,
    first_seen_ns: int,
    *,
    side: str = "internal",
    asset: str = "",
    amount_units: int | None = None,
    account: str = "",
    expires_ns: int = 0,
) -> Break:
    """Make a break whose id depends on what it is about alone."""
    return Break(
        break_id=break_id(recon, cause, subject, account, asset),
        cause=cause,
        recon=recon,
        side=side,
        subject=subject,
        asset=asset,
        amount_units=amount_units,
        account=account,
        evidence=evidence,
        first_seen_ns=first_seen_ns,
        severity=CAUSES[cause],
        expires_ns=expires_ns,
    )
