"""What postings add up to, as columns: by booking, and by account beside what the entries say.

DuckDB adds up; no posting becomes an object. A sum is exact however large: amounts are added in two
halves of 19 digits. What was added up stays with a digest of what it is the sum of, a file of
postings or a shelf of entries, and is not added up again while that is there (`kept.py`). What a
wrong sum means is the checks' to say.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours)

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from orchestration.day import ENTRIES, POSTINGS, Day
from orchestration.incremental.kept import keep, kept, seal_of
from orchestration.resources.arrow import texts

SUMMED = "kept_checks__postings_summed"
_HALF = 10**19
_SUMMED = f"""
    sum(units::hugeint // {_HALF}::hugeint) as high,
    sum(units::hugeint % {_HALF}::hugeint) as low
"""
_SHELVES = 512
_SHELF = f"hash(entry_id) % {_SHELVES}"
_TOLD = f"""
    select shelf, posting.account, posting.asset, {_SUMMED.replace("units", "posting.units")}
    from (
        select {_SHELF} as shelf, unnest(from_json(document -> '$.postings',
            '[{{"account": "VARCHAR", "asset": "VARCHAR", "units": "DECIMAL(38,0)"}}]')) as posting
        from entries where {_SHELF} in (select unnest(?))
    ) group by all
"""
_ROWS, _BOOKING, _ACCOUNT, _ENTRIES = "rows", "booking", "account", "entries"
"""What a sum is of: postings counted, a booking, an account by postings, one by entries."""
_STATE = ("piece", "of", "name", "asset", "units")
Sums = dict[tuple[str, str], int]
_Pieces = dict[str, list[tuple[str, str, str, int]]]
"""By a digest of what was added up: what each sum is of, name, asset and units."""


class Off(msgspec.Struct, frozen=True):
    """What does not add up.

    Args:
        postings: How many there are.
        bookings: (booking, asset) -> the sum of its postings, where that is not 0.
        accounts: (account, asset) -> what postings sum to beyond the entries, where that is not 0.
    """

    postings: int
    bookings: Sums
    accounts: Sums


def postings_off(day: Day) -> Off:
    """Add up a day's postings, by booking and by account; of those added up before, the sums."""
    import duckdb

    seal = seal_of(day.home, day.name, (), version("duckdb"))
    before = _read(kept(day.home, SUMMED, day.name, seal))
    with duckdb.connect() as connection:
        posted = {
            piece: before.get(piece) or _posted(connection, path)
            for piece, path in _files(day.lake.parts(POSTINGS, day.name)).items()
        }
        summed = posted | _told(connection, day.lake.parts(ENTRIES, day.name), before)
    if summed.keys() != before.keys():
        keep(day.home, SUMMED, day.name, _written(summed), seal)
    return _off(row for rows in summed.values() for row in rows)


def _off(rows: Iterable[tuple[str, str, str, int]]) -> Off:
    sums: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for of, name, asset, units in rows:
        sums[of][name, asset] += units
    accounts = sums[_ACCOUNT]
    accounts.subtract(sums[_ENTRIES])
    left, off = _not_nought(sums[_BOOKING]), _not_nought(accounts)
    return Off(sums[_ROWS]["", ""], left, off)


def _not_nought(sums: Mapping[tuple[str, str], int]) -> Sums:
    return {key: units for key, units in sorted(sums.items()) if units}


# --- what is added up -----------------------------------------------------------------------------


def _files(paths: Iterable[Path]) -> dict[str, Path]:
    """Name files by what is in them, and where they lie: equal ones both count."""
    return {f"{path.name}:{blake2b(path.read_bytes()).hexdigest()}": path for path in paths}


def _posted(connection: Any, path: Path) -> list[tuple[str, str, str, int]]:  # noqa: ANN401 (duckdb is imported late)
    """Add up one file of postings; bookings that come to nothing are left out."""
    connection.read_parquet(str(path)).create_view("postings", replace=True)
    [(count,)] = connection.execute("select count(*) from postings").fetchall()
    found = [(_ROWS, "", "", int(count))]
    for of, name in ((_BOOKING, "booking_id"), (_ACCOUNT, "account")):
        rows = connection.execute(
            f"""select {name}, asset, {_SUMMED} from postings
            group by all having high <> 0 or low <> 0"""
        ).fetchall()
        found += [(of, key, asset, _whole(high, low)) for key, asset, high, low in rows]
    return found


def _told(connection: Any, paths: Iterable[Path], before: _Pieces) -> _Pieces:  # noqa: ANN401
    """Add up entries by account, shelf by shelf; shelves as they were keep their sums."""
    parts = [str(path) for path in paths]
    if not parts:
        return {}
    connection.read_parquet(parts).create_view("entries")
    shelves = connection.execute(
        f"""select {_SHELF} as shelf, concat_ws(':', 'entries', shelf, count(*),
            sum(hash(document)::hugeint)) as piece from entries group by shelf"""
    ).fetchall()
    new = {shelf: piece for shelf, piece in shelves if piece not in before}
    made: defaultdict[str, list[tuple[str, str, str, int]]] = defaultdict(list)
    rows = connection.execute(_TOLD, [list(new)]).fetchall() if new else ()
    for shelf, account, asset, high, low in rows:
        made[new[shelf]].append((_ENTRIES, account, asset, _whole(high, low)))
    return {piece: before.get(piece) or made[piece] for _, piece in shelves}


def _whole(high: int, low: int) -> int:
    return int(high) * _HALF + int(low)


# --- what is kept of it ---------------------------------------------------------------------------


def _read(state: pa.Table | None) -> _Pieces:
    found: defaultdict[str, list[tuple[str, str, str, int]]] = defaultdict(list)
    columns = () if state is None else (state[name].to_pylist() for name in _STATE)
    for piece, of, name, asset, units in zip(*columns, strict=True):
        found[piece].append((of, name, asset, int(units)))
    return dict(found)


def _written(pieces: _Pieces) -> pa.Table:
    rows = [(piece, *row[:3], str(row[3])) for piece, of in pieces.items() for row in of]
    return pa.table([texts(row[i] for row in rows) for i in range(len(_STATE))], names=list(_STATE))
