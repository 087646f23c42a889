"""What an exchange's statements prove: legs from fills, payments and incidents from lines, strays.

A fill is known by (venue, account, symbol, trade id); a copy of it, as overlapping pages give,
counts once, and two different fills under one key count once too and are a break
(`domain.matching`). A statement line that no fill explains moved our balance all the same, so it is
an unexplained movement.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

import msgspec

from domain.identity import fact_id
from domain.settlement.outcome import (
    ExternalFlow,
    Incident,
    Leg,
    Move,
    Revision,
    UnexplainedMovement,
)
from domain.settlement.revisions import ADJUSTMENT, revisions_of
from domain.settlement.strands import PAYMENTS
from domain.settlement.types import (
    ExchangeBook,
    ExchangeFill,
    IntendedOrder,
    LedgerLine,
    PlannedExecution,
)

CAPITAL = PAYMENTS
INCIDENTS = {
    "funding": "funding",
    "rollover": "funding",
    "rebate": "rebate",
    "airdrop": "airdrop",
}
"""The exchange's word for a line -> the kind of incident it tells. Other words stay unexplained."""
_Row = TypeVar("_Row", ExchangeFill, LedgerLine)
_Trades = set[tuple[str, str, str]]
"""Venue, account and trade id."""


class ExchangeReading(msgspec.Struct, frozen=True):
    """What the statements prove, in order of time and id."""

    legs: tuple[Leg, ...]
    paid: tuple[LedgerLine, ...]
    """Deposits and withdrawals: capital unless `transits.py` finds them to be ours."""
    unexplained: tuple[UnexplainedMovement, ...]
    incidents: tuple[Incident, ...]
    revisions: tuple[Revision, ...] = ()


def fill_key(fill: ExchangeFill) -> tuple[str, str, str, str]:
    """Name a fill by what makes it one event."""
    return fill.venue, fill.account, fill.symbol, fill.trade_id


def line_key(line: LedgerLine) -> tuple[str, str, str]:
    """Name a statement line by what makes it one event."""
    return line.venue, line.account, line.line_id


def each_once(rows: Iterable[_Row], key: Callable[[_Row], Hashable]) -> list[_Row]:
    """Keep one row a key, the same one whatever the order, ordered by time and key."""
    kept: dict[Hashable, _Row] = {}
    for row in rows:
        name = key(row)
        if name not in kept or msgspec.json.encode(row) < msgspec.json.encode(kept[name]):
            kept[name] = row
    return sorted(kept.values(), key=lambda row: (row.at_ns, str(key(row))))


def read_exchange(
    book: ExchangeBook,
    orders: Mapping[str, IntendedOrder],
    plans: Mapping[str, PlannedExecution],
) -> ExchangeReading:
    """Read every fill and statement line after the opening, each once.

    Args:
        book: Statements as captured, in any order.
        orders: Intents by client order id.
        plans: By execution id.
    """
    fills = [row for row in each_once(book.fills, fill_key) if row.at_ns > book.opened_ns]
    lines = [row for row in each_once(book.lines, line_key) if row.at_ns > book.opened_ns]
    meant = [fill for fill in fills if fill.client_order_id in orders]
    strays = [fill for fill in fills if fill.client_order_id not in orders]
    trade_ids = {(fill.venue, fill.account, fill.trade_id) for fill in fills}
    legs = tuple(_leg(fill, orders[fill.client_order_id], plans) for fill in meant)
    own_ids = {(fill.venue, fill.account, fill.trade_id) for fill in meant}
    loose = [line for line in lines if not _is_explained(line, trade_ids, own_ids)]
    return ExchangeReading(
        legs=legs,
        paid=tuple(line for line in lines if line.kind in CAPITAL),
        unexplained=(
            *(stray for fill in strays for stray in _stray_fill(fill)),
            *(_stray_line(line) for line in loose),
        ),
        incidents=tuple(_incident(line) for line in lines if line.kind in INCIDENTS),
        revisions=tuple(revisions_of(legs, lines)),
    )


def fill_moves(fill: ExchangeFill) -> tuple[Move, Move]:
    """Give what a fill did to our account before its fee: base, then quote."""
    sign = 1 if fill.side == "buy" else -1
    return (
        Move(fill.account, fill.base_asset, sign * fill.base_units),
        Move(fill.account, fill.quote_asset, -sign * fill.quote_units),
    )


def _leg(fill: ExchangeFill, order: IntendedOrder, plans: Mapping[str, PlannedExecution]) -> Leg:
    plan = plans.get(order.execution_id)
    base, quote = fill_moves(fill)
    return Leg(
        leg_id=fact_id("leg", *fill_key(fill)),
        execution_id=order.execution_id,
        opportunity_id=plan.opportunity_id if plan else "",
        strategy=plan.strategy if plan else "desk",
        venue=fill.venue,
        purpose=order.purpose,
        at_ns=fill.at_ns,
        base_asset=fill.base_asset,
        quote_asset=fill.quote_asset,
        base_units=base.units,
        quote_units=quote.units,
        moves=tuple(sorted((base, quote))),
        fees=_fees(fill),
        order_ref=fill.client_order_id,
        evidence=fill.trade_id,
    )


def _fees(fill: ExchangeFill) -> tuple[Move, ...]:
    return (Move(fill.account, fill.fee_asset, -fill.fee_units),) if fill.fee_units else ()


def _is_explained(line: LedgerLine, traded: _Trades, meant: _Trades) -> bool:
    if line.kind in CAPITAL or line.kind in INCIDENTS:
        return True
    known = {"trade": traded, ADJUSTMENT: meant}.get(line.kind, set())
    return (line.venue, line.account, line.ref_id) in known


def flow_of(line: LedgerLine) -> ExternalFlow:
    """Take a deposit or withdrawal as capital."""
    return ExternalFlow(
        flow_id=fact_id("flow", *line_key(line)),
        kind=line.kind,
        venue=line.venue,
        account=line.account,
        asset=line.asset,
        units=line.units,
        fee_units=line.fee_units,
        at_ns=line.at_ns,
        evidence=line.line_id,
    )


def _incident(line: LedgerLine) -> Incident:
    return Incident(
        kind=INCIDENTS[line.kind],
        incident_id=fact_id("incident", *line_key(line)),
        account=line.account,
        asset=line.asset,
        units=line.units,
        venue=line.venue,
        at_ns=line.at_ns,
        evidence=line.line_id,
        fee_units=line.fee_units,
    )


def _stray_fill(fill: ExchangeFill) -> list[UnexplainedMovement]:
    return [
        UnexplainedMovement(
            movement_id=fact_id("stray", *fill_key(fill), part),
            venue=fill.venue,
            account=fill.account,
            asset=move.asset,
            units=move.units,
            counterparty=fill.venue,
            at_ns=fill.at_ns,
            evidence=fill.trade_id,
            reason="a fill of an order that no intent explains",
        )
        for part, move in enumerate((*fill_moves(fill), *_fees(fill)))
    ]


def _stray_line(line: LedgerLine) -> UnexplainedMovement:
    return UnexplainedMovement(
        movement_id=fact_id("stray", *line_key(line)),
        venue=line.venue,
        account=line.account,
        asset=line.asset,
        units=line.units - line.fee_units,
        counterparty=line.venue,
        at_ns=line.at_ns,
        evidence=line.line_id,
        reason=f"a statement line of kind {line.kind} that no fill explains",
    )
