"""Matching a day by what is new: what agreed, and whose facts are as they were, stays as it stands.

Beside the matches is kept which staged facts each strand has (`domain/matching/strands.py`), and
which strands wait. A look compares again what anything new, changed or gone touches, and all that
waits; whatever disagrees waits, so breaks are always found anew. Matches of the other strands stay
columns. Without kept state that fits (`kept.py`) every fact is new, and that is comparing the whole
day: the same code, the same bytes. So it is when the cut-off moves back, since it says what is due.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours)

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from domain.matching import chain, exchange, statement
from domain.matching.made import Compared, MatchMade
from domain.matching.strands import Frame, keys_of
from domain.matching.transactions import match_transactions
from domain.matching.types import Break
from domain.settlement.strands import Key, strands_of
from domain.settlement.types import ChainBook, ExchangeBook
from orchestration.day import Day
from orchestration.incremental.kept import keep, kept, seal_of
from orchestration.incremental.staged_facts import (
    FACTS,
    FILLS,
    LINES,
    SOURCES,
    TRANSACTIONS,
    StagedFact,
    StagedFacts,
)
from orchestration.partitions import day_before
from orchestration.reading import books
from orchestration.reading.movements import load_unexplained
from orchestration.resources.arrow import (
    is_one_of,
    joined_text,
    key_text,
    one_below_the_other,
    ordered_by,
    texts,
    where,
    where_not,
)
from orchestration.resources.lake import read_table, struct_table
from orchestration.resources.warehouse import Warehouse

MATCHES = "int_reconciliation__matches_made"
STRANDS = "kept_reconciliation__strands"
_ORDER = ("recon", "subject", "external_ids", "rule")
"""What orders matches; stable, as `match_transactions` orders them."""
_STATE = ("what", "key", "name", "strand")
_JOIN, _WAITING, _UNTIL = "join", "waiting", "until"
"""Rows of kept state that are no fact: a key that joins, a strand that waits, the cut-off."""
_NAMED = {"trade": FILLS, "line": LINES}
"""Keys that are the name of a row of their own, and need no place in kept state besides."""
_ALONE = "alone"
"""Key of a fact that no comparison reads."""
_UNJOINED = (*_NAMED, _ALONE)
_RECONS = {
    "order": exchange.RECON, "trade": statement.RECON, "transaction": chain.RECON,
}  # fmt: skip
_Row = tuple[str, str, str, str]


class Looked(NamedTuple):
    """What a look at a day found.

    Args:
        breaks: All there are.
        suggested: Matches that people have to look at.
        matches: How many there are, of old and new.
        compared: Facts that were compared for it.
    """

    breaks: list[Break]
    suggested: list[MatchMade]
    matches: int
    compared: int


def match_new(day: Day) -> Looked:
    """Compare what is new of a day or waits; leave its matches as comparing all of it would."""
    frame = _frame(day)
    state = kept(day.home, STRANDS, day.name, _seal(day, frame))
    state = state if state is not None and _until(state) <= day.anchor.cutoff_ns else None
    with Warehouse(day.home).asked() as connection:
        staged = StagedFacts(connection, day)
        connection.register("strands_kept", _no_state() if state is None else state)
        touched, facts = _look(staged)
    found = _compared(day, [one.staged for one in facts], frame)
    start_ns, _ = day.span_ns
    matches = [one for one in found.matches if one.at_ns >= start_ns]
    written = _write(day, state, touched, matches)
    _keep(day, state, touched, [*_told(facts, found.waiting)], frame)
    suggested = [one for one in matches if one.is_suggested]
    return Looked(found.breaks, suggested, written, len(facts))


# --- what is new, or waits ------------------------------------------------------------------------


class _Keyed(NamedTuple):
    """A staged fact with what joins it to others; what no comparison reads is by itself."""

    staged: StagedFact
    keys: list[Key]


def _keyed(facts: Iterable[StagedFact]) -> list[_Keyed]:
    return [_Keyed(one, keys_of(one.fact) or [(_ALONE, one.digest)]) for one in facts]


def _look(staged: StagedFacts) -> tuple[list[str], list[_Keyed]]:
    """Find the kept strands that are compared again, and all facts to compare."""
    ask = staged.ask
    ask(
        "create or replace temp table facts_new as "
        "select what, key from facts_staged anti join strands_kept using (what, key)"
    )
    ask(
        f"""create or replace temp table facts_gone as select what, key, strand
        from strands_kept anti join facts_staged using (what, key) where what in {SOURCES}"""
    )
    new = _keyed(staged.read("facts_new"))
    ask("create or replace temp table facts_named (what varchar, name varchar)")
    if ask("select count(*) from strands_kept").fetchone()[0]:
        named = {_place(key) for one in new for key in one.keys}
        columns = [[what for what, _ in named], [name for _, name in named]]
        ask("insert into facts_named select unnest(?), unnest(?)", columns)
    touched = ask(
        f"""select strand from strands_kept where what = '{_WAITING}'
        union select strand from strands_kept semi join facts_named using (what, name)
        union select strand from facts_gone
        order by strand"""
    ).fetchall()
    names = [row[0] for row in touched]
    ask(
        f"""create or replace temp table facts_beside as
        select what, key from strands_kept anti join facts_gone using (what, key)
        where what in {SOURCES} and strand in (select unnest(?))""",
        [names],
    )
    return names, [*new, *_keyed(staged.read("facts_beside"))]


def _place(key: Key) -> tuple[str, str]:
    """Say where kept state has a key: as the name of a row, or as what joins rows."""
    return (_NAMED[key[0]], key[-1]) if key[0] in _NAMED else (_JOIN, key_text(key))


def _frame(day: Day) -> Frame:
    """Read what all rows of the exchange tell together, as columns."""
    days = day_before(day.name), day.name
    fills, lines = (
        [path for one in days for path in day.lake.parts(table, one)]
        for table in ("raw_exchange__fills", "raw_exchange__ledger_lines")
    )
    venues = {
        venue
        for path in fills
        for venue in read_table(path, ["venue"])["venue"].unique().to_pylist()
    }
    has_statement = any(read_table(path, ["venue"]).num_rows for path in lines)
    return Frame(books.markets_on(day.card, sorted(venues)), has_statement)


# --- what is compared -----------------------------------------------------------------------------


def _compared(day: Day, facts: Iterable[StagedFact], frame: Frame) -> Compared:
    """Compare some facts, and what settlement put into suspense."""
    of: defaultdict[str, list[Any]] = defaultdict(list)
    for one in facts:
        of[one.source].append(one)
    told = sorted((one for one in of[FACTS] if one.fact), key=lambda one: one.row["seq"])
    return match_transactions(
        books.book_of_facts((one.place, one.fact) for one in told),
        ExchangeBook(
            fills=tuple(one.fact for one in of[FILLS]),
            lines=tuple(one.fact for one in of[LINES]),
            opened_ns=day.card.opened_ns,
            until_ns=day.anchor.cutoff_ns,
        ),
        ChainBook(
            transactions=tuple(one.fact for one in of[TRANSACTIONS]),
            heads=day.heads,
            until_block=day.anchor.block_number,
        ),
        load_unexplained(day.home, day.name),
        frame,
    )


# --- what is kept of it ---------------------------------------------------------------------------


def _write(
    day: Day, state: pa.Table | None, touched: Sequence[str], matches: Iterable[MatchMade]
) -> int:
    """Put the matches of what was compared in place of those of touched strands; count all."""
    made = struct_table(MatchMade, matches)
    before = None if state is None else day.lake.table(MATCHES, day.name)
    if state is not None and before is not None:
        gone = is_one_of(joined_text(before, ("recon", "subject")), _subjects(state, touched))
        if where(before, gone).equals(made):
            return int(before.num_rows)
        made = one_below_the_other([where_not(before, gone), made])
    day.lake.put(MATCHES, day.name, ordered_by(made, _ORDER))
    return int(made.num_rows)


def _subjects(state: pa.Table, strands: Sequence[str]) -> Iterator[str]:
    """Name what matches of some strands are about, each with its comparison."""
    for row in where(state, is_one_of(state["strand"], strands)).to_pylist():
        kind, _, name = row["name"].partition("\x1f") if row["what"] == _JOIN else ("", "", "")
        if row["what"] == FILLS:
            kind, name = "trade", row["name"]
        if kind in _RECONS:
            yield key_text((_RECONS[kind], name))


def _keep(
    day: Day, state: pa.Table | None, touched: Sequence[str], rows: Sequence[_Row], frame: Frame
) -> None:
    """Remember the strands and the cut-off, after the matches they made."""
    told = [*rows, (_UNTIL, "", str(day.anchor.cutoff_ns), "")]
    made = pa.table([texts(row[i] for row in told) for i in range(len(_STATE))], names=list(_STATE))
    if state is not None:
        gone = is_one_of(state["strand"], [*touched, ""])
        if ordered_by(where(state, gone), _STATE).equals(ordered_by(made, _STATE)):
            return
        made = one_below_the_other([where_not(state, gone), made])
    keep(day.home, STRANDS, day.name, made, _seal(day, frame))


def _told(facts: Iterable[_Keyed], waiting: frozenset[Key]) -> Iterator[_Row]:
    """List each strand's facts, the keys that join them, and whether it waits."""
    for strand in strands_of((fact, fact.keys) for fact in facts):
        of = min(fact.staged.digest for fact in strand)
        keys = {key for fact in strand for key in fact.keys}
        yield from ((one.source, one.digest, _name(one, named), of) for one, named in strand)
        yield from ((_JOIN, "", key_text(key), of) for key in keys if key[0] not in _UNJOINED)
        if not keys.isdisjoint(waiting):
            yield _WAITING, "", "", of


def _name(one: StagedFact, keys: Iterable[Key]) -> str:
    """Name a row as the key does that needs no place besides."""
    return next((key[-1] for key in keys if _NAMED.get(key[0]) == one.source), "")


def _until(state: pa.Table) -> int:
    """Read the cut-off of the look before."""
    [until_ns] = where(state, is_one_of(state["what"], [_UNTIL]))["name"].to_pylist()
    return int(until_ns)


def _no_state() -> pa.Table:
    return pa.table({name: texts([]) for name in _STATE})


def _seal(day: Day, frame: Frame) -> str:
    markets = sorted(frame.markets.items())
    return seal_of(day.home, day.name, [MATCHES], markets, frame.has_statement)
