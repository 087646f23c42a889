"""The double-entry ledger, and the positions it adds up to.

Entries come from what settled, never from what was hoped; the builders are `domain.ledger`'s. The
bookings are the ledger itself, appended only; entries are how it reads by what is known now.
"""

import dagster as dg

from domain.ledger.balances import Position
from domain.ledger.bitemporal import Booking
from domain.ledger.build import entries_of, opening_entries
from domain.ledger.types import Entry
from orchestration.assets.catalog import book_spec, done, step
from orchestration.clock import BooksClock
from orchestration.closing import bookings
from orchestration.closing.corrections import corrections_of
from orchestration.day import BOOKINGS, ENTRIES, POSITIONS, POSTINGS, Day
from orchestration.incremental.holding import positions_of
from orchestration.incremental.posting import (
    BookedPosting,
    learn_new,
    read_entries,
    read_postings,
    remember_booked,
    rows_settled,
)
from orchestration.reading.movements import EXECUTIONS, LEGS, MOVEMENTS, load_settlement
from orchestration.reading.pending import pending_entries
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Cursor
from orchestration.resources.warehouse import POOL

BOOKINGS_SPEC = book_spec(
    BOOKINGS,
    "ledger",
    "One row per fact or reversal, where it counts and when it became known; never rewritten.",
    Booking,
    (
        EXECUTIONS,
        LEGS,
        MOVEMENTS,
        "stg_chain__openings",
        "stg_exchange__openings",
        "raw_chain__pending",
        "raw_exchange__pending",
    ),
)
ENTRIES_SPEC = book_spec(
    ENTRIES,
    "ledger",
    "One row per economic event, balanced, by what is known now.",
    Entry,
    (BOOKINGS,),
)
POSTINGS_SPEC = book_spec(
    POSTINGS,
    "ledger",
    "One row per signed amount on one account, reversals included; per asset they sum to zero.",
    BookedPosting,
    (BOOKINGS,),
)
POSITIONS_SPEC = book_spec(
    POSITIONS,
    "positions",
    "One row per account of ours and asset: opening, flows by cause, closing.",
    Position,
    (ENTRIES, POSTINGS),
)


@step("post_entries", BOOKINGS_SPEC, ENTRIES_SPEC, pool=POOL)
def entries_posted(
    context: dg.AssetExecutionContext, desk: Desk
) -> tuple[dg.MaterializeResult, dg.MaterializeResult]:
    """Book what is new of what moved, and on the first day what we came with."""
    day = Day(desk.home, context.partition_key)
    rows = rows_settled(day)
    learned = learn_new(day, rows, others_of(day), BooksClock().now_ns())
    bookings.append(desk.home, learned)
    remember_booked(day, rows)
    log, entries = day.lake.table(BOOKINGS, day.name, ["booking_id"]), read_entries(day)
    day.lake.remember(ENTRIES, day.name, Cursor(anchor=day.anchor.block_hash))
    return (
        dg.MaterializeResult(
            asset_key=BOOKINGS,
            metadata={"dagster/row_count": log.num_rows if log else 0, "learned": len(learned)},
        ),
        dg.MaterializeResult(asset_key=ENTRIES, metadata={"dagster/row_count": entries}),
    )


def facts_of(day: Day) -> list[Entry]:
    """Build the entries of what settled in a day, as the sources tell it, and all others."""
    return [*day.own(entries_of(load_settlement(day.home, day.name))), *others_of(day)]


def others_of(day: Day) -> list[Entry]:
    """Build what books no row of the settlement: openings, what mends it, and what is pending.

    What is pending stands until the next reading.
    """
    opening = opening_entries(day.opening_claims()) if day.previous is None else []
    final = day.own([*opening, *corrections_of(day.home, day.name)])
    return [*final, *pending_entries(day)]


@step("make_postings", POSTINGS_SPEC)
def postings_made(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Write each booking's postings out, one a row."""
    day = Day(desk.home, context.partition_key)
    return done(read_postings(day))


@step("hold_positions", POSITIONS_SPEC)
def positions_held(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Roll every account from the carried opening to its closing."""
    day = Day(desk.home, context.partition_key)
    return done(day.lake.save(POSITIONS, day.name, Position, positions_of(day)))


LEDGER = [entries_posted, postings_made, positions_held]
