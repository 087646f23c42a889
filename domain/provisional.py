"""How much of a close could still change: by asset, what is booked short of final, and what waits.

Two things are provisional. What was settled in blocks short of final at the anchor is in the books
already; what was seen behind the anchor waits on pending accounts and is not. Each is told both
ways, received and given, since one does not make the other certain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from domain.desk import BOOK_CURRENCY, Asset
from domain.layers.rolling import flows_of
from domain.money import BOOK_MARK_E6, value_usd_e24
from domain.positions.held import Held
from domain.settlement.outcome import Settlement


class Provisional(msgspec.Struct, frozen=True):
    """One asset; all amounts are positive, in base units.

    Args:
        received_units, given_units: Booked, by movements short of final, fees included; a transfer
            between accounts of ours is both.
        incoming_units, outgoing_units: Pending, not booked on accounts of ours yet; None where
            positions were not measured.
        value_usd_e24: Of all of them together, without regard to sign; None where an amount, the
            asset or its mark is unknown.
    """

    asset: str
    received_units: int
    given_units: int
    incoming_units: int | None
    outgoing_units: int | None
    value_usd_e24: int | None


def provisional(
    short: Settlement,
    held: Iterable[Held] | None,
    assets: Iterable[Asset],
    marks_e6: Mapping[str, int],
) -> list[Provisional]:
    """Add up by asset what could still change.

    Args:
        short: What of the day's settlement is not final.
        held: Holdings at the anchor with what is pending; None where they are not known.
        assets: Reference data.
        marks_e6: Underlying -> closing mark.

    Returns:
        One row an asset of which anything is provisional, in order.
    """
    received, given = defaultdict[str, int](int), defaultdict[str, int](int)
    incoming, outgoing = defaultdict[str, int](int), defaultdict[str, int](int)
    flows = flows_of(short)
    for move in (*flows.moves, *flows.fees):
        (received if move.units > 0 else given)[move.asset] += abs(move.units)
    for one in held or ():
        incoming[one.asset] += one.incoming_units
        outgoing[one.asset] += one.outgoing_units
    known = {one.asset: one for one in assets}
    marks = {BOOK_CURRENCY: BOOK_MARK_E6, **marks_e6}
    rows: list[Provisional] = []
    for name in sorted({*received, *given, *incoming, *outgoing}):
        booked = received[name] + given[name]
        waiting = None if held is None else incoming[name] + outgoing[name]
        if booked or waiting:
            row = Provisional(
                asset=name,
                received_units=received[name],
                given_units=given[name],
                incoming_units=None if held is None else incoming[name],
                outgoing_units=None if held is None else outgoing[name],
                value_usd_e24=_worth(booked, waiting, known.get(name), marks),
            )
            rows.append(row)
    return rows


def _worth(
    booked: int, waiting: int | None, asset: Asset | None, marks: Mapping[str, int]
) -> int | None:
    mark_e6 = marks.get(asset.underlying) if asset else None
    if asset is None or waiting is None or mark_e6 is None:
        return None
    return value_usd_e24(booked + waiting, asset.decimals, mark_e6)
