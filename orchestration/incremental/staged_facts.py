"""Staged rows as facts with a digest each, so that a look finds what is new without reading all.

A staged row says what its captured row does, so captured rows are what is compared: the warehouse
digests them as they lie in the lake, which parses no amount, and a staged row becomes an object
when its digest is asked for. A transaction is one with its logs and with how settled its block is;
a record of the journal counts when it is about an opportunity or is of a kind that settling reads.
The digest tells rows apart, it proves nothing: proof is the audit trail's.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours)

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from domain.settlement.strands import Key, keys_of, opportunity_key
from journal.records import parse_payload
from orchestration.day import Day
from orchestration.incremental.digests import Captured, rows_digested
from orchestration.reading import books
from orchestration.resources.warehouse import rows_of

FACTS, FILLS, LINES, PAYMENTS, TRANSACTIONS, REBASES = (
    "facts", "fills", "lines", "payments", "transactions", "rebases",
)  # fmt: skip
_LOGS = "logs"
_SETTLED = frozenset(kind.KIND for kind in books.SETTLED_KINDS)


_CAPTURED = {
    FACTS: Captured(
        "raw_journal__facts",
        "seq",
        f"coalesce(correlation_id, '') <> '' or kind in {tuple(sorted(_SETTLED))}",
    ),
    FILLS: Captured("raw_exchange__fills", "trade_id"),
    LINES: Captured("raw_exchange__ledger_lines", "ledger_id"),
    PAYMENTS: Captured("raw_exchange__payments", "ref_id"),
    _LOGS: Captured("raw_chain__logs", "tx_hash"),
    TRANSACTIONS: Captured("raw_chain__transactions", "tx_hash", number="block_number"),
    REBASES: Captured("raw_chain__rebases", "block_hash"),
}
_AMOUNTS = {
    FILLS: ("price", "volume", "cost", "fee"),
    LINES: ("amount", "fee", "balance"),
    PAYMENTS: ("amount", "fee"),
}
"""Columns asked for as text, which says every digit at a third of the price of a Decimal."""
SOURCES = (FACTS, FILLS, LINES, PAYMENTS, TRANSACTIONS, REBASES)
_FEW = 2_000
"""Rows that are asked for one by one; of more the whole source is read."""


class StagedFact(NamedTuple):
    """One staged row.

    Args:
        place: Of a journal record its place in the journal book; otherwise the source.
        fact: The domain's struct of it; None for a record that settling does not read.
        row: As staged.
    """

    source: str
    digest: str
    place: str
    fact: msgspec.Struct | None
    row: Mapping[str, Any]

    @property
    def keys(self) -> list[Key]:
        """Give what joins it to others; a record is also of the opportunity it is about."""
        found = keys_of(self.fact) if self.fact else []
        if self.source == FACTS and self.row["correlation_id"]:
            found = [*found, opportunity_key(self.row["correlation_id"])]
        return found


class StagedFacts:
    """What is staged of one day and the day before, by digest; lives as long as its connection.

    `facts_staged` lists it: what (the source), key (the digest), name (what a row is asked for by).
    """

    def __init__(self, connection: Any, day: Day) -> None:  # noqa: ANN401 (imported late)
        self.ask = connection.execute
        self.card = day.card
        connection.register("facts_digested", rows_digested(connection, day, _CAPTURED))
        self.ask(_STAGED)

    def read(self, wanted: str) -> list[StagedFact]:
        """Read the facts that a table of (what, key) names, ordered by source and digest."""
        asked = self.ask(
            f"select what, name, key from facts_staged semi join {wanted} using (what, key)"
        ).fetchall()
        digests: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for source, name, digest in asked:
            digests[source][name].append(digest)
        return [
            fact
            for source in SOURCES
            for fact in sorted(self._read(source, digests[source]), key=lambda one: one.digest)
        ]

    def _read(self, source: str, digests: Mapping[str, list[str]]) -> Iterator[StagedFact]:
        rows = self._rows(source, digests)
        if source == TRANSACTIONS:
            rows = self._with_logs(rows)
        for row in rows:
            place, fact = self._fact(source, row)
            for digest in digests[str(row[_CAPTURED[source].name])]:
                yield StagedFact(source, digest, place, fact, row)

    def _rows(self, source: str, names: Iterable[str]) -> list[dict[str, Any]]:
        """Read the staged rows of some names; asking for few keeps amounts of others unparsed."""
        wanted, about = set(names), _CAPTURED[source]
        staged = about.table.replace("raw_", "stg_", 1)
        amounts = ", ".join(f"{one}::varchar as {one}" for one in _AMOUNTS.get(source, ()))
        columns = f"* replace ({amounts})" if amounts else "*"
        asked = f"select {columns} from {staged} where ({about.counts})"
        if len(wanted) > _FEW:
            return [one for one in rows_of(self.ask(asked)) if str(one[about.name]) in wanted]
        if not wanted:
            return []
        marks = ", ".join("?" * len(wanted))
        return rows_of(self.ask(f"{asked} and {about.name} in ({marks})", sorted(wanted)))

    def _with_logs(self, mined: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        logs: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self._rows(_LOGS, {one["tx_hash"] for one in mined}):
            logs[row["tx_hash"]].append(row)
        for rows in logs.values():
            rows.sort(key=lambda row: (row["block_number"], row["log_index"]))
        return [one | {"logs": logs[one["tx_hash"]]} for one in mined]

    def _fact(self, source: str, row: dict[str, Any]) -> tuple[str, msgspec.Struct | None]:
        if source == FACTS:
            return _record(row) or (source, None)
        if source == FILLS:
            return source, books.fill_of(self.card, row)
        if source == LINES:
            return source, books.line_of(self.card, row)
        if source == PAYMENTS:
            return source, books.payment_of(self.card, row)
        if source == TRANSACTIONS:
            return source, books.transaction_of(row, map(books.log_of, row["logs"]))
        return source, books.rebase_of(row)


def _record(row: Mapping[str, Any]) -> tuple[str, msgspec.Struct] | None:
    if row["kind"] not in _SETTLED:
        return None
    return books.journal_fact(row, parse_payload(row["kind"], row["payload"].encode()))


_STAGED = f"""
create or replace temp table facts_staged as
select distinct source as what, digest as key, name
from facts_digested
where source in {tuple(one for one in SOURCES if one != TRANSACTIONS)}
union all
select distinct '{TRANSACTIONS}' as what, md5(concat(mined.digest, logged.logs, case
    when mined.number <= anchors.final_block then 'final'
    when mined.number <= anchors.safe_block then 'safe'
    else 'included' end)) as key, mined.name
from facts_digested as mined
left join (
    select name, string_agg(distinct digest, '' order by digest) as logs
    from facts_digested
    where source = '{_LOGS}'
    group by name
) as logged on mined.name = logged.name
cross join stg_chain__anchors as anchors
where mined.source = '{TRANSACTIONS}'
"""
"""A transaction is one with its logs and with how settled its block is."""
