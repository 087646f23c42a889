"""The identities of the books, each a blocking check: what fails here is not published.

A check states and shows money; it never mends. Each hosts where everything it guards comes after:
marts, audit trail and report are not made from books that contradict themselves.
"""

from collections.abc import Collection, Mapping, Sequence

import dagster as dg
import msgspec

from domain.close import break_object
from domain.desk import Asset
from domain.ledger.balances import Position
from domain.matching.types import Break
from domain.money import from_units
from domain.pnl.equity import sum_known
from domain.pnl.realised import Realised
from domain.pnl.types import Attribution, PnlCell
from journal.reader import JournalReader
from journal.records import ExecutionPlanned
from orchestration.assets.pnl import shown_value
from orchestration.checks.daily import day_check
from orchestration.day import (
    ATTRIBUTION,
    BALANCED,
    CELLS,
    MATCHED,
    POSITIONS,
    POSTINGS,
    REALISED,
    ROWS,
    Day,
)
from orchestration.incremental.sums import Sums, postings_off
from orchestration.reading.movements import EXECUTIONS
from orchestration.resources.arrow import is_one_of, where
from orchestration.resources.desk import Desk
from orchestration.resources.lake import read_table
from orchestration.resources.lake_schema import FACTS
from orchestration.resources.warehouse import POOL
from orchestration.runs.failures import honouring_advice

SHOWN_BREAKS = 20
"""A person reads a page, not a table; the marts hold all of them."""


