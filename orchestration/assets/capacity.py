"""Capacity: what each stage of the loop carried this day, and what that says about more.

Busy spans are read off the journal's own times; the law is `domain.capacity`'s. No forecast here.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours)

from collections.abc import Iterable

import dagster as dg
import msgspec

from domain.capacity.headroom import Headroom, StageLoad, headroom
from journal.records import (
    ExecutionFinalised,
    ExecutionFinished,
    ExecutionPlanned,
    OpportunityFound,
)
from orchestration.assets.catalog import book_spec, done, step
from orchestration.day import HEADROOM, Day
from orchestration.reading.movements import EXECUTIONS
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import POOL, Warehouse

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
    spans, session_ns = carried(day)
    stages = [_stage(name, found, session_ns) for name, found in spans.items()]
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


def carried(day: Day) -> tuple[dict[str, list[Span]], int]:
    """Read how long the loop was at it: planned to concluded, for each strategy's executions.

    Returns:
        Strategy -> spans, in the order they were planned; and how long the loop was heard of.
    """
    spans: dict[str, list[Span]] = {"dex_dex": [], "cex_dex": []}
    with Warehouse(day.home).asked() as connection:
        connection.execute(_TOLD)
        for strategy, start_ns, end_ns in connection.execute(_SPANS).fetchall():
            spans.setdefault(strategy, []).append((start_ns, end_ns))
        return spans, int(connection.execute(_SESSION).fetchone()[0])


_TOLD = f"""
create or replace temp table stages_told as
select
    seq, kind, observed_ns,
    payload ->> '$.execution_id' as execution_id,
    payload ->> '$.strategy' as strategy,
    case when kind = '{OpportunityFound.KIND}' then cast(payload ->> '$.found_ns' as bigint)
        when kind <> '{ExecutionPlanned.KIND}' then observed_ns end as heard_ns
from stg_journal__facts
where kind in (
    '{OpportunityFound.KIND}', '{ExecutionPlanned.KIND}', '{ExecutionFinished.KIND}',
    '{ExecutionFinalised.KIND}'
)
"""
_SPANS = f"""
select planned.strategy, planned.observed_ns, ended.observed_ns
from stages_told as planned
inner join (
    select execution_id, arg_max(observed_ns, seq) as observed_ns
    from stages_told where kind = '{ExecutionFinished.KIND}' group by execution_id
) as ended on planned.execution_id = ended.execution_id
where planned.kind = '{ExecutionPlanned.KIND}' order by planned.seq
"""
_SESSION = "select coalesce(max(heard_ns) - min(heard_ns), 0) from stages_told"


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
