"""A break as reconciliation finds it, and what proves its cause."""

from __future__ import annotations

from domain.breaks.case import Found

PROOF = ("a" * 64, "b" * 64)
FOUND = Found(
    break_id="k1",
    day="2026-03-02",
    recon="ledger-balance",
    cause="QTY",
    subject="order-1",
    account="paper:spot",
    asset="paper:ETH",
    amount_units=-7,
    evidence="the exchange states 7 less than the books hold",
    first_seen_ns=100,
)
