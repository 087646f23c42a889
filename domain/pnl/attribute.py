"""Where the change of equity came from, summed exactly: price moves and legs at mark, by cause.

For holdings Q and marks p, whatever path the marks take::

    E1 − E0 − capital = Σ over holdings, over intervals between flows   Q · Δp    (price_move)
                      + Σ over entries                                  q · p(t)  (all other rows)

A planned leg of signed base n and quote value v (both as received) telescopes without a remainder::

    n·m_fill + v = n·(m_dec − p_top)                       quoted_edge
                 − fee of the pool, as quoted              lp_fee
                 + n·(p_top − p_quote) + fee of the pool   size_impact
                 + n·p_quote + v                           slippage
                 + n·(m_fill − m_dec)                      latency_drift

A hedge or an unwind was not planned and is `legging` as a whole. Deposits and withdrawals are
capital. The residual is taken against *external* balances (`equity.py`), so it is not 0 by
construction: a fill the books miss shows. An asset outside the desk's reference data is valued on
neither side and is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from domain.desk import BOOK_CURRENCY, Asset
from domain.ledger.types import (
    OPENING,
    TRADE,
    UNEXPLAINED,
    Entry,
    entry_order,
    is_own,
)
from domain.pnl.equity import CAPITAL, capital_usd_e24, equity_usd_e24, residual_usd_e24, sum_known
from domain.pnl.legs import LegTerms, leg_terms
from domain.pnl.marks import MarkBook
from domain.pnl.types import LEGGING, PRICE_MOVE, Attribution, Holding, PnlLine, PnlRow
from domain.pnl.values import Valuer
from domain.settlement.outcome import Leg
from domain.settlement.types import DecidedLeg, Decision

DESK = "desk"


class AttributionInput(msgspec.Struct, frozen=True):
    """Everything one day's attribution looks at.

    Args:
        day: Names the rows.
        start_ns: Where the half-open span starts: the day's start, or the opening of the desk.
        end_ns: Where it ends: the day's end, or just after the anchor of the closing balances.
        assets: The desk's reference data.
        venues: Own account -> label in rows, for example ``wallet`` or ``paper``.
        entries: Of the span, and, unless `opening` carries them, all earlier ones.
        legs: What trade entries book.
        decisions: For the terms of planned legs.
        external_opening: Balances the outside stated at the start.
        external_closing: Balances the outside stated at the end.
        marks: Of one policy; none after the end.
        opening: Ledger balances carried from the previous close, instead of earlier entries.
    """

    day: str
    start_ns: int
    end_ns: int
    assets: tuple[Asset, ...]
    venues: dict[str, str]
    entries: Sequence[Entry]
    legs: Sequence[Leg]
    decisions: Sequence[Decision]
    external_opening: Sequence[Holding]
    external_closing: Sequence[Holding]
    marks: MarkBook
    opening: Mapping[tuple[str, str], int] = {}


_Own = tuple[str, str, int]
"""Account and asset of ours, and the units it received."""


class _Flow(msgspec.Struct, frozen=True, gc=False):
    at_ns: int
    units: int
    entry_id: str


class _Books(msgspec.Struct):
    """A day's entries, parted: what was held at the start, what flowed, what is not known."""

    opening: dict[tuple[str, str], int]
    entries: list[tuple[Entry, list[_Own]]]
    flows: dict[tuple[str, str], list[_Flow]]
    unvalued: set[str]


