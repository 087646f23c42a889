"""What is pending of a day, as the entries it would be if it were final, each on pending accounts.

The same rules settle it, from the same rows; only the anchor it stands behind is missing. Reading
and arranging alone: what a pending entry is says `domain.ledger.pending`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import msgspec
import orjson

from domain.clock import DAY_NS, day_bounds_ns, utc_day
from domain.ledger.build import entries_of
from domain.ledger.pending import pending_entry
from domain.ledger.types import Entry
from domain.settlement.settle import settle
from domain.settlement.types import JournalBook
from journal.records import ExecutionPlanned, OrderIntended, TransactionIntended
from orchestration.captures.pending import FILL, LINE, LOG, PAYMENT, REBASE, TRANSACTION
from orchestration.day import Day
from orchestration.reading import books
from orchestration.reading.journal_rows import rows_of_kinds
from orchestration.reading.transits import open_on
from orchestration.resources.lake_schema import PENDING_CHAIN, PENDING_EXCHANGE, Table

Row = dict[str, Any]


def pending_entries(day: Day) -> list[Entry]:
    """Build the pending entries of what was seen behind a day's anchor; none of a closed day.

    What was seen behind another anchor than the day's is not pending: it was looked at too early.
    """
    chain, exchange = _seen(day, PENDING_CHAIN), _seen(day, PENDING_EXCHANGE)
    if not chain and not exchange:
        return []
    transactions = [exact_amounts(row) for row in _of_kind(chain, TRANSACTION)]
    fills = _of_kind(exchange, FILL)
    named = [row["tx_hash"] for row in transactions] + [row["client_order_id"] for row in fills]
    anchor = msgspec.structs.asdict(day.anchor)
    settlement = settle(
        day.card,
        _intents_of(day, {name for name in named if name}),
        books.exchange_book(
            day.card, fills, _of_kind(exchange, LINE), payments=_of_kind(exchange, PAYMENT)
        ),
        books.chain_book(
            anchor | {"block_number": 0},
            transactions,
            _of_kind(chain, LOG),
            _of_kind(chain, REBASE),
        ),
        open_on(day.lake, day.name),
    )
    return [pending_entry(entry) for entry in entries_of(settlement)]


def seen_rows(day: Day, table: Table, kind: str) -> list[Row]:
    """Read what of one kind was seen behind a day's anchor, as it will be captured."""
    return _of_kind(_seen(day, table), kind)


def _seen(day: Day, table: Table) -> list[Row]:
    if day.lake.cursor(table.name, day.name).anchor != day.anchor.block_hash:
        return []
    return day.lake.read(table.name, day.name)


def _of_kind(rows: Iterable[Row], kind: str) -> list[Row]:
    return [orjson.loads(row["raw"]) for row in rows if row["kind"] == kind]


def exact_amounts(row: Row) -> Row:
    """Read amounts as integers, as staging does of what is final."""
    return {
        name: int(value) if name.endswith("_wei") and value is not None else value
        for name, value in row.items()
    }


def _intents_of(day: Day, named: Collection[str]) -> JournalBook:
    """Read what was intended by given hashes and order ids, and the plans it was part of.

    Only the records that name them are parsed, so that this costs what is pending, not the day.
    """
    intended = _naming(day, (TransactionIntended.KIND, OrderIntended.KIND), named)
    meant = books.journal_book(intended)
    executions = {one.execution_id for one in (*meant.transactions, *meant.orders)}
    planned = _naming(day, (ExecutionPlanned.KIND,), executions)
    return books.journal_book([*intended, *planned])


def _naming(day: Day, kinds: Collection[str], names: Collection[str]) -> list[Row]:
    before = utc_day(day_bounds_ns(day.name)[0] - DAY_NS)
    return [
        row for name in (before, day.name) for row in rows_of_kinds(day.lake, name, kinds, names)
    ]
