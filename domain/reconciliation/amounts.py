"""Why two amounts of one event differ: sign, decimals, tax, fee, dust, each to the unit.

A misreading (side, decimals) turns one amount into another; what comes on top (tax, fee, dust) is
added. The smallest set that gives exactly the external amount is the explanation; without one, it
is a quantity that differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from domain.reconciliation.causes import Cause
from domain.reconciliation.exact import BALANCE
from domain.reconciliation.explain import Hypothesis, explain
from domain.reconciliation.rules import BPS, Rules
from domain.reconciliation.types import Finding, Row

MOST_DECIMALS = 30
"""Places two readings of one token may be apart."""


class _Reading(NamedTuple):
    amount_units: int
    parts: tuple[Hypothesis, ...]


def power_of_ten(left_units: int, right_units: int) -> int:
    """Give k where right is left × 10^k and k is not 0; else 0."""
    small, large = sorted((abs(left_units), abs(right_units)))
    if not small or small == large or large % small or (left_units < 0) != (right_units < 0):
        return 0
    ratio = str(large // small)
    places = len(ratio) - 1
    if ratio.strip("0") != "1" or places > MOST_DECIMALS:
        return 0
    return places if abs(right_units) == large else -places


def is_related(left_units: int, right_units: int) -> bool:
    """Ask whether one amount is the other misread: in sign, in decimals, or not at all."""
    size, other = abs(left_units), abs(right_units)
    return size == other or power_of_ten(size, other) != 0


def amount_findings(left: Row, right: Row, booked_units: int, rules: Rules) -> list[Finding]:
    """Explain external's amount from internal's.

    Args:
        left: Internal's row, for its fee.
        right: External's row, for its fee and asset.
        booked_units: Internal's amount, in external's asset.
        rules: What is known of taxes and dust.

    Returns:
        One finding a cause; their amounts sum to the difference.
    """
    gap = right.amount_units - booked_units
    for parts in _by_parsimony(left, right, booked_units, rules):
        if len(parts) == 1:
            one = parts[0]
            return [Finding(p.cause, right.asset, p.effect_units, p.words) for p in one]
        if parts:
            words = f"{len(parts)} explanations fit equally well; somebody has to choose"
            return [Finding(Cause.UNEXPLAINED, right.asset, gap, words)]
    is_balance = left.kind == right.kind == BALANCE
    cause = Cause.UNEXPLAINED if is_balance else Cause.QTY
    said, booked = rules.written(right.amount_units), rules.written(booked_units)
    words = f"external says {said}, internal {booked}"
    return [Finding(cause, right.asset, gap, words)]


def _by_parsimony(
    left: Row, right: Row, booked_units: int, rules: Rules
) -> Iterator[list[tuple[Hypothesis, ...]]]:
    """Give the sets of causes that fit, those of one size together, smallest first; dust last."""
    readings = list(_readings(booked_units, right.amount_units, rules, right.asset))
    fees = list(_fees(left, right))
    found: set[tuple[Hypothesis, ...]] = set()
    for reading in readings:
        rest = right.amount_units - reading.amount_units
        if not rest:
            found.add(reading.parts)
        elif fees and (more := explain(rest, fees, 2)).holds:
            found.add((*reading.parts, *more.parts))
    for size in range(1, 6):
        yield sorted(parts for parts in found if len(parts) == size)
    yield [
        (*reading.parts, Hypothesis(Cause.DUST, rest, "a remainder no larger than dust"))
        for reading in readings
        if 0 < abs(rest := right.amount_units - reading.amount_units) <= rules.dust(right.asset)
        and not reading.parts
    ]


def _readings(booked: int, stated: int, rules: Rules, asset: str) -> Iterator[_Reading]:
    for amount, parts in _misread(booked, stated, rules.transfer_tax_bps.get(asset, 0)):
        yield _Reading(amount, parts)
        tax = _tax(amount, rules.transfer_tax_bps.get(asset, 0))
        if tax:
            why = Hypothesis(Cause.FEE_ON_TRANSFER, -tax, "the token keeps a share of transfers")
            yield _Reading(amount - tax, (*parts, why))


def _misread(
    booked: int, stated: int, tax_bps: int
) -> Iterator[tuple[int, tuple[Hypothesis, ...]]]:
    flip = Hypothesis(Cause.SIDE, -2 * booked, "external has the other sign")
    for amount, parts in ((booked, ()), (-booked, (flip,))):
        yield amount, parts
        for places in _places(amount, stated, tax_bps):
            scaled = amount * 10**places if places > 0 else amount // 10**-places
            words = f"external is internal × 10^{places}"
            yield scaled, (*parts, Hypothesis(Cause.DECIMALS, scaled - amount, words))


def _places(amount: int, stated: int, tax_bps: int) -> list[int]:
    """Give the scales worth trying: the exact one, and the nearest ones where a tax follows."""
    exact = power_of_ten(amount, stated)
    if exact:
        return [exact]
    if not tax_bps or not amount or (amount < 0) != (stated < 0):
        return []
    near = len(str(abs(stated))) - len(str(abs(amount)))
    return [k for k in (near, near + 1) if k > 0 or (k < 0 and amount % 10**-k == 0)]


def _tax(amount: int, bps: int) -> int:
    size = abs(amount) * bps // BPS
    return size if amount > 0 else -size


def _fees(left: Row, right: Row) -> Iterator[Hypothesis]:
    """A fee that one side counts into the amount: as charged, or as a rebate."""
    charged = [(left, "internal states"), (right, "external states")]
    if (left.fee_asset, left.fee_units) == (right.fee_asset, right.fee_units):
        charged = [(left, "both state")]
    for row, whose in charged:
        if row.fee_units and row.fee_asset == right.asset:
            words = f"the amounts differ by the fee {whose}"
            yield Hypothesis(Cause.FEE_AMOUNT, row.fee_units, words)
            yield Hypothesis(Cause.FEE_AMOUNT, -row.fee_units, words)
