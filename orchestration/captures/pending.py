"""What is seen and may yet not happen: blocks behind the anchor, and statements of their time.

One row a fact, the whole of it as it will be captured when it is final, and all of it replaced at
each reading: what a reorg took away is simply not seen any more. A closed day has nothing pending.
Booking it in two phases is `domain.ledger`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domain.clock import SECOND_NS, day_bounds_ns
from domain.desk import DeskCard
from domain.errors import RpcUnavailable, SchemaDrift
from domain.home import DeskHome
from orchestration.captures.anchor import Anchor, day_anchor
from orchestration.captures.chain import scan
from orchestration.captures.exchange import (
    PAYMENTS_BACK_NS,
    fill_row,
    ledger_row,
    payment_row,
)
from orchestration.captures.rebases import rebase_rows
from orchestration.resources.chain_source import ChainSource
from orchestration.resources.desk import desk_card
from orchestration.resources.exchange_source import ExchangeSource
from orchestration.resources.lake import Cursor, Lake, text_json
from orchestration.resources.lake_schema import PENDING_CHAIN, PENDING_EXCHANGE

Row = dict[str, Any]
TRANSACTION, LOG, REBASE = "transaction", "log", "rebase"
FILL, LINE, PAYMENT = "fill", "line", "payment"
LOOKS = 3
"""How often the chain may change while it is read before the reading is left to a later tick."""


def capture_pending(home: DeskHome, day: str) -> tuple[int, int]:
    """Read what lies between the day's anchor and the newest block there was when it was chosen.

    The journal was read after that block, so every intent behind what is seen is known.

    Returns:
        How many facts are pending on the chain, and how many at the exchange.

    Raises:
        RpcUnavailable: The chain does not answer, or changes faster than it can be read.
        VenueUnavailable: The exchange does not answer.
    """
    lake, anchor, card = Lake(home), day_anchor(home, day), desk_card(home)
    on_chain: list[Row] = []
    at_exchange: list[Row] = []
    until_ns = anchor.cutoff_ns
    if anchor.is_followed():
        until_s, on_chain = seen_blocks(ChainSource(card.chain.rpc_url), card, anchor)
        until_ns = until_s * SECOND_NS
        at_exchange = _told_until(ExchangeSource(card.exchange), card, anchor, until_ns)
    start_ns, end_ns = day_bounds_ns(day)
    on_chain = [row for row in on_chain if start_ns <= row["timestamp_s"] * SECOND_NS < end_ns]
    at_exchange = [row for row in at_exchange if start_ns <= row["at_ns"] < end_ns]
    for table, rows, position in (
        (PENDING_CHAIN, on_chain, anchor.head_block),
        (PENDING_EXCHANGE, at_exchange, min(until_ns, end_ns - 1)),
    ):
        lake.replace(table.name, day, rows)
        lake.remember(table.name, day, Cursor(position, anchor.block_hash))
    return len(on_chain), len(at_exchange)


def seen_blocks(source: ChainSource, card: DeskCard, anchor: Anchor) -> tuple[int, list[Row]]:
    """Read the blocks behind the anchor as one unbroken chain that stands on it.

    Returns:
        Time of the newest of them in seconds, and what in them touches us.

    Raises:
        RpcUnavailable: No reading was of one chain.
    """
    for _ in range(LOOKS):
        seen = _look(source, card, anchor)
        if seen is not None:
            return seen
    raise RpcUnavailable(
        "the chain changes while its newest blocks are read; run this again",
        anchor=anchor.text(),
    )


def _look(source: ChainSource, card: DeskCard, anchor: Anchor) -> tuple[int, list[Row]] | None:
    """Read once; None when a reorg came between the questions."""
    first = anchor.block_number + 1
    last = min(int(source.block("latest")["number"], 16), anchor.head_block)
    try:
        head = source.block(last)
        blocks, transactions, logs = scan(source, card, first, last)
        rebases = rebase_rows(source, card, first, last, 0)
        is_same = source.block(last)["hash"] == head["hash"]
    except SchemaDrift:  # a receipt or a block that was there a moment ago
        return None
    rows = [
        *(_chain_row(TRANSACTION, row, row["block_timestamp_s"]) for row in transactions),
        *(_chain_row(LOG, row, row["block_timestamp_s"], row["log_index"]) for row in logs),
        *(
            _chain_row(REBASE, row, row["timestamp_s"], row["account"], row["asset"])
            for row in rebases
        ),
    ]
    if not is_same or not _is_one_chain(anchor, blocks, rows):
        return None
    return int(head["timestamp"], 16), rows


def _is_one_chain(anchor: Anchor, blocks: Sequence[Row], rows: Iterable[Row]) -> bool:
    hashes = [block["hash"] for block in blocks]
    parents = [anchor.block_hash, *hashes][: len(blocks)]
    is_linked = [block["parent_hash"] for block in blocks] == parents
    return is_linked and {row["block_hash"] for row in rows} <= set(hashes)


def _chain_row(kind: str, row: Mapping[str, Any], timestamp_s: int, *place: object) -> Row:
    return {
        "kind": kind,
        "fact_id": ":".join(map(str, (row["tx_hash"], *place))),
        "block_number": row["block_number"],
        "block_hash": row["block_hash"],
        "timestamp_s": timestamp_s,
        "raw": text_json(row),
    }


def _told_until(source: ExchangeSource, card: DeskCard, anchor: Anchor, until_ns: int) -> list[Row]:
    after_ns = anchor.cutoff_ns + 1
    fills = [fill_row(card, trade) for trade in source.fills(after_ns, until_ns)]
    lines = [ledger_row(card, line) for line in source.ledger_lines(after_ns, until_ns)]
    begun_ns = max(after_ns - PAYMENTS_BACK_NS, 0)
    payments = [payment_row(card, one, until_ns) for one in source.payments(begun_ns, until_ns)]
    named = {row["ref_id"] for row in lines}
    about = [row for row in payments if row["ref_id"] in named or _may_land(row)]
    return [
        *(_exchange_row(FILL, row["trade_id"], row["traded_ns"], row) for row in fills),
        *(_exchange_row(LINE, row["ledger_id"], row["booked_ns"], row) for row in lines),
        *(_exchange_row(PAYMENT, row["ref_id"], row["told_ns"], row) for row in about),
    ]


def _may_land(payment: Row) -> bool:
    """Ask whether the other side of a payment may be in a block that is not final."""
    return payment["kind"] == "withdrawal" and bool(payment["tx_hash"])


def _exchange_row(kind: str, fact_id: str, at_ns: int, row: Row) -> Row:
    return {"kind": kind, "fact_id": fact_id, "at_ns": at_ns, "raw": text_json(row)}
