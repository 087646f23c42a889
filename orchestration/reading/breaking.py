"""The breaks of a day as every step keeps and every reader loads and values them, at closing marks.

Whoever lists, draws or alerts reads them here, so that no two speak of different breaks. Here too
it is found which of them only repeat another one: the layers themselves must not depend on one
another for it, or what blocks the first would silence the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from domain.breaks.tally import Tally, Weighed, tallies
from domain.desk import BOOK_CURRENCY, Asset
from domain.home import DeskHome
from domain.layers.following import follows, roots_of
from domain.matching.balances import aged
from domain.matching.types import Break
from domain.money import BOOK_MARK_E6, value_usd_e24
from orchestration.day import BALANCED, LOTS_BROKEN, MATCHED, MESSAGES_BROKEN, ROLLS_BROKEN, Day
from orchestration.reading.marking import marks_made
from orchestration.resources.desk import desk_card
from orchestration.resources.lake import Lake

TABLES = (MATCHED, BALANCED, ROLLS_BROKEN, LOTS_BROKEN, MESSAGES_BROKEN)
"""What happened, what is held, how it got there, what it consists of, what was heard."""


def breaks_on(home: DeskHome, day: str) -> list[Break]:
    """Load the breaks the latest settlement of a day found, each with those that explain it."""
    found = [one for table in TABLES for one in Lake(home).load(table, day, Break)]
    return explained(found, desk_card(home).assets) if found else []


def explained(found: Sequence[Break], assets: Iterable[Asset]) -> list[Break]:
    """Say of each break of a day which others it only repeats, whatever was said before."""
    roots = roots_of(found, {one.asset: one for one in assets})
    return [
        msgspec.structs.replace(one, explained_by=follows(roots, one.break_id)) for one in found
    ]


def keep_breaks(day: Day, table: str, found: Sequence[Break]) -> list[Break]:
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
    marks = {BOOK_CURRENCY: BOOK_MARK_E6} | day.carried_marks()
    for mark in sorted(marks_made(day).marks, key=lambda one: one.at_ns):
        marks[mark.underlying] = mark.mark_e6
    return marks


def tallied(day: Day, breaks: Sequence[Break]) -> list[Tally]:
    """Add breaks up by cause and age, valued at the day's last marks, aged at its anchor.

    Those that only repeat another one of the day, as its tables stand, bring no money of their own.
    """
    if not breaks:
        return []  # and nothing is read of a day that agrees
    assets, marks = {one.asset: one for one in day.card.assets}, last_marks(day)
    following = {one.break_id for one in breaks_on(day.home, day.name) if one.explained_by}
    weighed = [
        Weighed(
            one.cause,
            one.first_seen_ns,
            worth_usd_e24(one.asset, one.amount_units, assets, marks),
            is_following=one.break_id in following,
        )
        for one in breaks
    ]
    return tallies(weighed, day.span_ns[1])
