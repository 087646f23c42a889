"""Faults in whether a line is there: missing, twice, too late, or of a kind nobody books.

Lines of one event go together, as they do when a capture loses a fill or a ledger posts it twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from domain.clock import DAY_NS, SECOND_NS
from rehearsal.desks.catalog import Trait
from rehearsal.desks.faults.hand import (
    LEGS,
    SETTLE_NS,
    Broken,
    Hand,
    broken,
    changed,
    either,
    is_trade,
    keyed,
    left_name,
    right_name,
    total,
)
from rehearsal.desks.lines import Event, Kind, Line

_LOSABLE = frozenset({Kind.TRADE, Kind.SWAP, Kind.RECEIPT, Kind.DEPOSIT, Kind.WITHDRAWAL})
_OVERDUE_NS = (21 * 3600 * SECOND_NS, 24 * 3600 * SECOND_NS)
"""Later than the 20 hours within which a venue's word is usual."""


def _split(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Part legs from everything else."""
    return (
        [line for line in lines if line.kind in LEGS],
        [line for line in lines if line.kind not in LEGS],
    )


def _is_early(event: Event, hand: Hand) -> bool:
    """Ask whether a line has had its time to arrive before the cut-off."""
    return event.time_ns < hand.end_ns - 2 * SETTLE_NS


def missing_internal(event: Event, hand: Hand) -> Broken | None:
    """Lose what the venue or the chain did."""
    if event.kind not in _LOSABLE or not _is_early(event, hand) or not keyed(event):
        return None
    legs, rest = _split(event.left)
    needs = [(right_name(line),) for line in _split(event.right)[0]]
    return broken(event, "MISSING_INTERNAL", needs, left=rest, money=total(legs))


def missing_external(event: Event, hand: Hand) -> Broken | None:
    """Book what never happened."""
    if event.kind not in _LOSABLE or not _is_early(event, hand) or not keyed(event):
        return None
    legs, rest = _split(event.right)
    needs = [(left_name(line),) for line in _split(event.left)[0]]
    return broken(event, "MISSING_EXTERNAL", needs, right=rest, money=total(legs, -1))


def duplicate(event: Event, hand: Hand) -> Broken | None:
    """Post the same legs twice, on either side, under the same id or a new one."""
    found = keyed(event)
    if event.kind not in _LOSABLE or not found:
        return None
    is_ours, has_own_id = hand.chance.randrange(3) > 0, hand.chance.randrange(2)
    name = left_name if is_ours else right_name
    legs = [pair.left if is_ours else pair.right for pair in found]
    copies = [
        structs.replace(leg, id=f"{leg.id.rpartition('-')[0]}d-{leg.id.rpartition('-')[2]}")
        if has_own_id and leg.ref
        else leg
        for leg in legs
    ]
    needs = [tuple({name(leg), name(copy)}) for leg, copy in zip(legs, copies, strict=True)]
    money = total(copies, -1 if is_ours else 1)
    if is_ours:
        return broken(event, "DUPLICATE", needs, left=(*event.left, *copies), money=money)
    return broken(event, "DUPLICATE", needs, right=(*event.right, *copies), money=money)


def timing(event: Event, hand: Hand) -> Broken | None:
    """Let the other side be much later, or still on its way at the cut-off."""
    if event.time_ns >= hand.end_ns - SETTLE_NS:
        needs = [(left_name(line),) for line in event.left]
        return broken(event, "TIMING", needs, right=(), money=total(event.left, -1))
    found = keyed(event)
    late_ns = hand.chance.randrange(*_OVERDUE_NS)
    if (
        not found
        or event.kind is Kind.BALANCE
        or event.time_ns + late_ns >= hand.end_ns - DAY_NS // 9
    ):
        return None
    right = [structs.replace(line, time_ns=line.time_ns + late_ns) for line in event.right]
    return broken(event, "TIMING", map(either, found), right=right)


def cutoff(event: Event, hand: Hand) -> Broken | None:
    """Date our side after the other's cut-off, where it cannot be listed yet."""
    if event.time_ns < hand.end_ns - DAY_NS or event.kind is Kind.BALANCE or not keyed(event):
        return None
    after_ns = hand.end_ns + hand.chance.randrange(5 * SECOND_NS)
    left = [structs.replace(line, time_ns=after_ns) for line in event.left]
    needs = [(left_name(line),) for line in left]
    return broken(event, "CUTOFF", needs, left=left, right=(), money=total(left, -1))


def late(event: Event, hand: Hand) -> Broken | None:
    """Let the venue list a fill after the day was captured."""
    del hand
    if not is_trade(event) or not keyed(event):
        return None
    right = [structs.replace(line, status="late") for line in event.right]
    needs = [(right_name(line),) for line in right]
    return broken(event, "LATE", needs, left=(), right=right, money=total(right))


def rebase(event: Event, hand: Hand) -> Broken | None:
    """Miss that a balance moved without a transfer."""
    del hand
    return _unbooked(event, "REBASE", "rebase")


def airdrop(event: Event, hand: Hand) -> Broken | None:
    """Miss what nobody asked for."""
    del hand
    return _unbooked(event, "AIRDROP", "airdrop")


def gas_unbooked(event: Event, hand: Hand) -> Broken | None:
    """Forget what a transaction cost."""
    del hand
    return _unbooked(event, "GAS_UNBOOKED", "gas")


def l1_fee_unbooked(event: Event, hand: Hand) -> Broken | None:
    """Forget what a rollup charges for its settlement."""
    del hand
    return _unbooked(event, "L1_FEE_UNBOOKED", "l1_fee")


def tip_unbooked(event: Event, hand: Hand) -> Broken | None:
    """Forget what the block's builder was paid."""
    del hand
    return _unbooked(event, "TIP_UNBOOKED", "tip")


def _unbooked(event: Event, cause: str, kind: str) -> Broken | None:
    missed = [line for line in event.right if line.kind == kind]
    left = [line for line in event.left if line.kind != kind]
    if not missed or len(left) == len(event.left):
        return None
    needs = [(right_name(line),) for line in missed]
    return broken(event, cause, needs, left=left, money=total(missed))


def internal_transfer(event: Event, hand: Hand) -> Broken | None:
    """Miss a transfer between accounts of ours, or that it arrived."""
    if event.kind is not Kind.TRANSFER or not keyed(event):
        return None
    if any(line.asset.trait is Trait.TAXED for line in event.left):
        return None
    legs, rest = _split(event.left)
    theirs = _split(event.right)[0]
    if hand.chance.randrange(2) or not theirs[1].ref:
        needs = [(right_name(line),) for line in theirs]
        return broken(event, "INTERNAL_TRANSFER", needs, left=rest)
    kept = changed(legs[:1], legs[0])
    needs = [(right_name(theirs[1]),)]
    return broken(event, "INTERNAL_TRANSFER", needs, left=(*kept, *rest))
