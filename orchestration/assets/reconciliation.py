"""Reconciliation: what journal, exchange and chain disagree about, each with its cause.

First what happened, then what is held at the anchor. Nothing is mended here: a break is
a statement. What agreed is kept beside it, with what it was told by, so that a reviewer sees both.
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from domain.ledger.balances import Position
from domain.matching.balances import anchor_breaks, match_balances
from domain.matching.made import MatchMade
from domain.matching.transits import transit_breaks
from domain.matching.types import Break
from orchestration.assets.catalog import book_spec, done, step
from orchestration.day import BALANCED, MATCHED, POSITIONS, Day
from orchestration.incremental.matching import MATCHES, Looked, match_new
from orchestration.incremental.rolling import statement_found
from orchestration.reading.breaking import keep_breaks, tallied
from orchestration.reading.movements import MOVEMENTS
from orchestration.reading.transits import OPEN, open_on, transits_on
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import POOL
from orchestration.showing import breaks_metadata, table_metadata

_TOLD = (
    "stg_journal__facts",
    "stg_exchange__fills",
    "stg_exchange__ledger_lines",
    "stg_chain__anchors",
    "stg_chain__transactions",
)
TRANSACTIONS = book_spec(
    MATCHED,
    "reconciliation",
    "One row per disagreement between journal, exchange and chain about what happened.",
    Break,
    (*_TOLD, "stg_chain__logs", MOVEMENTS, OPEN),
)
MATCHES_SPEC = book_spec(
    MATCHES,
    "reconciliation",
    "One row per order, fill or transaction that two sources tell alike, or may both be telling.",
    MatchMade,
    _TOLD,
)
Made = tuple[dg.MaterializeResult[Any], dg.MaterializeResult[Any]]
"""What disagrees, and what agrees."""
BALANCES = book_spec(
    BALANCED,
    "reconciliation",
    "One row per disagreement between ledger, exchange and chain about what is held.",
    Break,
    (
        POSITIONS,
        MATCHED,
        "stg_exchange__ledger_lines",
        "stg_exchange__openings",
        "stg_chain__balances",
        "stg_exchange__balances",
    ),
)


@step("match_what_happened", TRANSACTIONS, MATCHES_SPEC, pool=POOL)
def transactions_matched(context: dg.AssetExecutionContext, desk: Desk) -> Made:
    """Compare what the three sources say happened, as far as it is new or waits."""
    day = Day(desk.home, context.partition_key)
    found, lake = match_new(day), day.lake
    underway = transit_breaks(
        open_on(lake, day.name), transits_on(lake, day.name), day.anchor.cutoff_ns
    )
    return _kept(day, MATCHED, [*found.breaks, *underway]), _matches_shown(found)


@step("match_what_is_held", BALANCES, pool=POOL)
def balances_matched(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Compare the ledger's closing balances with what chain and exchange state at the anchor."""
    day = Day(desk.home, context.partition_key)
    claims = day.claims()
    positions = day.lake.load(POSITIONS, day.name, Position)
    ledger = {(p.account, p.asset): p.closing_units for p in positions}
    known = day.lake.load(MATCHED, day.name, Break)
    found = [
        *match_balances(ledger, claims, known=known),
        *anchor_breaks(claims),
        *statement_found(day, _opening(day)),
    ]
    return _kept(day, BALANCED, found)


def _kept(day: Day, table: str, found: Sequence[Break]) -> dg.MaterializeResult:
    """Keep a comparison's breaks, and show them."""
    breaks = keep_breaks(day, table, found)
    return done(len(breaks), **breaks_metadata(tallied(day, breaks)))._replace(
        asset_key=dg.AssetKey(table)
    )


def _matches_shown(found: Looked) -> dg.MaterializeResult:
    """Show of a day's matches what people have to look at."""
    header = ("comparison", "internal", "external", "assets", "rule", "runner-up", "margin")
    suggested = [
        (m.recon, m.internal_ids, m.external_ids, m.assets, m.rule, m.runner_up, m.margin)
        for m in found.suggested
    ]
    shown = done(
        found.matches, compared=found.compared, suggested=table_metadata(header, suggested)
    )
    return shown._replace(asset_key=dg.AssetKey(MATCHES))


def _opening(day: Day) -> dict[str, int]:
    if day.previous is None:
        return {}
    account = day.card.exchange.account
    return {h.asset: h.units or 0 for h in day.external_opening() if h.account == account}


RECONCILIATION = [transactions_matched, balances_matched]