def attribute(given: AttributionInput) -> Attribution:
    """Attribute a day's change of equity to strategy, venue and cause, exactly.

    Returns:
        Rows ordered by id, the lines behind them, and the residual: 0 when the outside's balances
        are what the books say. A number that lacks a mark or a balance is None and named in
        `missing`.
    """
    valuer = Valuer.of(given.assets, given.marks)
    books = _part(given, valuer)
    lines = [*_price_lines(given, books, valuer), *_entry_lines(given, books, valuer)]
    rows = _rows(given, lines, books)
    total = sum_known(row.amount_usd_e24 for row in rows)
    missing: list[str] = []
    opened = equity_usd_e24(
        given.external_opening, books.opening, valuer, given.start_ns - 1, missing
    )
    closed = equity_usd_e24(
        given.external_closing, _closing(books), valuer, given.end_ns - 1, missing
    )
    capital = capital_usd_e24((entry for entry, _ in books.entries), valuer)
    return Attribution(
        day=given.day,
        policy=given.marks.policy,
        rows=tuple(rows),
        lines=tuple(lines),
        opening_equity_usd_e24=opened,
        closing_equity_usd_e24=closed,
        external_flow_usd_e24=capital,
        total_usd_e24=total,
        residual_usd_e24=residual_usd_e24(opened, closed, capital, total),
        opening_marks=dict(given.marks.openings),
        closing_marks=_closing_marks(given),
        missing=(
            *sorted(set(missing)),
            *(f"{asset} is not in the desk's reference data" for asset in sorted(books.unvalued)),
            *sorted({name for row in rows for name in row.missing}),
        ),
    )


def row_id(day: str, strategy: str, venue: str, cause: str) -> str:
    """Name a row."""
    return f"{day}/{strategy}/{venue}/{cause}"


# --- parting --------------------------------------------------------------------------------------


def _part(given: AttributionInput, valuer: Valuer) -> _Books:
    opening: defaultdict[tuple[str, str], int] = defaultdict(int, given.opening)
    flows: defaultdict[tuple[str, str], list[_Flow]] = defaultdict(list)
    books = _Books(opening, [], flows, {name for _, name in opening if not valuer.knows(name)})
    for entry in sorted(given.entries, key=entry_order):
        if entry.at_ns >= given.end_ns:
            break
        own = _own(entry, valuer, books.unvalued)
        if entry.cause == OPENING or entry.at_ns < given.start_ns:
            for account, asset, units in own:
                opening[account, asset] += units
        else:
            books.entries.append((entry, own))
            for account, asset, units in own:
                flows[account, asset].append(_Flow(entry.at_ns, units, entry.entry_id))
    return books


def _own(entry: Entry, valuer: Valuer, unvalued: set[str]) -> list[_Own]:
    known, found = valuer.underlyings, list[_Own]()
    for one in entry.postings:
        if is_own(one.account):
            if one.asset in known:
                found.append((one.account, one.asset, one.units))
            else:
                unvalued.add(one.asset)
    return found


def _closing(books: _Books) -> dict[tuple[str, str], int]:
    keys = {*books.opening, *books.flows}
    return {
        key: books.opening.get(key, 0) + sum(flow.units for flow in books.flows.get(key, ()))
        for key in keys
    }


# --- lines ----------------------------------------------------------------------------------------


def _price_lines(given: AttributionInput, books: _Books, valuer: Valuer) -> Iterator[PnlLine]:
    for account, asset in sorted({*books.opening, *books.flows}):
        if not valuer.knows(asset) or valuer.underlying(asset) == BOOK_CURRENCY:
            continue
        held, flows = books.opening.get((account, asset), 0), books.flows.get((account, asset), [])
        if held == 0 and not flows:
            continue
        yield PnlLine(
            row_id=row_id(given.day, DESK, given.venues.get(account, account), PRICE_MOVE),
            entry_id="",
            underlying=valuer.underlying(asset),
            amount_usd_e24=_price_move(given, valuer, asset, held, flows),
            asset=asset,
        )


def _price_move(
    given: AttributionInput, valuer: Valuer, asset: str, held: int, flows: Sequence[_Flow]
) -> int | None:
    underlying = valuer.underlying(asset)
    before_e6 = given.marks.opening(underlying)
    moved = 0
    for flow in (*flows, _Flow(given.end_ns - 1, 0, "")):
        mark_e6 = given.marks.at(underlying, flow.at_ns)
        if mark_e6 is None or before_e6 is None:
            return None
        moved += valuer.at_mark(asset, held, mark_e6 - before_e6)
        held += flow.units
        before_e6 = mark_e6
    return moved


