"""What of a day's holdings is bound: which orders may rest and which transactions be in flight.

Nearly all are through when a day is looked at, so their names are asked for first, and only what
names the others is read. Those of days before the staged ones are in what the day before found.
What an order or a transaction binds says `domain.positions.bound`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

import msgspec

from domain.clock import utc_day
from domain.positions.bound import (
    NEVER_MINED,
    Bound,
    SentTransaction,
    bound_by_orders,
    bound_by_transactions,
)
from domain.positions.promised import UNSURE
from domain.settlement.types import JournalBook
from journal.records import (
    ExecutionPlanned,
    OpportunityFound,
    OrderIntended,
    OrderObserved,
    TransactionIntended,
    TransactionObserved,
)
from orchestration.captures.pending import FILL, TRANSACTION
from orchestration.day import Day
from orchestration.partitions import day_before
from orchestration.reading import books
from orchestration.reading.journal_rows import Row, rows_of_kinds
from orchestration.reading.pending import seen_rows
from orchestration.resources.arrow import is_one_of
from orchestration.resources.lake_schema import FILLS, PENDING_CHAIN, PENDING_EXCHANGE
from orchestration.resources.warehouse import Warehouse

BOUND = "int_positions__units_bound"
_SENT = (OrderIntended.KIND, TransactionIntended.KIND)
_SAID = (*_SENT, OrderObserved.KIND, TransactionObserved.KIND)
_WAITING = """
with said as (
    select kind, day, observed_ns,
        payload ->> '$.status' as status, payload ->> '$.signer' as signer,
        coalesce(payload ->> '$.client_order_id', payload ->> '$.tx_hash') as name,
        cast(payload ->> '$.nonce' as bigint) as nonce
    from stg_journal__facts where kind in (select unnest($said))
), over as (
    select name from said where observed_ns < $until_ns and (
        (kind = $order_said and status not in (select unnest($unsure)))
        or (kind = $transaction_said and status in (select unnest($never)))
    )
), used as (
    select lower(sender) as signer, max(nonce) as nonce from stg_chain__transactions group by 1
)
select said.name, said.day
from said anti join over using (name) left join used on lower(said.signer) = used.signer
where said.kind in (select unnest($sent)) and said.observed_ns <= $until_ns
    and (said.nonce is null or used.nonce is null or said.nonce > used.nonce)
"""


def bound_in(day: Day) -> list[Bound]:
    """Say what is bound when the last of what was seen of a day had happened."""
    until_ns = seen_until_ns(day)
    waiting = _waiting(day, until_ns)
    if not waiting:
        return []
    days = sorted({*waiting.values(), day_before(day.name), day.name})
    rows = [row for name in days for row in rows_of_kinds(day.lake, name, _SAID, waiting.keys())]
    told, sent = books.journal_book(rows), _sent(rows)
    behind = _behind(day, days, told)
    plans = {one.execution_id: one for one in behind.executions}
    decisions = {one.opportunity_id: one for one in behind.decisions}
    nonces, answers = _mined_nonces(day), told.transaction_answers
    return [
        *bound_by_orders(
            until_ns, day.card, told.orders, told.order_answers, _parts(day, days, waiting), plans
        ),
        *bound_by_transactions(until_ns, day.card, sent, answers, nonces, plans, decisions),
    ]


def seen_until_ns(day: Day) -> int:
    """Give the instant up to which the exchange was asked: the cut-off, or the newest block's."""
    cursor, anchor = day.lake.cursor(PENDING_EXCHANGE.name, day.name), day.anchor
    is_of_it = cursor.anchor == anchor.block_hash
    return max(cursor.position, anchor.cutoff_ns) if is_of_it else anchor.cutoff_ns


class _Part(msgspec.Struct, frozen=True):
    """What filled of an order."""

    order_ref: str
    base_units: int
    at_ns: int


def _waiting(day: Day, until_ns: int) -> dict[str, str]:
    """Name the orders and transactions that may not be through, with the day they were sent on."""
    wanted = {
        "said": _SAID,
        "sent": _SENT,
        "order_said": OrderObserved.KIND,
        "transaction_said": TransactionObserved.KIND,
        "unsure": sorted(UNSURE),
        "never": sorted(NEVER_MINED),
        "until_ns": until_ns,
    }
    with Warehouse(day.home).asked() as connection:
        found = dict(connection.execute(_WAITING, wanted).fetchall())
    return found | _waited(day)


def _waited(day: Day) -> dict[str, str]:
    """Name those that waited when the day before ended and are of days that are not staged."""
    if day.previous is None:
        return {}
    before = day.lake.load(BOUND, day.previous, Bound)
    sent = {one.subject: utc_day(one.intended_ns) for one in before}
    return {name: its_day for name, its_day in sent.items() if its_day < day_before(day.name)}


def _sent(rows: Iterable[Row]) -> list[SentTransaction]:
    return [
        msgspec.convert(
            msgspec.structs.asdict(fact) | {"intended_ns": row["observed_ns"]}, SentTransaction
        )
        for row, fact in books.facts_of(rows)
        if isinstance(fact, TransactionIntended)
    ]


def _behind(day: Day, days: Iterable[str], told: JournalBook) -> JournalBook:
    """Read the plans that what was sent is part of, and the decisions behind those."""
    lake, days = day.lake, list(days)
    named = {one.execution_id for one in (*told.orders, *told.transactions)}
    kinds = (ExecutionPlanned.KIND,)
    planned = [row for name in days for row in rows_of_kinds(lake, name, kinds, named)]
    plans = books.journal_book(planned).executions
    found = {one.opportunity_id for one in plans}
    kinds = (OpportunityFound.KIND,)
    decided = [row for name in days for row in rows_of_kinds(lake, name, kinds, found)]
    return books.journal_book([*planned, *decided])


def _parts(day: Day, days: Iterable[str], names: Collection[str]) -> list[_Part]:
    """Read what given orders filled, as it was told first."""
    captured = [
        row
        for name in days
        for row in day.lake.read(
            FILLS.name, name, lambda part: is_one_of(part["client_order_id"], names)
        )
    ]
    seen = [
        row for row in seen_rows(day, PENDING_EXCHANGE, FILL) if row["client_order_id"] in names
    ]
    fills = {row["trade_id"]: row for row in reversed([*captured, *seen])}
    read = (books.fill_of(day.card, row) for row in fills.values())
    return [_Part(one.client_order_id, one.base_units, one.at_ns) for one in read]


def _mined_nonces(day: Day) -> dict[str, int]:
    """Give the highest nonce of each signer that was seen in a block."""
    asked = "select lower(sender), max(nonce) from stg_chain__transactions group by 1"
    with Warehouse(day.home).asked() as connection:
        nonces = Counter(dict(connection.execute(asked).fetchall()))
    for row in seen_rows(day, PENDING_CHAIN, TRANSACTION):
        signer = row["sender"].lower()
        nonces[signer] = max(nonces[signer], row["nonce"])
    return dict(nonces)
