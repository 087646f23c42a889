"""Whether the loop believes what the books hold: shown, compared, never mended.

Not blocking: the books stand on statements and blocks, and a loop that misheard does not make them
wrong. The sensor of the same subject tells people.
"""

from collections import Counter
from collections.abc import Iterable

import dagster as dg

from domain.clock import SECOND_NS
from domain.ledger.balances import balances
from domain.ledger.types import Entry
from domain.positions.live import (
    BlockSeen,
    Disagreement,
    Inventory,
    booked_moves,
    comparable,
    disagreements,
    inventory_disagreements,
    live_moves,
)
from domain.settlement.revisions import standing_legs
from journal.records import InventoryRead, OrderIntended, OrderObserved
from orchestration import books
from orchestration.day import ENTRIES, Day
from orchestration.failures import honouring_advice
from orchestration.journal_rows import rows_of_kinds
from orchestration.movements import EXECUTIONS, load_settlement
from orchestration.resources.desk import Desk
from orchestration.resources.lake import read_columns
from orchestration.resources.lake_schema import BLOCKS

SHOWN = 20
"""A person reads a page."""


@dg.asset_check(asset=ENTRIES)
@honouring_advice
def live_positions_equal_the_books(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """What the loop heard of each order, and read of the wallet at a block, the books say too."""
    day = Day(desk.home, context.partition_key)
    found = loop_against_books(day)
    shown = [f"{x.subject} {x.asset}: loop {x.live_units}, books {x.booked_units}" for x in found]
    return dg.AssetCheckResult(
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "differences": len(found),
            "first": "; ".join(shown[:SHOWN]),
            "wallet": _told(readings(day).values()),
        },
    )


def loop_against_books(day: Day) -> list[Disagreement]:
    """Compare what the loop had heard by the day's cut-off; the warehouse is not opened."""
    return [*orders_against_books(day), *wallet_against_books(day)]


def orders_against_books(day: Day) -> list[Disagreement]:
    """Compare each order's last answer with the exchange's statements."""
    kinds = (OrderIntended.KIND, OrderObserved.KIND)
    journal = books.journal_book(rows_of_kinds(day.lake, day.name, kinds))
    exchange = day.card.exchange
    live = live_moves(
        journal.orders,
        journal.order_answers,
        exchange.base_asset,
        exchange.quote_asset,
        day.anchor.cutoff_ns,
    )
    settled = load_settlement(day.home, day.name)
    legs = standing_legs(settled.legs, settled.revisions)
    return disagreements(live, booked_moves(leg for leg in legs if leg.venue == exchange.venue))


def wallet_against_books(day: Day) -> list[Disagreement]:
    """Compare the newest reading of each account with the books at the end of the same block."""
    found: list[Disagreement] = []
    chosen = readings(day)
    entries = day.lake.load(ENTRIES, day.name, Entry) if chosen else []
    for told, block in chosen.values():
        booked = Counter(day.carried())
        booked.update(balances(entries, until_ns=block.at_ns + 1))
        found += inventory_disagreements(told, booked)
    return found


def readings(day: Day) -> dict[str, tuple[Inventory, BlockSeen]]:
    """Choose what the loop read of each account that the books can be compared with."""
    facts = books.facts_of(rows_of_kinds(day.lake, day.name, (InventoryRead.KIND,)))
    told = [
        Inventory(fact.account, fact.block_hash, {one.asset: one.units for one in fact.holdings})
        for _, fact in facts
        if isinstance(fact, InventoryRead)
    ]
    return comparable(told, _blocks(day)) if told else {}


def is_settled_to_its_anchor(day: Day) -> bool:
    """Ask whether what is settled and booked is of the captures that lie there, not of earlier."""
    made = (day.lake.cursor(table, day.name).anchor for table in (EXECUTIONS, ENTRIES))
    return all(anchor == day.anchor.block_hash for anchor in made)


def _blocks(day: Day) -> list[BlockSeen]:
    return [
        BlockSeen(number, block_hash, timestamp_s * SECOND_NS)
        for path in day.lake.parts(BLOCKS.name, day.name)
        for number, block_hash, timestamp_s in zip(
            *read_columns(path, ["number", "hash", "timestamp_s"]).values(), strict=True
        )
    ]


def _told(chosen: Iterable[tuple[Inventory, BlockSeen]]) -> str:
    return "; ".join(f"{told.account} at block {block.number}" for told, block in chosen)


LIVE_POSITIONS = [live_positions_equal_the_books]
