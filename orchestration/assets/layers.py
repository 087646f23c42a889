"""The layers beyond row against row: balances rolled, lots held against holdings, messages counted.

Each writes what it compared, row by row, difference and all, and beside it what does not hold, as
breaks people work on; whether a difference may stand is asked in `orchestration/checks/layers.py`.
Both are one step's: what keeps a day from being published may not keep its breaks from people.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import msgspec

from domain.layers.breaks import frame_breaks, lean_breaks, lot_breaks, roll_breaks
from domain.layers.inventory import Stocked, stock
from domain.layers.messages import Conserved, Stretch, conserve
from domain.layers.rolling import Rolled, roll
from domain.matching.types import Break
from domain.pnl.realised import Realised
from journal.records import SenderCount
from orchestration.assets.catalog import book_spec, step
from orchestration.closing.corrections import corrected_moves
from orchestration.closing.tolerance import leans_of
from orchestration.day import (
    CONSERVED,
    LOTS_BROKEN,
    MESSAGES_BROKEN,
    POSITIONS,
    REALISED,
    ROLLED,
    ROLLS_BROKEN,
    STOCKED,
    Day,
)
from orchestration.incremental.flowing import flows_settled
from orchestration.reading.breaking import keep_breaks, tallied
from orchestration.reading.movements import LEGS, MOVEMENTS
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import POOL
from orchestration.showing import breaks_metadata

STATED = ("stg_chain__balances", "stg_exchange__balances")
OPENED = ("stg_chain__openings", "stg_exchange__openings")
WIRE = "stg_journal__wire_segments"
ROLLED_SPEC = book_spec(
    ROLLED,
    "reconciliation",
    "One row per account and asset: opening, in, out, fees, closing, and what is stated.",
    Rolled,
    (LEGS, MOVEMENTS, POSITIONS, *OPENED, *STATED),
)
ROLLS_BROKEN_SPEC = book_spec(
    ROLLS_BROKEN,
    "reconciliation",
    "One row per balance that does not roll, and per asset of which too much was accepted.",
    Break,
    (LEGS, MOVEMENTS, POSITIONS, "stg_journal__facts", *OPENED, *STATED),
)
STOCKED_SPEC = book_spec(
    STOCKED,
    "reconciliation",
    "One row per underlying: what open lots hold, and what chain and exchange state.",
    Stocked,
    (REALISED, *STATED),
)
LOTS_BROKEN_SPEC = book_spec(
    LOTS_BROKEN,
    "reconciliation",
    "One row per underlying whose lots are not what is held.",
    Break,
    (REALISED, *STATED),
)
CONSERVED_SPEC = book_spec(
    CONSERVED,
    "reconciliation",
    "One row per channel and sender: frames sent, recorded and noticed missing.",
    Conserved,
    (WIRE,),
)
MESSAGES_BROKEN_SPEC = book_spec(
    MESSAGES_BROKEN,
    "reconciliation",
    "One row per channel and sender with frames unaccounted for, or not known to be.",
    Break,
    (WIRE,),
)
Made = tuple[dg.MaterializeResult, dg.MaterializeResult]
"""What was compared, and what of it does not hold."""


@step("roll_balances", ROLLED_SPEC, ROLLS_BROKEN_SPEC, pool=POOL)
def balances_rolled(context: dg.AssetExecutionContext, desk: Desk) -> Made:
    """Roll every balance from its opening over what settled to its closing."""
    day = Day(desk.home, context.partition_key)
    opening = day.carried() or {(c.account, c.asset): c.units or 0 for c in day.opening_claims()}
    flows = flows_settled(day)
    stated = {(claim.account, claim.asset): claim.units for claim in day.claims()}
    mended = corrected_moves(desk.home, day.name)
    rolled = roll(opening, flows, stated, day.venue_labels(), mended)
    rows = day.lake.save(ROLLED, day.name, Rolled, rolled)
    at_ns = day.anchor.cutoff_ns
    found = [*roll_breaks(rolled, at_ns), *lean_breaks(leans_of(day), at_ns)]
    open_rows = sum(not one.is_closed for one in rolled)
    return _made(ROLLED, rows, not_closed=open_rows), _broken(day, ROLLS_BROKEN, found)


@step("stock_lots", STOCKED_SPEC, LOTS_BROKEN_SPEC, pool=POOL)
def lots_stocked(context: dg.AssetExecutionContext, desk: Desk) -> Made:
    """Hold open lots against what chain and exchange say is held."""
    day = Day(desk.home, context.partition_key)
    remaining = day.lake.load(REALISED, day.name, Realised)[0].remaining
    assets = {asset.asset: asset for asset in day.card.assets}
    lots = [(lot.underlying, lot.quantity_e18) for lot in remaining]
    stocked = stock(lots, day.claims(), assets)
    rows = day.lake.save(STOCKED, day.name, Stocked, stocked)
    found = lot_breaks(stocked, day.anchor.cutoff_ns)
    return _made(STOCKED, rows, differing=len(found)), _broken(day, LOTS_BROKEN, found)


@step("conserve_messages", CONSERVED_SPEC, MESSAGES_BROKEN_SPEC, pool=POOL)
def messages_conserved(context: dg.AssetExecutionContext, desk: Desk) -> Made:
    """Count the day's frames by sender: sent, recorded, noticed missing."""
    day = Day(desk.home, context.partition_key)
    segments = [row for row in day.staged(WIRE) if row["day"] == day.name]
    ordered = sorted(segments, key=lambda row: (row["channel"], row["first_frame"]))
    conserved = conserve(one for row in ordered for one in stretches_of(row))
    rows = day.lake.save(CONSERVED, day.name, Conserved, conserved)
    found = frame_breaks(conserved, day.name, day.anchor.cutoff_ns)
    recorded = sum(one.recorded for one in conserved)
    return _made(CONSERVED, rows, recorded=recorded), _broken(day, MESSAGES_BROKEN, found)


def _made(table: str, rows: int, **counts: int) -> dg.MaterializeResult:
    return dg.MaterializeResult(asset_key=table, metadata={"dagster/row_count": rows, **counts})


def _broken(day: Day, table: str, found: Sequence[Break]) -> dg.MaterializeResult:
    breaks = keep_breaks(day, table, found)
    shown = {"dagster/row_count": len(breaks), **breaks_metadata(tallied(day, breaks))}
    return dg.MaterializeResult(asset_key=table, metadata=shown)


def stretches_of(segment: Mapping[str, Any]) -> Iterator[Stretch]:
    """Read whose frames a file holds; of one from before senders were counted nobody knows."""
    channel, counted = segment["channel"], segment["senders"]
    senders = msgspec.convert(
        msgspec.json.decode(counted or "[]"), type=list[SenderCount], strict=False
    )
    if not senders:
        yield Stretch(channel, "", -1, -1, segment["frames"], 0, is_known=False)
    for one in senders:
        yield Stretch(channel, **msgspec.structs.asdict(one))


LAYERS = [balances_rolled, lots_stocked, messages_conserved]
