"""From captured rows to what the domain speaks of: journal book, exchange book, chain book, claims.

Mapping only. Rows come from the staging models of one day (and the day before it, for executions
that began before midnight); the domain decides what they mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from domain.chain.types import Log, Receipt
from domain.clock import SECOND_NS
from domain.desk import DeskCard
from domain.identity import venue_asset
from domain.matching.orders import Market, Markets
from domain.matching.types import BalanceClaim
from domain.money import exact_units, plain_text
from domain.pnl.types import Mark
from domain.settlement.types import (
    ChainBook,
    ChainTransaction,
    Decision,
    ExchangeBook,
    ExchangeFill,
    ExecutionAnswer,
    Heads,
    IntendedOrder,
    IntendedTransaction,
    JournalBook,
    LedgerLine,
    OrderAnswer,
    Payment,
    PlannedExecution,
    RebaseSeen,
    RiskVerdict,
    TransactionAnswer,
)
from journal import records
from journal.records import Fact, parse_payload

Row = Mapping[str, Any]


def facts_of(rows: Iterable[Row]) -> list[tuple[Row, Fact]]:
    """Parse captured journal rows, in sequence."""
    ordered = sorted(rows, key=lambda row: row["seq"])
    return [(row, parse_payload(row["kind"], row["payload"].encode())) for row in ordered]


_JOURNAL: Mapping[type[Fact], tuple[str, type[msgspec.Struct], str, dict[str, Any]]] = {
    records.OpportunityFound: ("decisions", Decision, "", {}),
    records.RiskDecided: ("verdicts", RiskVerdict, "", {}),
    records.ExecutionPlanned: ("executions", PlannedExecution, "planned_ns", {}),
    records.OrderIntended: ("orders", IntendedOrder, "intended_ns", {}),
    records.OrderObserved: ("order_answers", OrderAnswer, "observed_ns", {}),
    records.TransactionIntended: ("transactions", IntendedTransaction, "intended_ns", {}),
    records.TransactionObserved: ("transaction_answers", TransactionAnswer, "observed_ns", {}),
    records.ExecutionFinished: ("outcomes", ExecutionAnswer, "observed_ns", {"is_final": False}),
    records.ExecutionFinalised: (
        "outcomes", ExecutionAnswer, "observed_ns", {"is_final": True, "reason": ""}
    ),
}  # fmt: skip
"""Record -> its place in the journal book, the struct of the same fields, and what is added."""
SETTLED_KINDS = tuple(_JOURNAL)
"""Records that settling reads."""


def journal_book(rows: Iterable[Row]) -> JournalBook:
    """Arrange journal rows as the domain's journal book."""
    return book_of_facts(one for row, fact in facts_of(rows) if (one := journal_fact(row, fact)))


def journal_fact(row: Row, fact: Fact) -> tuple[str, msgspec.Struct] | None:
    """Read a record as the domain's struct, at the time it was observed; None if it has none."""
    if type(fact) not in _JOURNAL:
        return None
    place, kind, time_field, added = _JOURNAL[type(fact)]
    time = {time_field: row["observed_ns"]} if time_field else {}
    return place, msgspec.convert(added | msgspec.to_builtins(fact) | time, type=kind)


def book_of_facts(facts: Iterable[tuple[str, msgspec.Struct]]) -> JournalBook:
    """Arrange what `journal_fact` reads; the conclusions that are final come last."""
    placed: defaultdict[str, list[Any]] = defaultdict(list)
    for place, fact in facts:
        placed[place].append(fact)
    placed["outcomes"].sort(key=lambda one: one.is_final)
    return JournalBook(**{place: tuple(found) for place, found in placed.items()})


def marks_of(rows: Iterable[Row], until_ns: int) -> list[Mark]:
    """List the marks the loop observed, up to an instant."""
    observed = [fact for _, fact in facts_of(rows) if isinstance(fact, records.MarkObserved)]
    return [
        Mark(fact.observed_ns, fact.underlying, fact.mark_e6, fact.policy)
        for fact in observed
        if fact.observed_ns <= until_ns
    ]


def exchange_book(
    card: DeskCard,
    fills: Iterable[Row],
    lines: Iterable[Row],
    until_ns: int = 0,
    payments: Iterable[Row] = (),
) -> ExchangeBook:
    """Arrange the exchange's statements; amounts become base units, refusing lost digits.

    Args:
        card: The desk's reference data.
        fills: Staged fills.
        lines: Staged statement lines.
        until_ns: The cut-off they were captured up to.
        payments: Staged deposits and withdrawals, as told beside the statement.
    """
    return ExchangeBook(
        fills=tuple(fill_of(card, row) for row in fills),
        lines=tuple(line_of(card, row) for row in lines),
        opened_ns=card.opened_ns,
        until_ns=until_ns,
        payments=tuple(payment_of(card, row) for row in payments),
    )


def markets_on(card: DeskCard, venues: Iterable[str]) -> Markets:
    """Say whose money an order moves on venues that list fills of ours, as `fill_of` reads them."""
    exchange = card.exchange
    base, quote = card.asset(exchange.base_asset), card.asset(exchange.quote_asset)
    market = Market(exchange.account, base.asset, quote.asset)
    return {(venue, exchange.symbol): market for venue in venues}


