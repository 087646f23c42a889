"""Capacity: what each stage of the loop carried this day, and what that says about more.

Busy spans are read off the journal's own times; the law is `domain.capacity`'s. No forecast here.
"""

from collections.abc import Iterable

import dagster as dg
import msgspec

from domain.capacity.headroom import Headroom, StageLoad, headroom
from domain.settlement.types import JournalBook
from orchestration.assets.catalog import book_spec, done, step
from orchestration.day import HEADROOM, Day
from orchestration.movements import EXECUTIONS
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import POOL

Span = tuple[int, int]


class Stage(msgspec.Struct, frozen=True):
    """One stage's load of a day and what follows; rates are exact fractions as text."""

    stage: str
    items: int
    busy_ns: int
    elapsed_ns: int
    utilisation: str
    ceiling_per_s: str
    known: str
    unknown: str


SPEC = book_spec(
    HEADROOM,
    "capacity",
    "One row per stage of the loop: what it carried and could carry, as far as measured.",
    Stage,
    (EXECUTIONS, "stg_journal__facts"),
)


@step("measure_headroom", SPEC, pool=POOL)
def headroom_measured(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """State what each stage carried."""
    day = Day(desk.home, context.partition_key)
    journal = day.journal()
    stages = [_stage(name, spans, _session(journal)) for name, spans in _spans(journal).items()]
    return done(
        day.lake.save(HEADROOM, day.name, Stage, stages),
        **{stage.stage: stage.known or stage.unknown for stage in stages},
    )


def busy_ns(spans: Iterable[Span]) -> int:
    """Measure how long at least one span was running; overlaps count once."""
    busy, reached = 0, 0
    for start, end in sorted(spans):
        busy += max(0, end - max(start, reached))
        reached = max(reached, end)
    return busy


def _spans(journal: JournalBook) -> dict[str, list[Span]]:
    """Planned to concluded, for each strategy's executions."""
    ends = {one.execution_id: one.observed_ns for one in journal.outcomes if not one.is_final}
    spans: dict[str, list[Span]] = {"dex_dex": [], "cex_dex": []}
    for plan in journal.executions:
        if plan.execution_id in ends:
            span = plan.planned_ns, ends[plan.execution_id]
            spans.setdefault(plan.strategy, []).append(span)
    return spans


def _session(journal: JournalBook) -> int:
    times = [
        *(one.found_ns for one in journal.decisions),
        *(one.observed_ns for one in journal.outcomes),
    ]
    return max(times) - min(times) if times else 0


def _stage(name: str, spans: list[Span], elapsed_ns: int) -> Stage:
    load = StageLoad(name, len(spans), busy_ns(spans), elapsed_ns)
    said: Headroom = headroom(load)
    return Stage(
        stage=name,
        items=load.items,
        busy_ns=load.busy_ns,
        elapsed_ns=elapsed_ns,
        utilisation=str(said.utilisation or ""),
        ceiling_per_s=str(said.ceiling_per_s or ""),
        known="; ".join(said.known),
        unknown="; ".join(said.unknown),
    )


CAPACITY = [headroom_measured]
