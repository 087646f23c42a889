"""Every contribution to a day's profit by itself: what attribution is, and what explains it.

For holdings Q and marks p, whatever path the marks take::

    E1 − E0 − capital = Σ over holdings, over intervals between flows   Q · Δp    (price_move)
                      + Σ over entries                                  q · p(t)  (all other rows)

One line an asset of ours an entry, of a planned leg one a term (`legs.py`), and one price move a
holding. Slow and plain: a day is summed by `sums.py`, which must say the same, and lines are made
of the row somebody asks about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from domain.desk import BOOK_CURRENCY
from domain.ledger.types import OPENING, TRADE, UNEXPLAINED, Entry, Posting, entry_order, is_own
from domain.pnl.equity import CAPITAL, plus
from domain.pnl.legs import TERMS, decided_leg, leg_terms
from domain.pnl.marks import MarkBook
from domain.pnl.sides import flipped_usd_e24
from domain.pnl.sums import DEALS, AttributionInput, label_of, nets_out
from domain.pnl.types import PRICE_MOVE, REVALUATION, PnlLine, row_id
from domain.pnl.values import Valuer
from domain.settlement.outcome import Leg
from domain.settlement.types import DecidedLeg, Decision

DESK = "desk"


def lines_of(given: AttributionInput) -> list[PnlLine]:
    """Write a day's contributions out: price moves by account and asset, then entries in order."""
    valuer = Valuer.of(given.assets, given.marks)
    entries = [one for one in sorted(given.entries, key=entry_order) if one.at_ns < given.end_ns]
    return [*_price_lines(given, entries, valuer), *_entry_lines(given, entries, valuer)]


def movers_of(given: AttributionInput, venue: str) -> list[str]:
    """Name the entries of a day that moved what is held at a venue, in their order."""
    return [
        entry.entry_id
        for entry in sorted(given.entries, key=entry_order)
        if not _is_opening(entry, given)
        and entry.at_ns < given.end_ns
        and any(
            is_own(one.account) and given.venues.get(one.account, one.account) == venue
            for one in entry.postings
        )
    ]


def _is_opening(entry: Entry, given: AttributionInput) -> bool:
    return entry.cause == OPENING or entry.at_ns < given.start_ns


def _known(entry: Entry, valuer: Valuer) -> list[Posting]:
    return [one for one in entry.postings if is_own(one.account) and valuer.knows(one.asset)]


def _price_lines(
    given: AttributionInput, entries: Sequence[Entry], valuer: Valuer
) -> Iterator[PnlLine]:
    opening: defaultdict[tuple[str, str], int] = defaultdict(int, given.opening)
    flows: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for entry in entries:
        for one in _known(entry, valuer):
            if _is_opening(entry, given):
                opening[one.account, one.asset] += one.units
            else:
                flows[one.account, one.asset].append((entry.at_ns, one.units))
    flipped = flipped_usd_e24(given.marks.flips, entries, given.opening, valuer, given.start_ns)
    for account, asset in sorted({*opening, *flows}):
        if valuer.knows(asset) and valuer.underlying(asset) != BOOK_CURRENCY:
            held, moved = opening[account, asset], flows[account, asset]
            sided = flipped.get((account, asset), 0)
            amount = plus(_price_move(given, valuer, asset, held, moved), -sided)
            venue, underlying = given.venues.get(account, account), valuer.underlying(asset)
            if amount or held or held + sum(units for _, units in moved):
                name = row_id(given.day, DESK, venue, PRICE_MOVE)
                yield PnlLine(name, "", underlying, amount, asset=asset)
            revalued = plus(revaluation_usd_e24(given.marks, valuer, asset, held), sided)
            if revalued != 0:
                name = row_id(given.day, DESK, venue, REVALUATION)
                yield PnlLine(name, "", underlying, revalued, asset=asset)


def revaluation_usd_e24(marks: MarkBook, valuer: Valuer, asset: str, units: int) -> int | None:
    """Value what opening at marks of another policy than the last close had makes of a holding.

    Returns:
        0 where the policy is the same; None where one of the two has no mark.
    """
    name = valuer.underlying(asset)
    if not marks.left or not units or name == BOOK_CURRENCY:
        return 0
    left_e6, opening_e6 = marks.left.get(name), marks.opening(name)
    if left_e6 is None or opening_e6 is None:
        return None
    return valuer.at_mark(asset, units, opening_e6 - left_e6)


def _price_move(
    given: AttributionInput,
    valuer: Valuer,
    asset: str,
    held: int,
    flows: Sequence[tuple[int, int]],
) -> int | None:
    underlying = valuer.underlying(asset)
    before_e6 = given.marks.opening(underlying)
    moved = 0
    for at_ns, units in (*flows, (given.end_ns - 1, 0)):
        mark_e6 = given.marks.at(underlying, at_ns)
        if mark_e6 is None or before_e6 is None:
            return None
        moved += valuer.at_mark(asset, held, mark_e6 - before_e6)
        held += units
        before_e6 = mark_e6
    return moved


def _entry_lines(
    given: AttributionInput, entries: Sequence[Entry], valuer: Valuer
) -> Iterator[PnlLine]:
    legs = {leg.leg_id: leg for leg in given.legs}
    decisions = {decision.opportunity_id: decision for decision in given.decisions}
    for entry in entries:
        if entry.cause in CAPITAL or _is_opening(entry, given):
            continue
        leg = legs.get(entry.subject) if entry.cause == TRADE else None
        decision = decisions.get(entry.correlation_id)
        plan = decided_leg(decision, leg) if decision and leg else None
        if leg is not None and decision is not None and plan is not None:
            yield from _planned_lines(given, valuer, entry, leg, decision, plan)
        else:
            yield from _plain_lines(given, valuer, entry)


def _planned_lines(
    given: AttributionInput,
    valuer: Valuer,
    entry: Entry,
    leg: Leg,
    decision: Decision,
    plan: DecidedLeg,
) -> Iterator[PnlLine]:
    asset = leg.base_asset
    terms = leg_terms(
        leg.base_units * valuer.scale(asset),
        valuer.at(leg.quote_asset, leg.quote_units, leg.at_ns),
        given.marks.at(valuer.underlying(asset), leg.at_ns),
        decision.mark_e6,
        plan,
    )
    for cause, amount in zip(TERMS, terms, strict=True):
        name = row_id(given.day, entry.strategy, entry.venue, cause)
        yield PnlLine(name, entry.entry_id, valuer.underlying(asset), amount, asset=asset)


def _plain_lines(given: AttributionInput, valuer: Valuer, entry: Entry) -> Iterator[PnlLine]:
    known, label = _known(entry, valuer), label_of(entry)
    if entry.cause not in DEALS and nets_out(known, valuer):
        return
    missing = f"the decision behind leg {entry.subject}" if _is_lost(entry) else ""
    name = row_id(given.day, entry.strategy, entry.venue, label)
    for one in known:
        worth = valuer.at(one.asset, one.units, entry.at_ns)
        underlying = valuer.underlying(one.asset)
        yield PnlLine(name, entry.entry_id, underlying, worth, missing, one.asset)


def _is_lost(entry: Entry) -> bool:
    return entry.cause == TRADE and label_of(entry) == UNEXPLAINED
