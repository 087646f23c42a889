"""How the two reports of one event differ, field by field, and by which cause each.

What makes the rest incomparable is looked at first: a balance of another instant, a transaction
that was undone. A difference within tolerance is accepted with its cause, and counted by
`budget.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from domain.reconciliation.amounts import amount_findings
from domain.reconciliation.causes import Cause
from domain.reconciliation.exact import BALANCE
from domain.reconciliation.rules import Rules
from domain.reconciliation.types import Difference, Finding, Row

COSTS = {
    "gas": Cause.GAS_UNBOOKED,
    "l1_fee": Cause.L1_FEE_UNBOOKED,
    "tip": Cause.TIP_UNBOOKED,
}
"""What a transaction costs in native coin, and the cause when nobody booked it."""
_FUNDING = frozenset({"funding", "rebase"})


class Compared(NamedTuple):
    """How two reports of one event compare."""

    findings: list[Finding]
    differences: tuple[Difference, ...] = ()


def compare(left: Row, right: Row, rules: Rules) -> Compared:
    """Compare internal with external, which are known to be one event."""
    if left.kind == right.kind == BALANCE and left.time_ns != right.time_ns:
        gap = right.amount_units - left.amount_units
        words = "the balances are of two instants, so they do not compare"
        return Compared([Finding(Cause.STALE_SNAPSHOT, right.asset, gap, words)])
    undone = _undone(left, right)
    if undone is not None:
        return Compared([undone])
    found = [*_standing(left, right, rules), *_identity(left, right, rules)]
    amounts, accepted = _amounts(left, right, rules)
    fees, accepted_fees = _fees(left, right, rules, amounts)
    found += [*amounts, *fees, *_prices(left, right, rules), *_times(left, right, rules)]
    return Compared(found, (*accepted, *accepted_fees))


def _undone(left: Row, right: Row) -> Finding | None:
    """Say whether external reports that the event did not happen after all."""
    void = -left.amount_units
    if left.order and left.order == right.order and left.ref and right.ref != left.ref:
        is_cancel = not right.amount_units or (right.kind in COSTS and left.kind not in COSTS)
        if is_cancel and right.ref:
            words = f"{right.ref} was mined in its place and moves nothing"
            return Finding(Cause.CANCELLED_TX, left.asset, void, words)
    if right.status == left.status:
        return None
    if right.status == "busted":
        return Finding(Cause.BUSTED, left.asset, void, "external took the trade back")
    if right.status == "reverted" and right.kind not in COSTS:
        words = "the transaction reverted: only its gas is real"
        return Finding(Cause.REVERTED_TX, left.asset, void, words)
    if left.status == "reverted" and left.kind not in COSTS:
        words = "the transaction did not revert, as internal has it"
        return Finding(Cause.REVERTED_TX, right.asset, right.amount_units, words)
    return None


def _standing(left: Row, right: Row, rules: Rules) -> Iterator[Finding]:
    gap = right.amount_units - left.amount_units
    asset = right.asset
    moved = left.block and right.block and left.block != right.block
    orphans = {left.block, right.block} & rules.orphaned_blocks
    statuses = {left.status, right.status}
    if moved or orphans or "reorged" in statuses:
        yield Finding(Cause.REORGED, asset, gap, "the block internal saw is not canonical")
    if "pending" in statuses:
        yield Finding(Cause.PENDING_FINALITY, asset, gap, "one side does not call it final yet")
    if right.status == "late" != left.status:
        yield Finding(Cause.LATE, asset, right.amount_units, "external reported it late")
    if left.order == right.order != "" and left.ref and right.ref and left.ref != right.ref:
        yield Finding(Cause.REPLACED_TX, asset, gap, f"{right.ref} was mined for {left.ref}")


def _identity(left: Row, right: Row, rules: Rules) -> Iterator[Finding]:
    asset, amount = right.asset, right.amount_units
    if left.account != right.account:
        words = f"external books it on {right.account}, internal on {left.account}"
        yield Finding(Cause.ACCOUNT, asset, amount, words)
    if left.asset != asset:
        words = f"external says {asset}, internal {left.asset}"
        yield Finding(_asset_cause(left, right, rules), asset, amount, words)
    kinds = {left.kind, right.kind}
    if len(kinds) > 1 and "" not in kinds and kinds & _FUNDING:
        words = f"external calls it {right.kind}, internal {left.kind}"
        yield Finding(Cause.FUNDING_AS_TRADE, asset, amount, words)


def _asset_cause(left: Row, right: Row, rules: Rules) -> Cause:
    if rules.root(left.asset) == rules.root(right.asset):
        return Cause.WRAPPED
    return Cause.TOKEN_MIGRATION if rules.is_migrated(left.asset, right.asset) else Cause.ASSET


def _amounts(left: Row, right: Row, rules: Rules) -> tuple[list[Finding], tuple[Difference, ...]]:
    booked = rules.converted(left.amount_units, left.asset, right.asset)
    gap = right.amount_units - booked
    if not gap:
        return [], ()
    if right.status == "amended" != left.status:
        return [Finding(Cause.AMENDED, right.asset, gap, "external corrected the amount")], ()
    if abs(gap) <= rules.tolerance(right.asset, booked):
        return [], (Difference(Cause.QTY, right.asset, gap),)
    if rules.fee_in_amount and _is_net(left, right, gap):
        return [], (Difference(Cause.FEE_AMOUNT, right.asset, gap),)
    return amount_findings(left, right, booked, rules), ()


def _is_net(left: Row, right: Row, gap: int) -> bool:
    same = left.fee_units == right.fee_units and left.fee_asset == right.fee_asset == right.asset
    return same and abs(gap) == abs(left.fee_units)


def _fees(
    left: Row, right: Row, rules: Rules, amounts: list[Finding]
) -> tuple[list[Finding], tuple[Difference, ...]]:
    mine, theirs = left.fee_units, right.fee_units
    if left.fee_asset != right.fee_asset and (theirs and (mine or left.fee_asset)):
        words = f"external charges {right.fee_asset or 'no asset'}, internal {left.fee_asset}"
        if not left.fee_asset:
            words = f"internal names no asset for the fee, external {right.fee_asset}"
        return [Finding(Cause.FEE_ASSET, right.fee_asset, theirs, words)], ()
    gap, asset = theirs - mine, right.fee_asset or left.fee_asset
    told = any(one.cause is Cause.FEE_AMOUNT and abs(one.amount_units) == abs(gap)
               for one in amounts)  # fmt: skip
    if not gap or told:
        return [], ()
    if abs(gap) <= rules.tolerance(asset, mine):
        return [], (Difference(Cause.FEE_AMOUNT, asset, gap),)
    charged, booked = rules.written(theirs), rules.written(mine)
    words = f"external charges a fee of {charged}, internal booked {booked}"
    return [Finding(Cause.FEE_AMOUNT, asset, gap, words)], ()


def _prices(left: Row, right: Row, rules: Rules) -> Iterator[Finding]:
    mine, theirs, asset = left.price, right.price, right.asset
    if mine == theirs:
        return
    if mine is None or theirs is None:
        whose = "internal" if mine is None else "external"
        yield Finding(Cause.PRICE_MISSING, asset, 0, f"{whose} states no price")
    elif any(theirs in (mine * rate, mine / rate) for rate in rules.fx_rates if rate):
        yield Finding(Cause.FX, asset, 0, "the prices are in two currencies")
    elif right.status == "amended" != left.status and left.amount_units == right.amount_units:
        yield Finding(Cause.AMENDED, asset, 0, f"external corrected the price to {theirs}")
    else:
        yield Finding(Cause.PRICE, asset, 0, f"external says price {theirs}, internal {mine}")


def _times(left: Row, right: Row, rules: Rules) -> Iterator[Finding]:
    if rules.in_window(left.time_ns, right.time_ns):
        return
    cut = rules.left_until_ns if rules.left_until_ns is not None else rules.right_until_ns
    apart_s = (right.time_ns - left.time_ns) // 1_000_000_000
    early, late = sorted((left.time_ns, right.time_ns))
    cause = Cause.CUTOFF if cut is not None and early < cut <= late else Cause.TIMING
    yield Finding(cause, right.asset, 0, f"external is {apart_s} s after internal")
