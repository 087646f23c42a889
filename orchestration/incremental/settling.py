"""Settling a day by what is new: only strands with a fact that came, went or changed.

Beside its three tables a settlement keeps which staged facts each strand has, by digest, the keys
that join them and the rows it settled to. A look compares digests, takes the strands apart that
anything new touches, settles those and puts their rows in place of the old ones; the other rows
stay columns. Without kept state that fits (`kept.py`) every fact is new, and that is settling the
whole day: the same code, the same bytes.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours)

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from domain.settlement.outcome import Settlement
from domain.settlement.settle import settle
from domain.settlement.strands import Key, put_together, strands_of
from domain.settlement.types import ChainBook, ExchangeBook
from orchestration.day import Day
from orchestration.incremental.kept import keep, kept, seal_of
from orchestration.incremental.staged_facts import (
    FACTS,
    FILLS,
    LINES,
    PAYMENTS,
    REBASES,
    SOURCES,
    TRANSACTIONS,
    StagedFact,
    StagedFacts,
)
from orchestration.reading import books
from orchestration.reading.movements import KEYS, TABLES, in_order, rows_of
from orchestration.resources.arrow import (
    is_one_of,
    joined_text,
    key_text,
    one_below_the_other,
    ordered_by,
    pc,
    texts,
    where,
    where_not,
)
from orchestration.resources.lake import struct_table
from orchestration.resources.warehouse import Warehouse

STRANDS = "kept_settlement__strands"
_JOIN = "join"
"""Marks rows of kept state that are keys; others are facts by source, or results by table."""
_STATE = ("what", "key", "strand")
_Told = tuple[str, str, str]


class Settled(msgspec.Struct, frozen=True):
    """How a look at a day went.

    Args:
        facts: New to it, or no longer there.
        strands: Settled because of them.
    """

    facts: int
    strands: int


def settle_new(day: Day) -> Settled:
    """Settle what is new of a day, and leave its three tables as settling all of it would.

    Returns:
        How much that was; nothing is written when nothing is new.
    """
    with Warehouse(day.home).asked() as connection:
        staged = StagedFacts(connection, day)
        before = kept(day.home, STRANDS, day.name, _seal(day))
        state = before if before is not None else _no_state()
        connection.register("strands_kept", state)
        changed, touched, facts = _look(staged)
        if before is not None and not changed:
            return Settled(0, 0)
        strands = strands_of((_Keyed(fact, keys := fact.keys), keys) for fact in facts)
        rules = _Rules(day)
        made = [(strand, rules.settled([one.staged for one in strand])) for strand in strands]
        _write(day, state, touched, (settlement for _, settlement in made))
        _keep(day, state, touched, [row for one in made for row in _told(*one)])
        return Settled(changed, len(made))


class _Keyed(NamedTuple):
    """A staged fact with what joins it to others."""

    staged: StagedFact
    keys: list[Key]


# --- what is new ----------------------------------------------------------------------------------


def _look(staged: StagedFacts) -> tuple[int, list[str], list[StagedFact]]:
    """Find what changed: how many facts, the kept strands it touches, all facts to settle."""
    ask = staged.ask
    ask(
        "create or replace temp table facts_new as "
        "select what, key from facts_staged anti join strands_kept using (what, key)"
    )
    listed = f"what in {SOURCES}"
    ask(
        f"create or replace temp table facts_gone as select what, key from strands_kept "
        f"where {listed} and (what, key) not in (select (what, key) from facts_staged)"
    )
    counted = "select (select count(*) from facts_new) + (select count(*) from facts_gone)"
    changed = int(ask(counted).fetchone()[0])
    ask("create or replace temp table facts_joined (key varchar)")
    new = staged.read("facts_new")
    is_first = not ask("select count(*) from strands_kept").fetchone()[0]
    joins = () if is_first else sorted({key_text(key) for fact in new for key in fact.keys})
    if joins:
        ask("insert into facts_joined select unnest(?)", [joins])
    touched = ask(
        f"""select distinct strand from strands_kept
        where (what = '{_JOIN}' and key in (from facts_joined))
        or (what, key) in (select (what, key) from facts_gone) order by strand"""
    ).fetchall()
    names = [row[0] for row in touched]
    ask("create or replace temp table facts_beside (what varchar, key varchar)")
    if names:
        ask(
            f"""insert into facts_beside select what, key from strands_kept
            where {listed} and strand in (select unnest(?))
            and (what, key) not in (select (what, key) from facts_gone)""",
            [names],
        )
    return changed, names, [*new, *staged.read("facts_beside")]


# --- what it settles to ---------------------------------------------------------------------------

_TIMED = (
    "legs", "gas", "transfers", "conversions", "flows", "unexplained", "incidents", "revisions",
    "liquidity", "transits",
)  # fmt: skip


def of_the_day(settlement: Settlement, start_ns: int | None, alive: Collection[str]) -> Settlement:
    """Leave out what the day before settled already and was loaded only to be finished.

    Args:
        settlement: Of facts of both days.
        start_ns: Where the day starts; None on a desk's first day, of which all is its own.
        alive: Opportunities that any fact of the day itself is about.
    """
    if start_ns is None:
        return settlement
    later = {
        name: tuple(item for item in getattr(settlement, name) if item.at_ns >= start_ns)
        for name in _TIMED
    }
    executions = tuple(one for one in settlement.executions if one.opportunity_id in alive)
    return msgspec.structs.replace(settlement, executions=executions, **later)


class _Rules:
    """What settling one strand needs besides its facts; read once a look."""

    def __init__(self, day: Day) -> None:
        self.day = day.name
        self.card = day.card
        self.heads = day.heads
        self.start_ns = day.first_ns
        self.carried = day.open_before()

    def settled(self, strand: Sequence[StagedFact]) -> Settlement:
        """Settle one strand as if nothing else had happened."""
        facts: defaultdict[str, list[Any]] = defaultdict(list)
        for one in strand:
            facts[one.source].append(one)
        records = sorted(facts[FACTS], key=lambda one: one.row["seq"])
        found = settle(
            self.card,
            books.book_of_facts((one.place, one.fact) for one in records if one.fact),
            ExchangeBook(
                fills=tuple(one.fact for one in facts[FILLS]),
                lines=tuple(one.fact for one in facts[LINES]),
                opened_ns=self.card.opened_ns,
                payments=tuple(one.fact for one in facts[PAYMENTS]),
            ),
            ChainBook(
                transactions=tuple(one.fact for one in facts[TRANSACTIONS]),
                heads=self.heads,
                rebases=tuple(one.fact for one in facts[REBASES]),
            ),
            self.carried,
        )
        alive = {one.row["correlation_id"] for one in records if one.row["day"] == self.day}
        return of_the_day(found, self.start_ns, alive)


# --- what is kept of it ---------------------------------------------------------------------------


def _write(day: Day, state: pa.Table, touched: Sequence[str], made: Iterable[Settlement]) -> None:
    """Put the rows of new strands in place of those of touched ones; the others stay columns."""
    rows = rows_of(put_together(made))
    for table, kind in TABLES.items():
        before = day.lake.table(table, day.name) if state.num_rows else None
        gone = _of_strands(state, touched, table)
        if before is not None and not gone and not rows[table]:
            continue
        new = struct_table(kind, rows[table])
        if before is not None:
            others = where_not(before, is_one_of(joined_text(before, KEYS[table]), gone))
            new = one_below_the_other([others, new])
        day.lake.put(table, day.name, in_order(table, new))


def _keep(day: Day, state: pa.Table, touched: Sequence[str], told: Iterable[_Told]) -> None:
    """Remember the strands, after the tables they settled to."""
    others = where_not(state, is_one_of(state["strand"], touched))
    rows = list(told)
    new = pa.table([texts(row[i] for row in rows) for i in range(len(_STATE))], names=list(_STATE))
    whole = ordered_by(one_below_the_other([others, new]), _STATE)
    keep(day.home, STRANDS, day.name, whole, _seal(day))


def _told(strand: Sequence[_Keyed], settlement: Settlement) -> Iterator[_Told]:
    """List a strand's facts, the keys that join them, and the rows it settled to."""
    name = min(fact.digest for fact, _ in strand)
    yield from ((fact.source, fact.digest, name) for fact, _ in strand)
    yield from ((_JOIN, key_text(key), name) for key in {key for one in strand for key in one.keys})
    for table, rows in rows_of(settlement).items():
        keyed = KEYS[table]
        yield from ((table, key_text(getattr(row, one) for one in keyed), name) for row in rows)


def _of_strands(state: pa.Table, strands: Sequence[str], what: str) -> list[str]:
    is_asked = pc.and_(pc.equal(state["what"], what), is_one_of(state["strand"], strands))
    return where(state, is_asked)["key"].to_pylist()


def _no_state() -> pa.Table:
    return pa.table({name: texts([]) for name in _STATE})


def _seal(day: Day) -> str:
    which = "first" if day.first_ns is None else "later"
    return seal_of(day.home, day.name, TABLES, which, day.open_before())