def fill_of(card: DeskCard, row: Row) -> ExchangeFill:
    """Read a staged fill; refuses lost digits."""
    exchange = card.exchange
    base, quote = card.asset(exchange.base_asset), card.asset(exchange.quote_asset)
    return ExchangeFill(
        venue=row["venue"],
        account=exchange.account,
        trade_id=row["trade_id"],
        order_id=row["venue_order_id"],
        client_order_id=row["client_order_id"],
        symbol=exchange.symbol,
        side=row["side"],
        base_asset=base.asset,
        quote_asset=quote.asset,
        base_units=exact_units(row["volume"], base.decimals),
        quote_units=exact_units(row["cost"], quote.decimals),
        fee_asset=quote.asset,
        fee_units=exact_units(row["fee"], quote.decimals),
        at_ns=row["traded_ns"],
        price_text=plain_text(row["price"]),
    )


def line_of(card: DeskCard, row: Row) -> LedgerLine:
    """Read a staged statement line; refuses lost digits."""
    asset = venue_asset(row["venue"], row["currency"])
    decimals = card.asset(asset).decimals
    return LedgerLine(
        venue=row["venue"],
        account=card.exchange.account,
        line_id=row["ledger_id"],
        ref_id=row["ref_id"],
        kind=row["entry_type"],
        asset=asset,
        units=exact_units(row["amount"], decimals),
        fee_units=exact_units(row["fee"], decimals),
        balance_after_units=exact_units(row["balance"], decimals),
        at_ns=row["booked_ns"],
    )


def payment_of(card: DeskCard, row: Row) -> Payment:
    """Read a staged deposit or withdrawal; refuses lost digits."""
    asset = venue_asset(row["venue"], row["currency"])
    decimals = card.asset(asset).decimals
    return Payment(
        venue=row["venue"],
        account=card.exchange.account,
        ref_id=row["ref_id"],
        kind=row["kind"],
        asset=asset,
        units=exact_units(row["amount"], decimals),
        fee_units=exact_units(row["fee"], decimals),
        tx_hash=row["tx_hash"],
        address=row["address"],
        at_ns=row["requested_ns"],
        told_ns=row["told_ns"],
    )


def chain_book(
    anchor: Row, transactions: Iterable[Row], logs: Iterable[Row], rebases: Iterable[Row] = ()
) -> ChainBook:
    """Arrange what the chain says, up to the anchor."""
    by_hash: defaultdict[str, list[Log]] = defaultdict(list)
    for row in sorted(logs, key=lambda row: (row["block_number"], row["log_index"])):
        by_hash[row["tx_hash"]].append(log_of(row))
    return ChainBook(
        transactions=tuple(transaction_of(row, by_hash[row["tx_hash"]]) for row in transactions),
        heads=heads_of(anchor),
        until_block=anchor["block_number"],
        rebases=tuple(map(rebase_of, rebases)),
    )


def heads_of(anchor: Row) -> Heads:
    """Say how far the chain had come when its anchor was chosen."""
    return Heads(anchor["head_block"], anchor["safe_block"], anchor["final_block"])


def rebase_of(row: Row) -> RebaseSeen:
    """Read a staged rebase."""
    return RebaseSeen(
        account=row["account"],
        asset=row["asset"],
        block_number=row["block_number"],
        block_hash=row["block_hash"],
        at_ns=row["timestamp_s"] * SECOND_NS,
        tx_hash=row["tx_hash"],
        log_index=row["log_index"],
        before_units=int(row["before_units"]),
        after_units=int(row["after_units"]),
    )


def log_of(row: Row) -> Log:
    """Read a staged log."""
    return Log(
        address=row["address"],
        topics=tuple(row[f"topic{i}"] for i in range(4) if row[f"topic{i}"] is not None),
        data=row["data"],
        log_index=row["log_index"],
        tx_hash=row["tx_hash"],
        tx_index=row["tx_index"],
        block_number=row["block_number"],
        block_hash=row["block_hash"],
    )


def transaction_of(row: Row, logs: Iterable[Log]) -> ChainTransaction:
    """Read a staged transaction with its logs, in their order."""
    same = {
        name: row[name]
        for name in Receipt.__struct_fields__
        if name in row and name not in {"to", "logs"}
    }
    receipt = msgspec.convert(same | {"to": row["recipient"]}, type=Receipt)
    return ChainTransaction(
        receipt=msgspec.structs.replace(receipt, logs=tuple(logs)),
        at_ns=row["block_timestamp_s"] * SECOND_NS,
        nonce=row["nonce"],
    )


def chain_claims(rows: Iterable[Row]) -> list[BalanceClaim]:
    """State what the chain says each address of ours held, at the block it was asked at."""
    return [
        BalanceClaim(
            account=row["account"],
            asset=row["asset"],
            units=None if row["units"] is None else int(row["units"]),
            source="chain",
            anchor=f"block:{row['block_number']}:{row['block_hash']}",
            at_ns=row["timestamp_s"] * SECOND_NS,
        )
        for row in rows
    ]


def exchange_claims(rows: Iterable[Row]) -> list[BalanceClaim]:
    """State what the exchange says our account held, at the instant it speaks of."""
    return [
        BalanceClaim(
            account=row["account"],
            asset=row["asset"],
            units=None if row["units"] is None else int(row["units"]),
            source="exchange",
            anchor=f"cutoff:{row['as_of_ns']}",
            at_ns=row["as_of_ns"],
        )
        for row in rows
    ]
