"""Faults of blocks and transactions: reverted, replaced, cancelled, reorganised, not yet final.

The right side is what the canonical chain says; the left is what the desk last heard.
"""

from __future__ import annotations

from msgspec import structs

from rehearsal.desks.faults.hand import (
    LEGS,
    Broken,
    Hand,
    broken,
    either,
    has_hash,
    keyed,
    left_name,
    pairs,
    right_name,
    total,
)
from rehearsal.desks.lines import Event, Kind

_SENT = frozenset({Kind.SWAP, Kind.TRANSFER, Kind.WRAP, Kind.MIGRATION})
"""Kinds that a transaction of ours brings about."""


def reverted(event: Event, hand: Hand) -> Broken | None:
    """Book a trade whose transaction failed; the chain kept the gas all the same."""
    del hand
    if event.kind not in _SENT or not has_hash(event):
        return None
    left = [line for line in event.left if line.kind != "tip"]
    right = [
        structs.replace(line, status="reverted")
        for line in event.right
        if line.kind in {"gas", "l1_fee"}
    ]
    legs = [line for line in left if line.kind in LEGS]
    needs = [(left_name(line),) for line in legs]
    return broken(event, "REVERTED_TX", needs, left=left, right=right, money=total(legs, -1))


def replaced(event: Event, hand: Hand) -> Broken | None:
    """Hold the hash of a transaction that another one of the same nonce replaced."""
    if event.kind not in _SENT or not has_hash(event):
        return None
    other = f"0x{hand.chance.getrandbits(256):064x}"
    left = [structs.replace(line, ref=other, block="") for line in event.left]
    return broken(event, "REPLACED_TX", map(either, keyed(event)), left=left)


def cancelled(event: Event, hand: Hand) -> Broken | None:
    """Hold a transaction that our own cancellation of the same nonce displaced."""
    if event.kind not in _SENT or not has_hash(event):
        return None
    other = f"0x{hand.chance.getrandbits(256):064x}"
    left = [structs.replace(line, block="") for line in event.left if line.kind in LEGS]
    right = [structs.replace(line, ref=other) for line in event.right if line.kind == "gas"]
    needs = [(left_name(line),) for line in left]
    money = total(left, -1)
    return broken(
        event, "CANCELLED_TX", needs, left=left, right=right, money=money, also=("GAS_UNBOOKED",)
    )


def reorged(event: Event, hand: Hand) -> Broken | None:
    """Hold a block that is not canonical any more; the transaction was mined again, or never."""
    if not has_hash(event):
        return None
    orphan = f"0x{hand.chance.getrandbits(256):064x}"
    hand.orphans.add(orphan)
    left = [structs.replace(line, block=orphan) for line in event.left]
    found = pairs(event, {line.kind for line in left})
    if hand.chance.randrange(2):
        return broken(event, "REORGED", map(either, found), left=left)
    needs = [(left_name(line),) for line in left]
    return broken(event, "REORGED", needs, left=left, right=(), money=total(left, -1))


def pending_finality(event: Event, hand: Hand) -> Broken | None:
    """Meet a block that is not final yet, with both sides knowing it or only the chain."""
    if not has_hash(event):
        return None
    right = [structs.replace(line, status="pending") for line in event.right]
    found = pairs(event, {line.kind for line in event.left})
    if hand.chance.randrange(2):
        return broken(event, "PENDING_FINALITY", map(either, found), right=right)
    needs = [(right_name(line),) for line in right]
    return broken(event, "PENDING_FINALITY", needs, left=(), right=right, money=total(right))
