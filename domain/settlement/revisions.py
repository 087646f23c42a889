"""Busts and corrections: what an exchange took back of a fill, told by its statement's adjustments.

An adjustment that names a trade moved our balance when it was booked, not when the trade was; so
the leg stays as it was reported, and the revision is a movement of its own. What stands of the leg
is the sum of both. An adjustment may be told before its fill; until then nothing explains it, and
it is an unexplained line like any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from domain.identity import fact_id
from domain.settlement.flows import sum_moves
from domain.settlement.outcome import Leg, Move, Revision
from domain.settlement.types import LedgerLine

ADJUSTMENT = "adjustment"
BUST, AMENDMENT = "bust", "amendment"


def revisions_of(legs: Iterable[Leg], lines: Iterable[LedgerLine]) -> list[Revision]:
    """Read adjustments of known legs, each instant of a leg as one revision.

    Args:
        legs: Of the exchange, each once; their evidence is the trade id.
        lines: Of the statement, each once.

    Returns:
        Ordered by time and id. The one after which nothing of the leg is left is its bust.
    """
    by_trade = {(leg.venue, leg.evidence): leg for leg in legs}
    told: defaultdict[tuple[str, str], defaultdict[int, list[LedgerLine]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for line in lines:
        if line.kind == ADJUSTMENT and (line.venue, line.ref_id) in by_trade:
            told[line.venue, line.ref_id][line.at_ns].append(line)
    found: list[Revision] = []
    for key, instants in told.items():
        standing = by_trade[key]
        for at_ns in sorted(instants):
            one = _revision(standing, at_ns, instants[at_ns])
            if not one.moves and not one.fees:
                continue
            standing = revised(standing, one)
            is_left = bool(standing.moves or standing.fees)
            found.append(one if is_left else msgspec.structs.replace(one, kind=BUST))
    return sorted(found, key=lambda one: (one.at_ns, one.revision_id))


def standing_legs(legs: Iterable[Leg], revisions: Iterable[Revision]) -> list[Leg]:
    """Give legs as they stand after what was taken back, in their order; busted ones are gone."""
    by_leg: defaultdict[str, list[Revision]] = defaultdict(list)
    for one in revisions:
        by_leg[one.leg_id].append(one)
    standing: list[Leg] = []
    for leg in legs:
        left = leg
        for one in by_leg[leg.leg_id]:
            left = revised(left, one)
        if left is leg or left.moves or left.fees:
            standing.append(left)
    return standing


def revised(leg: Leg, one: Revision) -> Leg:
    """Add a revision to a leg."""
    return msgspec.structs.replace(
        leg,
        base_units=leg.base_units + one.base_units,
        quote_units=leg.quote_units + one.quote_units,
        moves=sum_moves([*leg.moves, *one.moves]),
        fees=sum_moves([*leg.fees, *one.fees]),
    )


def _revision(leg: Leg, at_ns: int, lines: Iterable[LedgerLine]) -> Revision:
    ordered = sorted(lines, key=lambda line: line.line_id)
    moves = sum_moves(Move(line.account, line.asset, line.units) for line in ordered)
    return Revision(
        revision_id=fact_id("revision", leg.leg_id, *(line.line_id for line in ordered)),
        kind=AMENDMENT,
        leg_id=leg.leg_id,
        execution_id=leg.execution_id,
        opportunity_id=leg.opportunity_id,
        strategy=leg.strategy,
        venue=leg.venue,
        at_ns=at_ns,
        base_units=sum(move.units for move in moves if move.asset == leg.base_asset),
        quote_units=sum(move.units for move in moves if move.asset == leg.quote_asset),
        moves=moves,
        fees=sum_moves(Move(line.account, line.asset, -line.fee_units) for line in ordered),
        order_ref=leg.order_ref,
        evidence=f"{leg.evidence} {','.join(line.line_id for line in ordered)}",
    )
