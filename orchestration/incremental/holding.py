"""What is held after a day's entries, by what is new: sums go on from the newest checkpoint."""

from __future__ import annotations

import msgspec

from domain.ledger.balances import Position, roll_forward
from domain.ledger.types import Entry
from domain.positions.held import Held, Holdings, carried_in, held_of, holdings_of
from orchestration.day import ENTRIES, HELD, Day
from orchestration.incremental.checkpoints import Checkpoints
from orchestration.incremental.timed_rows import TimedRows

POSITIONS_SO_FAR = "kept_positions__positions"
HOLDINGS_SO_FAR = "kept_positions__holdings"


class PositionsSoFar(msgspec.Struct, frozen=True):
    """How every account and asset rolled up to an instant."""

    positions: list[Position]


def positions_of(day: Day) -> list[Position]:
    """Roll every account from the carried opening to its closing."""
    (start_ns, end_ns), carried = day.span_ns, day.carried()
    entries, opened = TimedRows(day, ENTRIES, Entry), [start_ns, *sorted(carried.items())]
    checkpoints = Checkpoints(day, POSITIONS_SO_FAR, PositionsSoFar, opened, [entries.told])
    past = checkpoints.latest()
    rows = entries.read(past and past.until_ns, end_ns)
    if past is None:
        rolled = roll_forward(rows, start_ns, end_ns, opening=carried)
    else:
        rolled = roll_forward(rows, start_ns, end_ns, past=past.state.positions)
    checkpoints.keep(PositionsSoFar(rolled))
    return roll_forward(entries.read(end_ns), start_ns, end_ns, past=rolled)


def held_by(day: Day) -> list[Held]:
    """Sum what each strategy holds where, onto what the day before ended with."""
    end_ns = day.span_ns[1]
    carried = carried_in(day.lake.load(HELD, day.previous, Held) if day.previous else ())
    entries, opened = TimedRows(day, ENTRIES, Entry), [msgspec.json.encode(carried)]
    checkpoints = Checkpoints(day, HOLDINGS_SO_FAR, Holdings, opened, [entries.told])
    past = checkpoints.latest()
    rows = entries.read(past and past.until_ns, end_ns)
    held = holdings_of(rows, past.state if past else carried)
    checkpoints.keep(held)
    return held_of(holdings_of(entries.read(end_ns), held))