@day_check(asset=POSTINGS, blocking=True)
@honouring_advice
def postings_per_asset_sum_to_zero(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """What one account receives another gives, per booking; together they are the entries."""
    day = Day(desk.home, context.partition_key)
    off = postings_off(day)
    return dg.AssetCheckResult(
        passed=not off.bookings and not off.accounts,
        metadata={
            "postings": off.postings,
            "wrong_sums": _shown(_named(off.bookings)),
            "not_what_the_entries_say": _shown(_named(off.accounts)),
        },
    )


@day_check(asset=BALANCED, blocking=True, pool=POOL)
@honouring_advice
def the_books_hold_what_is_stated_at_the_anchor(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """Every account and asset is held where chain and exchange say it is, to the base unit."""
    day = Day(desk.home, context.partition_key)
    held = {
        (p.account, p.asset): p.closing_units for p in day.lake.load(POSITIONS, day.name, Position)
    }
    claims = {(c.account, c.asset): c.units for c in day.claims()}
    assets = day.card.assets
    decimals = {one.asset: one.decimals for one in assets}
    off = {
        f"{account} {asset}": _difference(
            decimals.get(asset, 0), claims.get((account, asset)), units
        )
        for account, asset in sorted({*held, *claims})
        if claims.get((account, asset)) != (units := held.get((account, asset), 0))
    }
    return dg.AssetCheckResult(
        passed=not off,
        metadata={
            "balances": len({*held, *claims}),
            "differences": _shown(off),
            "breaks": _breaks(day.lake.load(BALANCED, day.name, Break), assets),
            "anchor": day.anchor.text(),
        },
    )


@day_check(asset=ROWS, blocking=True, additional_deps=[ATTRIBUTION])
@honouring_advice
def equity_change_equals_attribution_exactly(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """Closing minus opening equity, less capital, is the sum of the rows: the residual is 0."""
    day = Day(desk.home, context.partition_key)
    one = day.lake.load(ATTRIBUTION, day.name, Attribution)[0]
    return dg.AssetCheckResult(
        passed=one.residual_usd_e24 == 0,
        metadata={
            "opening_equity": shown_value(one.opening_equity_usd_e24),
            "closing_equity": shown_value(one.closing_equity_usd_e24),
            "capital": shown_value(one.external_flow_usd_e24),
            "attributed": shown_value(one.total_usd_e24),
            "residual": shown_value(one.residual_usd_e24),
            "missing": "; ".join(one.missing) or "nothing",
        },
    )


@day_check(asset=REALISED, blocking=True, additional_deps=[ATTRIBUTION, CELLS])
@honouring_advice
def realised_and_unrealised_equal_the_attribution(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """What lots realised, what is unrealised and what it cost is the attribution, as cells are."""
    day = Day(desk.home, context.partition_key)
    one = day.lake.load(ATTRIBUTION, day.name, Attribution)[0]
    lots = day.lake.load(REALISED, day.name, Realised)[0]
    cells = [cell.amount_usd_e24 for cell in day.lake.load(CELLS, day.name, PnlCell)]
    return dg.AssetCheckResult(
        passed=one.total_usd_e24 is not None
        and one.total_usd_e24 == lots.total_usd_e24 == sum_known(cells),
        metadata={
            "attributed": shown_value(one.total_usd_e24),
            "by_lots": shown_value(lots.total_usd_e24),
            "by_asset": shown_value(sum_known(cells)),
            "missing": "; ".join(lots.missing) or "nothing",
        },
    )


@day_check(asset=MATCHED, blocking=True)
@honouring_advice
def no_fact_in_the_journal_is_missing_from_the_books(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """Each record up to the captured head is in the lake, each planned execution in settlement."""
    day = Day(desk.home, context.partition_key)
    facts = [read_table(path, _CAPTURED) for path in day.lake.parts(FACTS.name, day.name)]
    lost = _not_captured(day, {seq for one in facts for seq in one["seq"].to_pylist()})
    plans = [where(one, is_one_of(one["kind"], [ExecutionPlanned.KIND])) for one in facts]
    planned = {name for one in plans for name in map(_planned, one["payload"].to_pylist())}
    executions = day.lake.table(EXECUTIONS, day.name, ["execution_id"])
    settled = set() if executions is None else set(executions["execution_id"].to_pylist())
    return dg.AssetCheckResult(
        passed=not lost and planned <= settled,
        metadata={
            "facts": sum(one.num_rows for one in facts),
            "not_captured": str(lost[:SHOWN_BREAKS]),
            "planned": len(planned),
            "not_settled": ", ".join(sorted(planned - settled)[:SHOWN_BREAKS]),
        },
    )


_CAPTURED = ("seq", "kind", "payload")


class _Plan(msgspec.Struct, frozen=True):
    execution_id: str


def _planned(payload: str) -> str:
    """Read the one field that is asked for: a day has as many plans as trades."""
    return msgspec.json.decode(payload, type=_Plan).execution_id


def _not_captured(day: Day, known: Collection[int]) -> list[int]:
    """List journal records of the day, up to its cut-off, that the lake lacks."""
    start_ns, end_ns = day.span_ns
    earlier = (one for one in day.lake.days(FACTS.name) if one < day.name)
    position = max([0, *(day.lake.cursor(FACTS.name, one).position for one in earlier)])
    lost: list[int] = []
    with JournalReader(day.home.journal_db) as reader:
        while times := reader.times(position):
            position = times[-1][0]
            due = (seq for seq, recorded_ns in times if start_ns <= recorded_ns < end_ns)
            lost += [seq for seq in due if seq not in known]
            if times[0][1] >= end_ns:
                break
    return lost


def _difference(decimals: int, stated: int | None, booked: int) -> str:
    if stated is None:
        return f"nobody states it; the books hold {from_units(booked, decimals)}"
    off = from_units(abs(stated - booked), decimals)
    return f"{off} {'more' if stated > booked else 'less'} than booked"


def _breaks(found: Sequence[Break], assets: Sequence[Asset]) -> str:
    told = [break_object(one, assets) for one in found[:SHOWN_BREAKS]]
    return "; ".join(f"{one['cause']} {one['amount'] or 'unknown'} {one['asset']}" for one in told)


def _named(sums: Sums) -> dict[str, int]:
    return {f"{name} {asset}": units for (name, asset), units in sums.items()}


def _shown(wrong: Mapping[str, object]) -> str:
    return "; ".join(f"{key}: {value}" for key, value in list(wrong.items())[:SHOWN_BREAKS])


IDENTITIES = [
    postings_per_asset_sum_to_zero,
    the_books_hold_what_is_stated_at_the_anchor,
    equity_change_equals_attribution_exactly,
    realised_and_unrealised_equal_the_attribution,
    no_fact_in_the_journal_is_missing_from_the_books,
]
