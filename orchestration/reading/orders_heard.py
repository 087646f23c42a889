"""What the loop heard of each order, held against the books by what is new.

An order that agreed, and of which nothing more was heard or booked, needs no second look; one that
differs, or was heard of after the cut-off, is asked about again. What is heard and booked of each
order is digested as columns; without kept state that fits (`incremental/kept.py`) every order is
asked about. Digests tell orders apart, they prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from domain.positions.live import Disagreement, booked_moves, disagreements, live_moves
from domain.settlement.outcome import Leg, Revision
from domain.settlement.revisions import standing_legs
from domain.settlement.types import JournalBook
from journal.records import OrderIntended, OrderObserved
from orchestration.day import Day
from orchestration.incremental.kept import keep, kept, seal_of
from orchestration.reading import books
from orchestration.reading.journal_rows import rows_of_kinds
from orchestration.reading.movements import LEGS, MOVEMENTS, TABLES
from orchestration.resources.arrow import is_one_of, pc, where, where_not
from orchestration.resources.lake import struct_table
from orchestration.resources.lake_schema import FACTS

AGREED = "kept_checks__orders_agreed"
_KINDS = (OrderIntended.KIND, OrderObserved.KIND)
_FEW = 500
"""Orders that are looked for by name; for more the whole day is read."""
_SAID = f"""
select name, count(*) as rows, sum(hash(said)::hugeint)::varchar as digest from (
    select payload ->> '$.client_order_id' as name, true as is_heard,
        concat_ws(' ', kind, seq, observed_ns, payload) as said
    from facts where kind in {_KINDS}
    union all
    select order_ref, false, document from legs
    union all
    select order_ref, false, whole from movements join legs on movements.subject = legs.leg_id
    where movement = 'revision'
) group by name having bool_or(is_heard)
"""  # noqa: S608 (names of ours)
"""What is heard and booked of each order; orders nobody was heard to give are not the loop's."""


def orders_against_books(day: Day) -> list[Disagreement]:
    """Compare each order's last answer with the exchange's statements."""
    seal = seal_of(day.home, day.name, (), version("duckdb"))
    said = _said(day)
    names = _not_agreed(said, kept(day.home, AGREED, day.name, seal))
    if not names:
        return []
    exchange, until_ns = day.card.exchange, day.anchor.cutoff_ns
    journal = orders_of(day, [day.name], names)
    live = live_moves(
        journal.orders, journal.order_answers, exchange.base_asset, exchange.quote_asset, until_ns
    )
    booked = booked_moves(leg for leg in _legs_of(day, names) if leg.venue == exchange.venue)
    found = disagreements(live, booked)
    late = {one.client_order_id for one in journal.order_answers if one.observed_ns > until_ns}
    waiting = late.union(one.subject for one in found)
    keep(day.home, AGREED, day.name, where_not(said, is_one_of(said["name"], waiting)), seal)
    return found


def orders_of(day: Day, days: Iterable[str], names: Sequence[str] | None = None) -> JournalBook:
    """Read what was intended and heard of orders: of some, or of all.

    Args:
        day: Of which desk.
        days: Of which days.
        names: Client order ids; all unless given.
    """
    lake, naming = day.lake, names if names is None or len(names) <= _FEW else None
    rows = [row for one in days for row in rows_of_kinds(lake, one, _KINDS, naming)]
    found, wanted = books.journal_book(rows), None if names is None else set(names)
    if wanted is None:
        return found
    return msgspec.structs.replace(
        found,
        orders=tuple(one for one in found.orders if one.client_order_id in wanted),
        order_answers=tuple(one for one in found.order_answers if one.client_order_id in wanted),
    )


def _said(day: Day) -> pa.Table:
    """Digest what is heard and booked of each order."""
    import duckdb

    with duckdb.connect() as connection:
        _tell(connection, "facts", day.lake.parts(FACTS.name, day.name), _no_facts())
        for name, table in (("legs", LEGS), ("movements", MOVEMENTS)):
            empty = struct_table(TABLES[table], [])
            _tell(connection, name, day.lake.parts(table, day.name), empty)
        return connection.execute(_SAID).to_arrow_table()


def _tell(connection: Any, name: str, parts: Sequence[Path], empty: pa.Table) -> None:  # noqa: ANN401 (duckdb is imported late)
    if parts:
        read = connection.read_parquet([str(path) for path in parts], union_by_name=True)
        read.create_view(name)
    else:
        connection.register(name, empty)


def _no_facts() -> pa.Table:
    texts = {name: pa.array([], pa.string()) for name in ("kind", "payload")}
    numbers = {name: pa.array([], pa.int64()) for name in ("seq", "observed_ns")}
    return pa.table(texts | numbers)


def _not_agreed(said: pa.Table, agreed: pa.Table | None) -> list[str]:
    """Name the orders of which anything is said that was not said when they agreed."""
    if agreed is None:
        return said["name"].to_pylist()
    before = set(zip(*(agreed[name].to_pylist() for name in _STATE), strict=True))
    now = zip(*(said[name].to_pylist() for name in _STATE), strict=True)
    return [one[0] for one in now if one not in before]


_STATE = ("name", "rows", "digest")


def _legs_of(day: Day, names: Sequence[str]) -> list[Leg]:
    """Read the legs of some orders as they stand."""
    rows = day.lake.table(LEGS, day.name, ["order_ref", "document"])
    if rows is None:
        return []
    chosen = where(rows, is_one_of(rows["order_ref"], names))["document"].to_pylist()
    legs = [msgspec.json.decode(document, type=Leg) for document in chosen]
    return standing_legs(legs, _revisions_of(day, [leg.leg_id for leg in legs]))


def _revisions_of(day: Day, legs: Sequence[str]) -> list[Revision]:
    rows = day.lake.table(MOVEMENTS, day.name, ["movement", "subject", "whole"])
    if rows is None:
        return []
    asked = pc.and_(pc.equal(rows["movement"], "revision"), is_one_of(rows["subject"], legs))
    wholes = where(rows, asked)["whole"].to_pylist()
    return [msgspec.json.decode(whole, type=Revision) for whole in wholes]
