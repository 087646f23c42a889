"""Transfers between wallet and exchange that do not explain themselves: overdue, or not told apart.

What left and came, or is within its window, is no break. What is overdue keeps its first sight, so
that it ages from when it left the window.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.identity import TRANSIT, transit_account
from domain.matching.types import Break, make_break
from domain.settlement.outcome import Transit
from domain.settlement.pairing import WINDOW_NS
from domain.settlement.underway import OpenTransit

RECON = "transits"


def transit_breaks(
    underway: Iterable[OpenTransit], transits: Iterable[Transit], cutoff_ns: int
) -> list[Break]:
    """Find what is overdue, what came otherwise than it left, and what nobody can tell apart.

    Args:
        underway: What is open at the cut-off.
        transits: Of the day.
        cutoff_ns: Up to when everything that came is known.
    """
    found = [*_open(underway, cutoff_ns), *_untold(transits)]
    return sorted(found, key=lambda one: one.break_id)


def _open(underway: Iterable[OpenTransit], cutoff_ns: int) -> Iterator[Break]:
    for one in underway:
        is_partial = one.left_units != one.units
        due_ns = one.at_ns if is_partial else one.at_ns + WINDOW_NS
        if cutoff_ns <= due_ns or one.units < 0:
            continue
        say = (
            f"{one.units} left with {one.evidence} and {one.units - one.left_units} of it came"
            if is_partial
            else f"{one.units} left with {one.evidence} and has not come in its window"
        )
        yield make_break(
            RECON,
            "QTY" if is_partial else "INTERNAL_TRANSFER",
            one.transit_id,
            f"{say}; ask {one.venue} where it is",
            due_ns,
            side="external",
            asset=one.asset,
            amount_units=-one.left_units,
            account=transit_account(one.venue),
        )


def _untold(transits: Iterable[Transit]) -> Iterator[Break]:
    for one in transits:
        if one.is_arrival and not one.departed_id:
            [asset] = {move.asset for move in one.moves if move.account.startswith(TRANSIT)}
            yield make_break(
                RECON,
                "INTERNAL_TRANSFER",
                one.transit_id,
                f"{one.evidence} is {one.departed}; ask {one.venue} for its transaction hash",
                one.at_ns,
                asset=asset,
                account=one.account,
            )
