"""The breaks of a day as every step keeps and every reader loads and values them, at closing marks.

Whoever lists, draws or alerts reads them here, so that no two speak of different breaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from domain.breaks.tally import Tally, Weighed, tallies
from domain.desk import BOOK_CURRENCY, Asset
from domain.home import DeskHome
from domain.matching.balances import aged
from domain.matching.types import Break
from domain.money import value_usd_e24
from domain.pnl.marks import ONE_E6
from orchestration.day import BALANCED, LOTS_BROKEN, MATCHED, MESSAGES_BROKEN, ROLLS_BROKEN, Day
from orchestration.resources.lake import Lake

TABLES = (MATCHED, BALANCED, ROLLS_BROKEN, LOTS_BROKEN, MESSAGES_BROKEN)
"""What happened, what is held, how it got there, what it consists of, what was heard."""


def breaks_on(home: DeskHome, day: str) -> list[Break]:
    """Load the breaks the latest settlement of a day found."""
    return [one for table in TABLES for one in Lake(home).load(table, day, Break)]


def kept(day: Day, table: str, found: Sequence[Break]) -> list[Break]:
    """Write the breaks that belong to the day, with the age they already had; give them back."""
    start_ns, end_ns = day.span_ns
    first_seen = {
        one.break_id: one.first_seen_ns
        for known in (day.previous, day.name)
        if known
        for one in day.lake.load(table, known, Break)
    }
    ours = [one for one in found if one.first_seen_ns >= start_ns or not one.first_seen_ns]
    breaks = aged(ours, first_seen, end_ns)
    day.lake.save(table, day.name, Break, breaks)
    return breaks


def worth_usd_e24(
    asset_name: str, units: int | None, assets: Mapping[str, Asset], marks_e6: Mapping[str, int]
) -> int | None:
    """Value an amount at marks; None where amount, asset or mark is unknown.

    Args:
        asset_name: Asset identity.
        units: In its base units.
        assets: Identity -> asset.
        marks_e6: Underlying -> mark.
    """
    asset = assets.get(asset_name)
    mark_e6 = marks_e6.get(asset.underlying) if asset else None
    if asset is None or units is None or mark_e6 is None:
        return None
    return value_usd_e24(units, asset.decimals, mark_e6)


def last_marks(day: Day) -> dict[str, int]:
    """Read the last mark of each underlying up to the anchor."""
    marks = {BOOK_CURRENCY: ONE_E6} | day.carried_marks()
    for mark in sorted(day.marks(), key=lambda one: one.at_ns):
        marks[mark.underlying] = mark.mark_e6
    return marks


def tallied(day: Day, breaks: Iterable[Break]) -> list[Tally]:
    """Add a day's breaks up by cause and age, valued at its last marks, aged at its anchor."""
    assets, marks = {one.asset: one for one in day.card.assets}, last_marks(day)
    weighed = [
        Weighed(
            one.cause, one.first_seen_ns, worth_usd_e24(one.asset, one.amount_units, assets, marks)
        )
        for one in breaks
    ]
    return tallies(weighed, day.span_ns[1])
