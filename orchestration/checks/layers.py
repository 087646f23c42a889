"""Whether what the layers compared may stand: rolled balances, lots, messages, and open breaks.

The first two block, since money is not where it should be. A frame that nobody noticed missing does
not: the wire is what was heard, and what is owed is in the journal. What was accepted fails without
blocking: each was approved by two people, together they are a break of their own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import dagster as dg

from domain.clock import iso_utc
from domain.layers.inventory import Stocked
from domain.layers.messages import Conserved
from domain.layers.rolling import Rolled
from domain.matching.types import Break
from domain.money import MAX_DECIMALS, from_units
from orchestration.checks.daily import day_check
from orchestration.closing.tolerance import BUDGET_USD_E24, leans_of
from orchestration.day import BALANCED, CONSERVED, MATCHED, ROLLED, STOCKED, Day
from orchestration.reading.breaking import breaks_on, last_marks, tallied, worth_usd_e24
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import POOL
from orchestration.runs.failures import honouring_advice
from orchestration.showing import breaks_metadata, money, table_metadata


@day_check(asset=ROLLED, blocking=True)
@honouring_advice
def opening_plus_flows_equals_closing(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """Opening + in - out - fees is what chain and exchange state, to the base unit."""
    day = Day(desk.home, context.partition_key)
    rolled = day.lake.load(ROLLED, day.name, Rolled)
    decimals = {asset.asset: asset.decimals for asset in day.card.assets}
    wrong = [one for one in rolled if not one.is_closed]
    return dg.AssetCheckResult(
        passed=not wrong,
        metadata={
            "balances": len(rolled),
            "differences": len(wrong),
            "roll_forward": table_metadata(_ROLLED, (_rolled(one, decimals) for one in rolled)),
            "by_venue": table_metadata(("venue", "balances", "not closed"), by_venue(rolled)),
            "anchor": day.anchor.text(),
        },
    )


@day_check(asset=STOCKED, blocking=True)
@honouring_advice
def lots_hold_what_is_held(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """Open lots of an underlying add up to what chain and exchange state of it, to 10^-18."""
    day = Day(desk.home, context.partition_key)
    stocked = day.lake.load(STOCKED, day.name, Stocked)
    header = ("underlying", "lots", "in lots", "stated", "difference")
    return dg.AssetCheckResult(
        passed=all(one.difference_e18 == 0 for one in stocked),
        metadata={
            "underlyings": len(stocked),
            "inventory": table_metadata(header, (_stocked(one) for one in stocked)),
        },
    )


@day_check(asset=CONSERVED)
@honouring_advice
def every_frame_is_recorded_or_noticed_missing(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """Frames sent, by senders and by the relay, are recorded, noticed missing or conflated."""
    day = Day(desk.home, context.partition_key)
    counted = day.lake.load(CONSERVED, day.name, Conserved)
    header = (
        "channel", "sender", "sent", "recorded", "noticed missing", "conflated", "unaccounted",
    )  # fmt: skip
    rows = [
        (one.channel, one.source or "(unnamed)", one.sent, one.recorded, one.noticed_missing,
         one.conflated, one.unaccounted)
        for one in counted
    ]  # fmt: skip
    return dg.AssetCheckResult(
        passed=all(one.unaccounted == 0 for one in counted),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "unaccounted": sum(one.unaccounted or 0 for one in counted),
            "unknown": sum(one.unaccounted is None for one in counted),
            "messages": table_metadata(header, rows),
        },
    )


def no_break_waits(table: str, of_what: str) -> dg.AssetChecksDefinition:
    """Make the check that shows a comparison's breaks: table, picture, money, age."""

    @day_check(asset=table, name="no_break_waits", pool=POOL, description=of_what)
    @honouring_advice
    def check(context: dg.AssetCheckExecutionContext, desk: Desk) -> dg.AssetCheckResult:
        day = Day(desk.home, context.partition_key)
        breaks = day.lake.load(table, day.name, Break)
        return dg.AssetCheckResult(
            passed=all(one.severity == "info" for one in breaks),
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "breaks": table_metadata(_BREAKS, _told(day, breaks)),
                **breaks_metadata(tallied(day, breaks)),
            },
        )

    return check


@day_check(asset=ROLLED, pool=POOL)
@honouring_advice
def accepted_differences_neither_add_up_nor_lean(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """What was approved and booked over the last month stays small, and falls on both sides."""
    day = Day(desk.home, context.partition_key)
    found = leans_of(day)
    header = ("asset", "differences", "of them more", "base units", "USDC", "over", "one-sided")
    rows = [
        (one.asset, one.differences, one.more, one.units, money(one.value_usd_e24), one.is_over,
         one.is_one_sided)
        for one in found
    ]  # fmt: skip
    return dg.AssetCheckResult(
        passed=not any(one.is_suspect for one in found),
        metadata={
            "accepted": sum(one.differences for one in found),
            "budget": money(BUDGET_USD_E24),
            "differences": table_metadata(header, rows),
        },
    )


def by_venue(rolled: Iterable[Rolled]) -> list[tuple[str, int, int]]:
    """Count balances, and those that do not close, by venue."""
    listed = list(rolled)
    balances = Counter(one.venue for one in listed)
    off = Counter(one.venue for one in listed if not one.is_closed)
    return [(venue, count, off[venue]) for venue, count in sorted(balances.items())]


_ROLLED = ("venue", "account", "asset", "opening", "in", "out", "fees", "closing", "difference")
_BREAKS = ("cause", "comparison", "subject", "asset", "base units", "USDC", "severity", "since",
           "follows")  # fmt: skip


_ID_SHOWN = 12


def _rolled(one: Rolled, decimals: Mapping[str, int]) -> list[object]:
    shown = (one.opening_units, one.in_units, one.out_units, one.fee_units, one.closing_units,
             one.difference_units)  # fmt: skip
    places = decimals.get(one.asset, 0)
    amounts = [None if units is None else from_units(units, places) for units in shown]
    return [one.venue, one.account, one.asset, *amounts]


def _stocked(one: Stocked) -> list[object]:
    amounts = (one.lots_e18, one.stated_e18, one.difference_e18)
    shown = [None if units is None else from_units(units, MAX_DECIMALS) for units in amounts]
    return [one.underlying, one.lots, *shown]


def _told(day: Day, breaks: Sequence[Break]) -> list[tuple[object, ...]]:
    if not breaks:
        return []  # and nothing is valued of a day that agrees
    assets, marks = {one.asset: one for one in day.card.assets}, last_marks(day)
    roots = {one.break_id: one.explained_by for one in breaks_on(day.home, day.name)}
    ordered = sorted(breaks, key=lambda one: (one.severity, one.first_seen_ns, one.break_id))
    return [
        (
            one.cause, one.recon, one.subject, one.asset, one.amount_units,
            money(worth_usd_e24(one.asset, one.amount_units, assets, marks)), one.severity,
            iso_utc(one.first_seen_ns),
            " ".join(name[:_ID_SHOWN] for name in roots.get(one.break_id, ())),
        )
        for one in ordered
    ]  # fmt: skip


LAYER_CHECKS = [
    opening_plus_flows_equals_closing,
    lots_hold_what_is_held,
    every_frame_is_recorded_or_noticed_missing,
    accepted_differences_neither_add_up_nor_lean,
    no_break_waits(MATCHED, "Nothing that journal, exchange and chain disagree about waits."),
    no_break_waits(BALANCED, "Nothing that ledger, exchange and chain disagree about waits."),
]
