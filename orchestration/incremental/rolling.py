"""The exchange's running balance by what is new: gone on with from before the first new line.

Captured statement lines lie in parts that are written once. Which parts a look had read, where the
statement stood now and then, and which lines did not follow is kept (`kept.py`); while those parts
are what they were, new lines are all in new parts, and whatever stands before the earliest of them
stands. A part that changed or went makes the look roll the whole statement: the same code, from the
opening on.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours)

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa

from domain.matching.balances import BEFORE_ALL_NS, Standing, roll_statement
from domain.matching.types import Break
from domain.settlement.types import LedgerLine
from orchestration.day import Day
from orchestration.incremental.kept import keep, kept, seal_of
from orchestration.partitions import day_before
from orchestration.reading import books
from orchestration.resources.arrow import is_one_of, one_below_the_other, pc, texts, where
from orchestration.resources.lake import read_table
from orchestration.resources.warehouse import Warehouse, rows_of

ROLLED = "kept_reconciliation__statement"
_CAPTURED, _STAGED = "raw_exchange__ledger_lines", "stg_exchange__ledger_lines"
_PART, _STANDING, _BREAK = "part", "standing", "break"
_STATE = ("what", "name", "document")


class _Kept(NamedTuple):
    """What an earlier look left.

    Args:
        parts: Digest of each captured file it had read, by name.
        standings: Oldest first; the opening is none.
    """

    parts: Mapping[str, str] = {}
    standings: tuple[Standing, ...] = ()
    breaks: tuple[Break, ...] = ()


def statement_found(day: Day, opening: Mapping[str, int]) -> list[Break]:
    """Find lines whose balance does not follow, as `statement_breaks` does of all lines.

    Args:
        day: Whose statement.
        opening: Asset -> units where it starts.
    """
    seal = seal_of(day.home, day.name, (), sorted(opening.items()), day.previous is None)
    before, parts = _read(kept(day.home, ROLLED, day.name, seal)), _parts(day)
    if before.parts == parts.digests:
        return list(before.breaks)
    start = Standing(_first_ns(day), dict(opening))
    since = _last_before(before.standings, start, _earliest_ns(parts, before.parts))
    found = roll_statement(_lines(day, since.at_ns), since)
    now = _Kept(
        parts.digests,
        (*(one for one in before.standings if one.at_ns <= since.at_ns), *found.standings),
        (*(one for one in before.breaks if one.first_seen_ns <= since.at_ns), *found.breaks),
    )
    keep(day.home, ROLLED, day.name, _written(now), seal)
    return list(now.breaks)


# --- where to go on from --------------------------------------------------------------------------


class _Parts(NamedTuple):
    """The captured files of a day and the day before, and their digests, by name."""

    paths: Mapping[str, Path]
    digests: Mapping[str, str]


def _parts(day: Day) -> _Parts:
    folders = [(one, day.lake.parts(_CAPTURED, one)) for one in (day_before(day.name), day.name)]
    paths = {f"{of}/{path.name}": path for of, found in folders for path in found}
    digests = {name: sha256(path.read_bytes()).hexdigest() for name, path in paths.items()}
    return _Parts(paths, digests)


def _earliest_ns(parts: _Parts, read: Mapping[str, str]) -> int:
    """Say when the first line was booked that is new, or is told again under a new one's id."""
    if not read.items() <= parts.digests.items():
        return BEFORE_ALL_NS
    names = ["ledger_id", "booked_ns"]
    tables = {name: read_table(path, names) for name, path in parts.paths.items()}
    new = [table for name, table in tables.items() if name not in read]
    ids = one_below_the_other(new)["ledger_id"]
    rows = one_below_the_other(tables.values())
    told = where(rows, pc.is_in(rows["ledger_id"], value_set=ids))["booked_ns"]
    first_ns = pc.min(told).as_py()
    return _NEVER_NS if first_ns is None else int(first_ns)


_NEVER_NS = 2**63 - 1
"""Later than every line."""


def _last_before(standings: Iterable[Standing], start: Standing, at_ns: int) -> Standing:
    """Give where the statement last stood before an instant; the start, if nowhere else."""
    earlier = [one for one in standings if start.at_ns < one.at_ns < at_ns]
    return earlier[-1] if earlier else start


def _first_ns(day: Day) -> int:
    """Give the instant after which lines count; those of the day before are in the opening."""
    return day.span_ns[0] - 1 if day.previous else BEFORE_ALL_NS


def _lines(day: Day, after_ns: int) -> list[LedgerLine]:
    """Read the staged lines after an instant; amounts of others stay unparsed."""
    with Warehouse(day.home).asked() as connection:
        rows = rows_of(
            connection.execute(f"select * from {_STAGED} where booked_ns > ?", [after_ns])
        )
    card = day.card
    return [books.line_of(card, row) for row in rows]


# --- what is kept ---------------------------------------------------------------------------------


def _written(told: _Kept) -> pa.Table:
    rows = [(_PART, name, digest) for name, digest in told.parts.items()]
    for what, found in ((_STANDING, told.standings), (_BREAK, told.breaks)):
        rows += [(what, "", msgspec.json.encode(one).decode()) for one in found]
    return pa.table([texts(row[i] for row in rows) for i in range(len(_STATE))], names=list(_STATE))


def _read(state: pa.Table | None) -> _Kept:
    if state is None:
        return _Kept()
    parts, standings, found = (
        where(state, is_one_of(state["what"], [what])) for what in (_PART, _STANDING, _BREAK)
    )
    return _Kept(
        dict(zip(parts["name"].to_pylist(), parts["document"].to_pylist(), strict=True)),
        tuple(msgspec.json.decode(one, type=Standing) for one in standings["document"].to_pylist()),
        tuple(msgspec.json.decode(one, type=Break) for one in found["document"].to_pylist()),
    )
