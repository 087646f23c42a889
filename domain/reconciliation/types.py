"""Rows of the two sides, and what reconciling them answers.

Left is internal, right is external; a difference is always external minus internal. All amounts of
one call are integers at one scale, base units or a decimal place both sides share. A row is what
its source said, never corrected.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

import msgspec

from domain.identity import fact_id
from domain.reconciliation.causes import Cause, severity


class Row(msgspec.Struct, frozen=True, gc=False):
    """One line of one side.

    Args:
        id: The source's own name of it; on one side a repeated id is the same event twice.
        amount_units: Signed; positive is received by `account`.
        fee_units: What it cost in `fee_asset`; a rebate is negative.
        ref: Key that both sides may share: venue trade id, transaction hash. Legs share it.
        order: Second key: client order id, or sender and nonce of a transaction.
        kind: What the source calls it, such as trade, transfer, gas, funding, rebase, balance.
        status: ``reverted``, ``pending``, ``reorged``, ``amended``, ``busted``, ``late`` or "".
        block: Hash of the block it stands in.
        price: Exact; None where the source states none, which is not 0.
    """

    id: str
    time_ns: int
    account: str
    asset: str
    amount_units: int
    fee_asset: str = ""
    fee_units: int = 0
    ref: str = ""
    order: str = ""
    kind: str = ""
    status: str = ""
    block: str = ""
    price: Fraction | None = None


def sort_key(row: Row) -> tuple[object, ...]:
    """Give the order rows are treated in, whatever order they came in: by time, then by content."""
    return (
        row.time_ns, row.id, row.ref, row.account, row.asset, row.amount_units, row.fee_asset,
        row.fee_units, row.order, row.kind, row.status, row.block, str(row.price),
    )  # fmt: skip


def content(row: Row) -> tuple[object, ...]:
    """Give what two reports of one event have in common whatever their id, key, time and price."""
    fee_asset = row.fee_asset if row.fee_units else ""
    return row.account, row.asset, row.amount_units, fee_asset, row.fee_units


class Margin(NamedTuple):
    """How much worse the runner-up is; read in this order.

    Args:
        fields: More fields that differ, by weight.
        units: More difference in amount.
        ns: More difference in time.
    """

    fields: int
    units: int
    ns: int


class Difference(msgspec.Struct, frozen=True):
    """A difference within tolerance: booked with its cause, never ignored."""

    cause: Cause
    asset: str
    amount_units: int


class Match(msgspec.Struct, frozen=True, gc=False):
    """Rows that are the same money on both sides.

    Args:
        rule: What brought them together, such as ``ref``, ``id``, ``nearest`` or ``ref sum``.
        differences: Accepted within tolerance.
        runner_up: External ids of the next best answer; empty when there is none.
        margin: How much worse that is; None when there is none.
        state: ``matched``, or ``suggested`` when the margin is under the stated one.
    """

    left_ids: tuple[str, ...]
    right_ids: tuple[str, ...]
    rule: str
    differences: tuple[Difference, ...] = ()
    runner_up: tuple[str, ...] = ()
    margin: Margin | None = None
    state: str = "matched"


class Break(msgspec.Struct, frozen=True):
    """One disagreement with its cause.

    Args:
        id: From the cause and what it is about; a rerun finds the same.
        amount_units: External minus internal, in `asset`.
        explanation: One sentence for a person.
        time_ns: The earliest instant of the rows concerned.
        severity: ``info``, ``medium`` or ``high``, before money and age.
        expires_ns: When what should clear by itself has not; 0 for others.
    """

    id: str
    cause: Cause
    left_ids: tuple[str, ...]
    right_ids: tuple[str, ...]
    asset: str
    amount_units: int
    explanation: str
    account: str = ""
    time_ns: int = 0
    severity: str = "medium"
    expires_ns: int = 0


class Report(msgspec.Struct, frozen=True):
    """What reconciling two sides answers; the same for every order of their rows."""

    matched: list[Match]
    suggested: list[Match]
    breaks: list[Break]
    summary: dict[str, int]


class Finding(NamedTuple):
    """A break before it is told of which rows: why, and how much external exceeds internal."""

    cause: Cause
    asset: str
    amount_units: int
    words: str


def make_break(
    found: Finding, lefts: Iterable[Row] = (), rights: Iterable[Row] = (), expires_ns: int = 0
) -> Break:
    """Tell a finding of its rows; the id hangs on the cause and the rows' own names."""
    left, right = list(lefts), list(rights)
    rows = [*left, *right]
    left_ids, right_ids = tuple(row.id for row in left), tuple(row.id for row in right)
    key = (found.cause, found.asset, str(len(left_ids)), *left_ids, *right_ids)
    return Break(
        id=fact_id("break", "reconcile", *key),
        cause=found.cause,
        left_ids=left_ids,
        right_ids=right_ids,
        asset=found.asset,
        amount_units=found.amount_units,
        explanation=found.words,
        account=rows[0].account if rows else "",
        time_ns=min((row.time_ns for row in rows), default=0),
        severity=severity(found.cause),
        expires_ns=expires_ns,
    )
