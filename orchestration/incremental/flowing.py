"""What flowed on a day, by what is new: sums of settled flows go on from the newest checkpoint."""

from __future__ import annotations

from domain.layers.rolling import Flows, flows_of, summed
from domain.settlement.outcome import Leg
from orchestration.day import Day
from orchestration.incremental.checkpoints import Checkpoints
from orchestration.incremental.timed_rows import TimedRows
from orchestration.reading.movements import LEGS, MOVEMENTS, Movement, settlement_of

FLOWS_SO_FAR = "kept_reconciliation__flows"


def flows_settled(day: Day) -> Flows:
    """Sum what settled of a day, by account, asset and direction: it rolls as all of it does."""
    legs, movements = TimedRows(day, LEGS, Leg), TimedRows(day, MOVEMENTS, Movement)
    checkpoints = Checkpoints(day, FLOWS_SO_FAR, Flows, (), [legs.told, movements.told])
    past, end_ns = checkpoints.latest(), day.span_ns[1]

    def added(begun: Flows, start_ns: int | None, until_ns: int | None) -> Flows:
        read = legs.read(start_ns, until_ns), movements.read(start_ns, until_ns)
        new = flows_of(settlement_of((), *read))
        return summed(Flows([*begun.moves, *new.moves], [*begun.fees, *new.fees]))

    found = added(past.state if past else Flows([], []), past and past.until_ns, end_ns)
    checkpoints.keep(found)
    return added(found, end_ns, None)
