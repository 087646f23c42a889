"""Locking, reopening and restating closed days from the front desk, and saying what came of it.

What a lock and a restatement are is `domain.ledger`'s; here they are asked for and printed.
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from domain.breaks.people import person
from domain.clock import iso_utc
from domain.desk import Asset
from domain.errors import InputRefused, Refused
from domain.home import DeskHome
from domain.ledger.periods import PeriodMark
from domain.money import from_units
from domain.pnl.explain import usd_text

if TYPE_CHECKING:
    from domain.ledger.restatement import DayRestated
    from orchestration.closing.restating import Restatement

Object = dict[str, Any]


def change_lock(home: DeskHome, day: str, *, lock: bool, by: str, reason: str) -> Object:
    """Lock a day, or reopen it, and give what was remembered.

    Raises:
        InputRefused: Nobody is named, or no reason is given.
        Refused: A break of the day is not signed off, or the rules of locking do not allow it;
            nothing was written.
    """
    if not reason.strip():
        raise InputRefused("say why the day is locked or reopened; it is kept", day=day)
    who = person(by or getpass.getuser(), "person who decides")
    _insist_on_a_desk(home)
    from ops.breaks.desk import refuse_open_breaks
    from orchestration.clock import BooksClock
    from orchestration.closing.periods import lock_day, reopen_day

    clock = BooksClock()
    if lock:
        refuse_open_breaks(home, day, clock)
    act = lock_day if lock else reopen_day
    return mark_object(act(home, day, clock, by=who, reason=reason.strip()))


def mark_object(mark: PeriodMark) -> Object:
    """Write a lock or a reopening as JSON values."""
    return {
        "date": mark.day,
        "is_locked": mark.is_locked,
        "by": mark.decided_by,
        "reason": mark.reason,
        "at": iso_utc(mark.decided_ns),
        "audit_head": mark.audit_head or None,
    }


def restate_and_print(home: DeskHome, day: str, *, book: bool, as_json: bool) -> None:
    """Look at a closed day again, print what changes, and book it when asked to.

    Raises:
        Refused: The day was never closed.
        InvariantBroken: A day that stands on what was booked does not close any more.
    """
    _insist_on_a_desk(home)
    from orchestration.clock import BooksClock
    from orchestration.closing.restating import restate, to_close_again
    from orchestration.resources.desk import desk_card

    found = restate(home, day, BooksClock(), is_booked=book)
    _close_again(home, to_close_again(home, found.written))
    told = restatement_object(found, {one.asset: one for one in desk_card(home).assets})
    if as_json:
        print(json.dumps(told))  # noqa: T201 (the last line is a contract)
    else:
        Console(width=140, highlight=False).print(*_on_paper(told), sep="\n")


def restatement_object(found: Restatement, assets: Mapping[str, Asset]) -> Object:
    """Write a restatement as JSON values; amounts are exact decimal text, units are base units."""
    return {
        "date": found.day,
        "is_locked": found.is_locked,
        "sources": found.sources,
        "is_booked": bool(found.written),
        "days": [_day_object(one, assets) for one in found.days],
    }


def _day_object(one: DayRestated, assets: Mapping[str, Asset]) -> Object:
    return {
        "date": one.day,
        "value": None if one.value_usd_e24 is None else usd_text(one.value_usd_e24),
        "missing": list(one.missing),
        "is_adjusted_later": one.is_adjusted_later,
        "changes": [
            {
                "account": change.account,
                "asset": change.asset,
                "units": str(change.units),
                "amount": _amount(change.units, assets.get(change.asset)),
                "booked_on": list(change.booked_on),
                "causes": list(change.causes),
                "reasons": list(change.reasons),
                "bookings": list(change.booking_ids),
            }
            for change in one.changes
        ],
    }


def _amount(units: int, asset: Asset | None) -> str | None:
    return from_units(units, asset.decimals) if asset else None


def _on_paper(told: Object) -> list[Table | str]:
    kept = "locked" if told["is_locked"] else "open"
    lines: list[Table | str] = [f"{told['date']} is {kept}; {told['sources']}"]
    if not told["days"]:
        return [*lines, "nothing changes by what is known here: the day stands as it was closed"]
    table = Table("day", "account", "asset", "amount", "counts on", "cause", "why")
    for day in told["days"]:
        for one in day["changes"]:
            table.add_row(
                day["date"],
                one["account"],
                one["asset"],
                one["amount"] or f"{one['units']} base units",
                ", ".join(one["booked_on"]),
                ", ".join(one["causes"]),
                "; ".join(one["reasons"]),
            )
    booked = "booked" if told["is_booked"] else "not booked; add --book to book it"
    worth = ", ".join(f"{day['date']} {day['value'] or 'unknown'}" for day in told["days"])
    return [*lines, table, f"worth at the marks of the close: {worth}", booked]


def _insist_on_a_desk(home: DeskHome) -> None:
    if not home.journal_db.exists():
        raise Refused(f"there is no journal in {home.root}; run ./alphapulse demo or up first")


def _close_again(home: DeskHome, days: list[str]) -> None:
    from ops.books.closing import close_and_print

    if days:
        close_and_print(home, days, as_json=False, is_silent=True)