def _entry_lines(given: AttributionInput, books: _Books, valuer: Valuer) -> Iterator[PnlLine]:
    legs = {leg.leg_id: leg for leg in given.legs}
    decisions = {decision.opportunity_id: decision for decision in given.decisions}
    for entry, own in books.entries:
        if entry.cause in CAPITAL:
            continue
        leg = legs.get(entry.subject) if entry.cause == TRADE else None
        decision = decisions.get(entry.correlation_id)
        plan = decided_leg(decision, leg) if decision and leg else None
        if leg is not None and decision is not None and plan is not None:
            yield from _planned_lines(given, valuer, entry, leg_terms(leg, plan, decision, valuer))
        else:
            yield from _plain_lines(given, valuer, entry, own)


def decided_leg(decision: Decision, leg: Leg) -> DecidedLeg | None:
    """Find what the decision quoted for a leg; a hedge or an unwind was not quoted."""
    if leg.purpose != "leg":
        return None
    for quoted in decision.legs:
        if (quoted.venue, quoted.base_asset) == (leg.venue, leg.base_asset):
            return quoted
    return None


def _planned_lines(
    given: AttributionInput, valuer: Valuer, entry: Entry, terms: LegTerms
) -> Iterator[PnlLine]:
    for cause, amount in terms.by_cause(valuer):
        name = row_id(given.day, entry.strategy, entry.venue, cause)
        underlying = terms.underlying(valuer)
        yield PnlLine(name, entry.entry_id, underlying, amount, asset=terms.base_asset)


def _plain_lines(
    given: AttributionInput, valuer: Valuer, entry: Entry, own: Sequence[_Own]
) -> Iterator[PnlLine]:
    worth = [(asset, valuer.at(asset, units, entry.at_ns)) for _, asset, units in own]
    if sum_known(value for _, value in worth) == 0:
        return
    cause, missing = _plain_cause(entry)
    name = row_id(given.day, entry.strategy, entry.venue, cause)
    names = {valuer.underlying(asset) for asset, _ in worth}
    exposed = "+".join(sorted(names - {BOOK_CURRENCY}) or [BOOK_CURRENCY])
    for asset, value in worth:
        yield PnlLine(name, entry.entry_id, exposed, value, missing, asset)


def _plain_cause(entry: Entry) -> tuple[str, str]:
    if entry.cause != TRADE:
        return entry.cause, ""
    if entry.purpose != "leg":
        return LEGGING, ""
    return UNEXPLAINED, f"the decision behind leg {entry.subject}"


# --- rows -----------------------------------------------------------------------------------------


def _rows(given: AttributionInput, lines: Iterable[PnlLine], books: _Books) -> list[PnlRow]:
    touched = _entries_by_holder(given, books)
    grouped: defaultdict[str, list[PnlLine]] = defaultdict(list)
    for line in lines:
        grouped[line.row_id].append(line)
    return [_row(given, name, grouped[name], touched) for name in sorted(grouped)]


def _row(
    given: AttributionInput, name: str, lines: Sequence[PnlLine], touched: dict[str, list[str]]
) -> PnlRow:
    _, strategy, venue, cause = name.split("/", 3)
    exposed = {part for line in lines for part in line.underlying.split("+")}
    unmarked = {f"a mark of {one.underlying}" for one in lines if one.amount_usd_e24 is None}
    entry_ids = touched.get(venue, []) if cause == PRICE_MOVE else [one.entry_id for one in lines]
    return PnlRow(
        row_id=name,
        day=given.day,
        strategy=strategy,
        venue=venue,
        cause=cause,
        underlying="+".join(sorted(exposed)),
        amount_usd_e24=sum_known(line.amount_usd_e24 for line in lines),
        policy=given.marks.policy,
        entry_ids=tuple(dict.fromkeys(entry_ids)),
        missing=tuple(sorted(unmarked | {line.missing for line in lines if line.missing})),
    )


def _entries_by_holder(given: AttributionInput, books: _Books) -> dict[str, list[str]]:
    touched: defaultdict[str, list[str]] = defaultdict(list)
    for (account, _), flows in sorted(books.flows.items()):
        touched[given.venues.get(account, account)].extend(flow.entry_id for flow in flows)
    return dict(touched)


def _closing_marks(given: AttributionInput) -> dict[str, int]:
    names = sorted({asset.underlying for asset in given.assets})
    marked = {name: given.marks.at(name, given.end_ns - 1) for name in names}
    return {name: mark_e6 for name, mark_e6 in marked.items() if mark_e6 is not None}
