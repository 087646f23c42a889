"""What was predicted beside what came of it, by what is new: opportunity by opportunity.

What is said of an opportunity is its decision, the verdicts on it and its executions. A look
digests those, compares the opportunities that are said otherwise than at the last look, and puts
their rows in place of the old ones; the other rows stay columns. Without kept state that fits
(`kept.py`) every opportunity is new: the same code.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours)

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.pnl.performance import Compared, compare
from domain.settlement.outcome import SettledExecution
from journal.records import OpportunityFound, RiskDecided
from orchestration.day import COMPARED, Day
from orchestration.incremental.kept import keep, kept, seal_of
from orchestration.reading import books
from orchestration.reading.movements import EXECUTIONS
from orchestration.resources.arrow import (
    is_one_of,
    one_below_the_other,
    ordered_by,
    where,
    where_not,
)
from orchestration.resources.lake import struct_table
from orchestration.resources.warehouse import Warehouse, rows_of

SAID = "kept_pnl__opportunities"
_FACTS = f"""
create or replace temp table decided as
select seq, kind, payload, observed_ns, payload ->> '$.opportunity_id' as subject
from stg_journal__facts
where day = ? and kind in ('{OpportunityFound.KIND}', '{RiskDecided.KIND}')
"""
_SAID = """
select subject, md5(string_agg(digest, '' order by digest)) as digest
from (
    select subject, md5(kind || payload) as digest from decided
    union all
    select opportunity_id as subject, md5(document) as digest from executions_settled
)
group by subject order by subject
"""


def compare_new(day: Day) -> None:
    """Compare what is new of a day's opportunities, and leave the table as comparing all would."""
    made = day.lake.table(EXECUTIONS, day.name, ["opportunity_id", "document"])
    executions = struct_table(SettledExecution, []) if made is None else made
    with Warehouse(day.home).asked() as connection:
        connection.register("executions_settled", executions)
        connection.execute(_FACTS, [day.name])
        said = connection.execute(_SAID).to_arrow_table()
        before = kept(day.home, SAID, day.name, _seal(day))
        stood = said.slice(0, 0) if before is None else before
        connection.register("opportunities_said", said)
        connection.register("opportunities_stood", stood)
        changed = _texts(connection.execute(_CHANGED).fetchall())
        asked = "select * from decided where subject in (select unnest(?)) order by seq"
        facts = rows_of(connection.execute(asked, [changed])) if changed else []
    old = None if before is None else day.lake.table(COMPARED, day.name)
    if old is not None and not changed:
        return
    about = where(executions, is_one_of(executions["opportunity_id"], changed))
    found = _compared(facts, about["document"].to_pylist())
    rows = struct_table(Compared, found)
    if old is not None:
        rows = one_below_the_other(
            [where_not(old, is_one_of(old["opportunity_id"], changed)), rows]
        )
    day.lake.put(COMPARED, day.name, ordered_by(rows, ("found_ns", "opportunity_id")))
    keep(day.home, SAID, day.name, said, _seal(day))


_CHANGED = """
select distinct subject from (
    (from opportunities_said except from opportunities_stood)
    union all
    (from opportunities_stood except from opportunities_said)
) order by subject
"""


def _texts(rows: Sequence[tuple[str]]) -> list[str]:
    return [row[0] for row in rows]


def _compared(facts: Sequence[books.Row], documents: Sequence[str]) -> list[Compared]:
    journal = books.journal_book(facts)
    decode = msgspec.json.Decoder(SettledExecution).decode
    return compare(journal.decisions, journal.verdicts, map(decode, documents))


def _seal(day: Day) -> str:
    return seal_of(day.home, day.name, [COMPARED])
