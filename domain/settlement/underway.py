"""What is on its way between our wallet and an exchange after everything that is known.

What left is open until what came adds up to it. A row stands for one departure, or for an arrival
of which nobody says which of several departures it was; where rows of one amount sum to nothing,
nothing is open. Pairing is `pairing.py`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from domain.identity import TRANSIT, transit_account
from domain.settlement.outcome import Move, Transit


class OpenTransit(msgspec.Struct, frozen=True):
    """One departure that has not wholly arrived.

    Args:
        kind: ``deposit`` or ``withdrawal``.
        account: Where it left, or where it came of an arrival that belongs to none alone.
        asset: What left.
        units: How much left; negative for such an arrival.
        left_units: How much of it is still on its way.
        name: As :class:`~domain.settlement.outcome.Transit` has it.
    """

    transit_id: str
    kind: str
    venue: str
    account: str
    asset: str
    units: int
    left_units: int
    name: str
    at_ns: int
    evidence: str


def underway(before: Iterable[OpenTransit], transits: Iterable[Transit]) -> list[OpenTransit]:
    """Add a span's transits to what was on its way before it.

    Args:
        before: As the span before left it.
        transits: Of the span, in any order.

    Returns:
        What is still open, ordered by time and id.
    """
    rows = {one.transit_id: one for one in before}
    moved = sorted(transits, key=lambda one: (one.is_arrival, one.at_ns, one.transit_id))
    for one in moved:
        for move in _in_transit(one):
            known = rows.get(one.departed_id if one.is_arrival else one.transit_id)
            if known is None:
                rows[one.transit_id] = _row(one, move)
            else:
                left = known.left_units + move.units
                rows[known.transit_id] = msgspec.structs.replace(known, left_units=left)
    return sorted(_open(rows.values()), key=lambda one: (one.at_ns, one.transit_id))


def held_underway(rows: Iterable[OpenTransit]) -> dict[tuple[str, str], int]:
    """Sum what is on its way by account in transit and asset."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for one in rows:
        sums[transit_account(one.venue), one.asset] += one.left_units
    return dict(sums)


def _in_transit(one: Transit) -> list[Move]:
    """Sum what one side moved on the account in transit: of one asset, since a side has one."""
    own = [move for move in (*one.moves, *one.fees) if move.account.startswith(TRANSIT)]
    if not own:
        return []
    return [Move(own[0].account, own[0].asset, sum(move.units for move in own))]


def _row(one: Transit, move: Move) -> OpenTransit:
    return OpenTransit(
        one.transit_id, one.kind, one.venue, one.account, move.asset, move.units, move.units,
        one.name, one.at_ns, one.evidence,
    )  # fmt: skip


def _open(rows: Iterable[OpenTransit]) -> Iterable[OpenTransit]:
    """Leave out what has arrived, and what of one amount sums to nothing."""
    groups: defaultdict[tuple[str, str, str, int], list[OpenTransit]] = defaultdict(list)
    for one in rows:
        if one.left_units:
            groups[one.kind, one.venue, one.asset, abs(one.units)].append(one)
    for group in groups.values():
        if sum(one.left_units for one in group):
            yield from group
