"""Whether the loop believes what the books hold: shown, compared, never mended.

Not blocking: the books stand on statements and blocks, and a loop that misheard does not make them
wrong. The sensor of the same subject tells people.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import dagster as dg

from domain.clock import SECOND_NS
from domain.ledger.balances import balances
from domain.ledger.types import Entry
from domain.positions.live import (
    BlockSeen,
    Disagreement,
    Inventory,
    comparable,
    inventory_disagreements,
)
from domain.positions.promised import promised_units
from domain.positions.told import (
    Told,
    comparable_told,
    locked_disagreements,
    owned_disagreements,
)
from domain.settlement.outcome import Leg
from journal.records import InventoryRead, InventoryTold
from orchestration.checks.daily import day_check
from orchestration.day import ENTRIES, Day
from orchestration.reading import books
from orchestration.reading.journal_rows import rows_of_kinds
from orchestration.reading.movements import EXECUTIONS, LEGS
from orchestration.reading.orders_heard import orders_against_books, orders_of
from orchestration.resources.desk import Desk
from orchestration.resources.lake import read_columns
from orchestration.resources.lake_schema import BLOCKS
from orchestration.runs.failures import honouring_advice

SHOWN = 20
"""A person reads a page."""


@day_check(asset=ENTRIES)
@honouring_advice
def live_positions_equal_the_books(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """What the loop heard of each order, and was told that we hold, the books say too."""
    day = Day(desk.home, context.partition_key)
    found = loop_against_books(day)
    shown = [f"{x.subject} {x.asset}: loop {x.live_units}, books {x.booked_units}" for x in found]
    return dg.AssetCheckResult(
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "differences": len(found),
            "first": "; ".join(shown[:SHOWN]),
            "compared": "; ".join(compared(day)),
        },
    )


def loop_against_books(day: Day) -> list[Disagreement]:
    """Compare what the loop had heard by the day's cut-off; the warehouse is not opened."""
    found = orders_against_books(day)
    on_chain, told = readings(day).values(), readings_told(day).values()
    if not on_chain and not told:
        return found
    entries = day.lake.load(ENTRIES, day.name, Entry)
    return [
        *found,
        *chain_against_books(day, on_chain, entries),
        *exchange_against_books(day, told, entries),
    ]


def compared(day: Day) -> list[str]:
    """Name the readings that can be compared, and when they were made."""
    on_chain = (f"{x.account} at block {block.number}" for x, block in readings(day).values())
    at_exchange = (f"{x.account} at {x.answered_ns} ns" for x in readings_told(day).values())
    return [*on_chain, *at_exchange]


def chain_against_books(
    day: Day, read: Iterable[tuple[Inventory, BlockSeen]], entries: Sequence[Entry]
) -> list[Disagreement]:
    """Compare the newest reading of each address with the books at the end of the same block."""
    found: list[Disagreement] = []
    for told, block in read:
        booked = Counter(day.carried())
        booked.update(balances(entries, until_ns=block.at_ns + 1))
        found += inventory_disagreements(told, booked)
    return found


def exchange_against_books(
    day: Day, read: Iterable[Told], entries: Sequence[Entry]
) -> list[Disagreement]:
    """Compare the newest reading of each account with the books around the same instant."""
    found: list[Disagreement] = []
    for told in read:
        found += owned_disagreements(told, entries, day.carried())
        found += _locked_against_books(day, told)
    return found


def _locked_against_books(day: Day, told: Told) -> list[Disagreement]:
    """Compare what is kept with the orders of the day, and of the one before it."""
    days = [one for one in (day.previous, day.name) if one]
    journal = orders_of(day, days)
    legs = {leg.leg_id: leg for one in days for leg in day.lake.load(LEGS, one, Leg)}.values()
    promised = promised_units(told.window_ns, day.card, journal.orders, journal.order_answers, legs)
    return locked_disagreements(told, promised)


def readings(day: Day) -> dict[str, tuple[Inventory, BlockSeen]]:
    """Choose what the loop read of each address that the books can be compared with."""
    facts = books.facts_of(rows_of_kinds(day.lake, day.name, (InventoryRead.KIND,)))
    told = [
        Inventory(fact.account, fact.block_hash, {one.asset: one.units for one in fact.holdings})
        for _, fact in facts
        if isinstance(fact, InventoryRead)
    ]
    return comparable(told, _blocks(day)) if told else {}


def readings_told(day: Day) -> dict[str, Told]:
    """Choose what the exchange told the loop that the books can be compared with."""
    facts = books.facts_of(rows_of_kinds(day.lake, day.name, (InventoryTold.KIND,)))
    told = [_told(fact) for _, fact in facts if isinstance(fact, InventoryTold)]
    return comparable_told(told, day.anchor.cutoff_ns)


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


def _told(fact: InventoryTold) -> Told:
    return Told(
        fact.account,
        fact.asked_ns,
        fact.answered_ns,
        {one.asset: one.free_units + one.locked_units for one in fact.holdings},
        {one.asset: one.locked_units for one in fact.holdings},
    )


LIVE_POSITIONS = [live_positions_equal_the_books]
