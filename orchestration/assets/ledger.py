"""The double-entry ledger, and the positions it adds up to.

Entries come from what settled, never from what was hoped; the builders are `domain.ledger`'s.
"""

from collections.abc import Iterator

import dagster as dg
import msgspec

from domain.ledger.balances import Position, roll_forward
from domain.ledger.build import entries_of, opening_entries
from domain.ledger.types import Entry, entry_order
from orchestration.assets.catalog import book_spec, done, step
from orchestration.day import ENTRIES, POSITIONS, POSTINGS, Day
from orchestration.movements import EXECUTIONS, LEGS, MOVEMENTS, load_settlement
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import POOL


class BookedPosting(msgspec.Struct, frozen=True):
    """One posting with the entry it belongs to; positive is received by the account."""

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


ENTRIES_SPEC = book_spec(
    ENTRIES,
    "ledger",
    "One row per economic event, balanced.",
    Entry,
    (EXECUTIONS, LEGS, MOVEMENTS, "stg_chain__balances", "stg_exchange__balances"),
)
POSTINGS_SPEC = book_spec(
    POSTINGS,
    "ledger",
    "One row per signed amount on one account; per asset they sum to zero.",
    BookedPosting,
    (ENTRIES,),
)
POSITIONS_SPEC = book_spec(
    POSITIONS,
    "positions",
    "One row per account of ours and asset: opening, flows by cause, closing.",
    Position,
    (ENTRIES, POSTINGS),
)


@step("post_entries", ENTRIES_SPEC, pool=POOL)
def entries_posted(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Book everything that moved, and on the first day what we came with."""
    day = Day(desk.home, context.partition_key)
    opening = opening_entries(day.claims("opening")) if day.previous is None else []
    moved = entries_of(load_settlement(desk.home, day.name))
    entries = sorted(day.own([*opening, *moved]), key=entry_order)
    return done(day.lake.save(ENTRIES, day.name, Entry, entries))


@step("make_postings", POSTINGS_SPEC)
def postings_made(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Write each entry's postings out, one a row."""
    day = Day(desk.home, context.partition_key)
    entries = day.lake.load(ENTRIES, day.name, Entry)
    postings = [posting for entry in entries for posting in _booked(entry)]
    return done(day.lake.save(POSTINGS, day.name, BookedPosting, postings))


@step("hold_positions", POSITIONS_SPEC)
def positions_held(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Roll every account from the carried opening to its closing."""
    day = Day(desk.home, context.partition_key)
    entries = day.lake.load(ENTRIES, day.name, Entry)
    held = roll_forward(entries, *day.span_ns, opening=day.carried())
    return done(day.lake.save(POSITIONS, day.name, Position, held))


def _booked(entry: Entry) -> Iterator[BookedPosting]:
    for posting in entry.postings:
        yield msgspec.convert(
            msgspec.structs.asdict(posting)
            | {name: getattr(entry, name) for name in BookedPosting.__struct_fields__[4:]},
            type=BookedPosting,
        )


LEDGER = [entries_posted, postings_made, positions_held]
