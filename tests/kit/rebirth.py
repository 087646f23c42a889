"""A trader that is killed and started again on the same chain, exchange and journal."""

from __future__ import annotations

from journal.records import Fact, OpportunityFound
from live.execution.finality import FinalityWatch
from live.execution.history import Past, fold
from live.execution.legs import execution_id
from live.execution.recovery import recover
from live.execution.run import Run
from tests.kit.facts import fact
from tests.kit.theatre import Theatre


class Killed(BaseException):
    """The process was killed here; nothing after this line ran."""


def past_of(theatre: Theatre) -> Past:
    return fold((e.fact.record_id(), e.fact) for e in theatre.recorder.entries)


async def open_books(theatre: Theatre, opportunity: OpportunityFound) -> None:
    """Write what the coordinator writes before an execution is walked."""
    oid = opportunity.opportunity_id
    facts: list[Fact] = [
        opportunity,
        fact("risk.decided", opportunity_id=oid, is_approved=True),
        fact(
            "execution.planned",
            execution_id=execution_id(oid),
            opportunity_id=oid,
            agent="atomic" if opportunity.strategy == "dex_dex" else "two_leg",
        ),
    ]
    await theatre.scribe.note(theatre.trail(opportunity), *facts)


async def started_again(theatre: Theatre) -> list[Run]:
    """Start another process on the same chain, exchange and journal."""
    again = theatre.reborn()
    watch = FinalityWatch(again.chain, again.lane, again.runner, again.scribe)
    return await recover(past_of(theatre), again.lane, again.runner, watch, again.amendments)
