"""The layers beyond row against row: balances rolled, lots held against holdings, messages counted.

Each writes what it compared, row by row, difference and all; whether a difference may stand is
asked in `orchestration/checks/layers.py`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import msgspec

from domain.layers.inventory import Stocked, stock
from domain.layers.messages import Conserved, Stretch, conserve
from domain.layers.rolling import Rolled, flows_of, roll
from domain.pnl.realised import Realised
from journal.records import SenderCount
from orchestration.assets.catalog import book_spec, done, step
from orchestration.corrections import corrected_moves
from orchestration.day import CONSERVED, POSITIONS, REALISED, ROLLED, STOCKED, Day
from orchestration.movements import LEGS, MOVEMENTS, load_settlement
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import POOL

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
STOCKED_SPEC = book_spec(
    STOCKED,
    "reconciliation",
    "One row per underlying: what open lots hold, and what chain and exchange state.",
    Stocked,
    (REALISED, *STATED),
)
CONSERVED_SPEC = book_spec(
    CONSERVED,
    "reconciliation",
    "One row per channel and sender: frames sent, recorded and noticed missing.",
    Conserved,
    (WIRE,),
)


@step("roll_balances", ROLLED_SPEC, pool=POOL)
def balances_rolled(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Roll every balance from its opening over what settled to its closing."""
    day = Day(desk.home, context.partition_key)
    opening = day.carried() or {(c.account, c.asset): c.units or 0 for c in day.opening_claims()}
    flows = flows_of(load_settlement(desk.home, day.name))
    stated = {(claim.account, claim.asset): claim.units for claim in day.claims()}
    mended = corrected_moves(desk.home, day.name)
    rolled = roll(opening, flows, stated, day.venue_labels(), mended)
    open_rows = sum(not one.is_closed for one in rolled)
    return done(day.lake.save(ROLLED, day.name, Rolled, rolled), not_closed=open_rows)


@step("stock_lots", STOCKED_SPEC, pool=POOL)
def lots_stocked(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Hold open lots against what chain and exchange say is held."""
    day = Day(desk.home, context.partition_key)
    remaining = day.lake.load(REALISED, day.name, Realised)[0].remaining
    assets = {asset.asset: asset for asset in day.card.assets}
    lots = [(lot.underlying, lot.quantity_e18) for lot in remaining]
    stocked = stock(lots, day.claims(), assets)
    differing = sum(one.difference_e18 != 0 for one in stocked)
    return done(day.lake.save(STOCKED, day.name, Stocked, stocked), differing=differing)


@step("conserve_messages", CONSERVED_SPEC, pool=POOL)
def messages_conserved(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Count the day's frames by sender: sent, recorded, noticed missing."""
    day = Day(desk.home, context.partition_key)
    segments = [row for row in day.staged(WIRE) if row["day"] == day.name]
    ordered = sorted(segments, key=lambda row: (row["channel"], row["first_frame"]))
    conserved = conserve(one for row in ordered for one in stretches_of(row))
    counts = {"recorded": sum(one.recorded for one in conserved)}
    return done(day.lake.save(CONSERVED, day.name, Conserved, conserved), **counts)


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
