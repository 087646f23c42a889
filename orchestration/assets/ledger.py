"""The double-entry ledger, and the positions it adds up to.

Entries come from what settled, never from what was hoped; the builders are `domain.ledger`'s. The
bookings are the ledger itself, appended only; entries are how it reads by what is known now.
"""

from collections.abc import Iterator

import dagster as dg
import msgspec

from domain.ledger.balances import Position, roll_forward
from domain.ledger.bitemporal import Booking, entries_booked, entry_of
from domain.ledger.build import entries_of, opening_entries
from domain.ledger.types import Entry
from orchestration import bookings
from orchestration.assets.catalog import book_spec, done, step
from orchestration.clock import BooksClock
from orchestration.corrections import corrections_of
from orchestration.day import BOOKINGS, ENTRIES, POSITIONS, POSTINGS, Day
from orchestration.movements import EXECUTIONS, LEGS, MOVEMENTS, load_settlement
from orchestration.pending import pending_entries
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Cursor
from orchestration.resources.warehouse import POOL


class BookedPosting(msgspec.Struct, frozen=True):
    """One posting with the entry it belongs to; positive is received by the account.

    Args:
        at_ns: The instant it counts at; the first of the open period where the day was locked.
        happened_ns: When it happened.
        known_ns: When the books learned it.
    """

    entry_id: str
    account: str
    asset: str
    units: int
    at_ns: int
    cause: str
    strategy: str
    venue: str
    execution_id: str
    correlation_id: str
    evidence: str
    booking_id: str
    happened_ns: int
    known_ns: int


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
    learned = bookings.learn(desk.home, day.name, facts_of(day), BooksClock().now_ns())
    bookings.append(desk.home, learned)
    log = bookings.bookings_in(desk.home, day.name)
    entries = entries_booked(log)
    day.lake.save(ENTRIES, day.name, Entry, entries)
    day.lake.remember(ENTRIES, day.name, Cursor(anchor=day.anchor.block_hash))
    return (
        dg.MaterializeResult(
            asset_key=BOOKINGS,
            metadata={"dagster/row_count": len(log), "learned": len(learned)},
        ),
        dg.MaterializeResult(asset_key=ENTRIES, metadata={"dagster/row_count": len(entries)}),
    )


def facts_of(day: Day) -> list[Entry]:
    """Build the entries of what settled in a day, as the sources tell it, and what mends it.

    Beside them what is pending, which stands until the next reading.
    """
    opening = opening_entries(day.opening_claims()) if day.previous is None else []
    settled = entries_of(load_settlement(day.home, day.name))
    final = day.own([*opening, *settled, *corrections_of(day.home, day.name)])
    return [*final, *pending_entries(day)]


@step("make_postings", POSTINGS_SPEC)
def postings_made(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Write each booking's postings out, one a row."""
    day = Day(desk.home, context.partition_key)
    log = bookings.bookings_in(desk.home, day.name)
    postings = [posting for one in log for posting in _booked(one)]
    return done(day.lake.save(POSTINGS, day.name, BookedPosting, postings))


@step("hold_positions", POSITIONS_SPEC)
def positions_held(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Roll every account from the carried opening to its closing."""
    day = Day(desk.home, context.partition_key)
    entries = day.lake.load(ENTRIES, day.name, Entry)
    held = roll_forward(entries, *day.span_ns, opening=day.carried())
    return done(day.lake.save(POSITIONS, day.name, Position, held))


def _booked(one: Booking) -> Iterator[BookedPosting]:
    entry = entry_of(one)
    for posting in entry.postings:
        yield BookedPosting(
            *msgspec.structs.astuple(posting),
            at_ns=entry.at_ns,
            cause=entry.cause,
            strategy=entry.strategy,
            venue=entry.venue,
            execution_id=entry.execution_id,
            correlation_id=entry.correlation_id,
            evidence=entry.evidence,
            booking_id=one.booking_id,
            happened_ns=one.fact.at_ns,
            known_ns=one.known_ns,
        )


LEDGER = [entries_posted, postings_made, positions_held]
