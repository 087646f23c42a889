"""From captured rows to what the domain speaks of: journal book, exchange book, chain book, claims.

Mapping only. Rows come from the staging models of one day (and the day before it, for executions
that began before midnight); the domain decides what they mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_DOWN
from typing import Any, TypeVar

import msgspec

from domain.chain.types import Log, Receipt
from domain.clock import SECOND_NS
from domain.desk import DeskCard
from domain.identity import venue_asset
from domain.matching.types import BalanceClaim
from domain.money import exact_units, to_units
from domain.pnl.policies import Observed
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
    PlannedExecution,
    RebaseSeen,
    RiskVerdict,
    TransactionAnswer,
)
from journal import records
from journal.records import Fact, parse_payload

Row = Mapping[str, Any]
_T = TypeVar("_T")


def facts_of(rows: Iterable[Row]) -> list[tuple[Row, Fact]]:
    """Parse captured journal rows, in sequence."""
    ordered = sorted(rows, key=lambda row: row["seq"])
    return [(row, parse_payload(row["kind"], row["payload"].encode())) for row in ordered]


def journal_book(rows: Iterable[Row]) -> JournalBook:
    """Arrange journal rows as the domain's journal book."""
    found: defaultdict[type[Fact], list[tuple[Row, Fact]]] = defaultdict(list)
    for row, fact in facts_of(rows):
        found[type(fact)].append((row, fact))
    return JournalBook(
        decisions=_each(found[records.OpportunityFound], Decision),
        verdicts=_each(found[records.RiskDecided], RiskVerdict),
        executions=_each(found[records.ExecutionPlanned], PlannedExecution, "planned_ns"),
        orders=_each(found[records.OrderIntended], IntendedOrder, "intended_ns"),
        order_answers=_each(found[records.OrderObserved], OrderAnswer, "observed_ns"),
        transactions=_each(found[records.TransactionIntended], IntendedTransaction, "intended_ns"),
        transaction_answers=_each(
            found[records.TransactionObserved], TransactionAnswer, "observed_ns"
        ),
        outcomes=(
            *_outcomes(found[records.ExecutionFinished], is_final=False),
            *_outcomes(found[records.ExecutionFinalised], is_final=True),
        ),
    )


def _each(
    pairs: Iterable[tuple[Row, Fact]], kind: type[_T], time_field: str = ""
) -> tuple[_T, ...]:
    """Read each fact as the domain's struct of the same fields, at the time it was observed."""
    return tuple(
        msgspec.convert(
            msgspec.to_builtins(fact) | ({time_field: row["observed_ns"]} if time_field else {}),
            type=kind,
        )
        for row, fact in pairs
    )


def _outcomes(pairs: Iterable[tuple[Row, Fact]], *, is_final: bool) -> tuple[ExecutionAnswer, ...]:
    return tuple(
        msgspec.convert(
            {"reason": "", "is_final": is_final, "observed_ns": row["observed_ns"]}
            | msgspec.to_builtins(fact),
            type=ExecutionAnswer,
        )
        for row, fact in pairs
    )


def marks_of(rows: Iterable[Row], until_ns: int) -> list[Mark]:
    """List the marks the loop observed, up to an instant."""
    observed = [fact for _, fact in facts_of(rows) if isinstance(fact, records.MarkObserved)]
    return [
        Mark(fact.observed_ns, fact.underlying, fact.mark_e6, fact.policy)
        for fact in observed
        if fact.observed_ns <= until_ns
    ]


def observed(
    card: DeskCard,
    mids: Sequence[Mark],
    decisions: Iterable[Decision],
    tape: Iterable[Row],
    blocks: Iterable[Row],
    until_ns: int,
) -> Observed:
    """Arrange what marks of other policies are made of, up to an instant.

    Args:
        card: The desk's reference data.
        mids: What the loop observed.
        decisions: Whose on-chain legs say what pools showed; of several the first pool of the card.
        tape: Staged public trades.
        blocks: Staged blocks.
        until_ns: The last instant that counts.
    """
    pools = [pool.venue for pool in card.chain.pools]
    quotes = [
        (one.found_ns, card.asset(leg.base_asset).underlying, leg.top_price_e6)
        for one in decisions
        for venue in reversed(pools)
        for leg in one.legs
        if leg.venue == venue
    ]
    name = card.asset(card.exchange.base_asset).underlying
    bids = [
        (row["venue_ns"], name, to_units(row["price"], 6, rounding=ROUND_DOWN))
        for row in sorted(tape, key=lambda row: row["trade_id"])
        if (row["venue"], row["symbol"], row["side"])
        == (card.exchange.venue, card.exchange.symbol, "sell")
    ]
    return Observed(
        mids=mids,
        bids=[one for one in bids if one[0] <= until_ns],
        quotes=[one for one in quotes if one[0] <= until_ns],
        blocks_ns=[row["timestamp_s"] * SECOND_NS for row in blocks],
    )


def exchange_book(
    card: DeskCard, fills: Iterable[Row], lines: Iterable[Row], until_ns: int = 0
) -> ExchangeBook:
    """Arrange the exchange's statements; amounts become base units, refusing lost digits.

    Args:
        card: The desk's reference data.
        fills: Staged fills.
        lines: Staged statement lines.
        until_ns: The cut-off they were captured up to.
    """
    return ExchangeBook(
        fills=tuple(_fill(card, row) for row in fills),
        lines=tuple(_line(card, row) for row in lines),
        opened_ns=card.opened_ns,
        until_ns=until_ns,
    )


def _fill(card: DeskCard, row: Row) -> ExchangeFill:
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
        price_text=str(row["price"]),
    )


def _line(card: DeskCard, row: Row) -> LedgerLine:
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


def chain_book(
    anchor: Row, transactions: Iterable[Row], logs: Iterable[Row], rebases: Iterable[Row] = ()
) -> ChainBook:
    """Arrange what the chain says, up to the anchor."""
    by_hash: defaultdict[str, list[Log]] = defaultdict(list)
    for row in sorted(logs, key=lambda row: (row["block_number"], row["log_index"])):
        by_hash[row["tx_hash"]].append(_log(row))
    return ChainBook(
        transactions=tuple(_transaction(row, by_hash[row["tx_hash"]]) for row in transactions),
        heads=Heads(anchor["head_block"], anchor["safe_block"], anchor["final_block"]),
        until_block=anchor["block_number"],
        rebases=tuple(map(_rebase, rebases)),
    )


def _rebase(row: Row) -> RebaseSeen:
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


def _log(row: Row) -> Log:
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


def _transaction(row: Row, logs: Iterable[Log]) -> ChainTransaction:
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
