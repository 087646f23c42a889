"""Why two sides disagree: the codes a break may carry, and how grave each is at any amount.

A code says what happened, not what to do. ``info`` clears by itself until it expires.
"""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Root-cause codes."""

    MISSING_INTERNAL = "MISSING_INTERNAL"
    MISSING_EXTERNAL = "MISSING_EXTERNAL"
    DUPLICATE = "DUPLICATE"
    QTY = "QTY"
    PRICE = "PRICE"
    SIDE = "SIDE"
    ASSET = "ASSET"
    ACCOUNT = "ACCOUNT"
    FEE_AMOUNT = "FEE_AMOUNT"
    FEE_ASSET = "FEE_ASSET"
    GAS_UNBOOKED = "GAS_UNBOOKED"
    L1_FEE_UNBOOKED = "L1_FEE_UNBOOKED"
    TIP_UNBOOKED = "TIP_UNBOOKED"
    REVERTED_TX = "REVERTED_TX"
    REPLACED_TX = "REPLACED_TX"
    CANCELLED_TX = "CANCELLED_TX"
    REORGED = "REORGED"
    TIMING = "TIMING"
    CUTOFF = "CUTOFF"
    PENDING_FINALITY = "PENDING_FINALITY"
    DECIMALS = "DECIMALS"
    WRAPPED = "WRAPPED"
    TOKEN_MIGRATION = "TOKEN_MIGRATION"  # noqa: S105 (a token of money)
    FEE_ON_TRANSFER = "FEE_ON_TRANSFER"
    REBASE = "REBASE"
    AIRDROP = "AIRDROP"
    DUST = "DUST"
    INTERNAL_TRANSFER = "INTERNAL_TRANSFER"
    FUNDING_AS_TRADE = "FUNDING_AS_TRADE"
    AMENDED = "AMENDED"
    BUSTED = "BUSTED"
    LATE = "LATE"
    STALE_SNAPSHOT = "STALE_SNAPSHOT"
    SOURCE_FAILURE = "SOURCE_FAILURE"
    SHARED_SOURCE = "SHARED_SOURCE"
    PRICE_MISSING = "PRICE_MISSING"
    FX = "FX"
    UNEXPLAINED = "UNEXPLAINED"


CLEARS_BY_ITSELF = frozenset({Cause.TIMING, Cause.CUTOFF, Cause.PENDING_FINALITY})
"""Causes with an expiry: past it, they escalate."""

_GRAVE = frozenset(
    {
        Cause.MISSING_INTERNAL,
        Cause.MISSING_EXTERNAL,
        Cause.QTY,
        Cause.SIDE,
        Cause.ASSET,
        Cause.ACCOUNT,
        Cause.DECIMALS,
        Cause.REVERTED_TX,
        Cause.REORGED,
        Cause.BUSTED,
        Cause.SOURCE_FAILURE,
        Cause.SHARED_SOURCE,
        Cause.UNEXPLAINED,
    }
)


def severity(cause: Cause) -> str:
    """Say how grave a cause is whatever the money: ``info``, ``medium`` or ``high``."""
    if cause in CLEARS_BY_ITSELF:
        return "info"
    return "high" if cause in _GRAVE else "medium"
