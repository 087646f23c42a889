"""Telling from the front desk what the books knew of a day at an older instant."""

from __future__ import annotations

import json

from domain.clock import iso_utc
from domain.home import DeskHome
from domain.money import from_units
from ops.lots.row import read_time
from ops.paper import Paper, table


def recall_and_print(home: DeskHome, day: str, known_at: str, *, as_json: bool) -> None:
    """Print a day's audit head and what was held at its end, as known at an instant.

    Raises:
        InputRefused: The instant cannot be read, or nothing is booked on the day.
    """
    from orchestration.closing.recalling import recall
    from orchestration.resources.desk import desk_card

    known = recall(home, day, read_time(known_at).ns)
    decimals = {one.asset: one.decimals for one in desk_card(home).assets}
    held = [
        {
            "account": account,
            "asset": asset,
            "units": str(units),
            "amount": from_units(units, decimals[asset]) if asset in decimals else None,
        }
        for (account, asset), units in sorted(known.units.items())
    ]
    told = {
        "date": day,
        "known_at": iso_utc(known.known_ns),
        "first_booked_at": iso_utc(known.booked_ns),
        "audit_head": str(known.head),
    }
    if as_json:
        print(json.dumps(told | {"held": held}))  # noqa: T201 (the last line is a contract)
        return
    paper = Paper(width=160)
    paper.print(f"{day} as known at {told['known_at']}; audit head {told['audit_head']}")
    if known.known_ns < known.booked_ns:
        paper.print(f"nothing was booked by then; the books begin at {told['first_booked_at']}")
        return
    rows = [(str(one["account"]), str(one["asset"]), one["amount"] or one["units"]) for one in held]
    paper.print(table(("account", "asset", "held at the end of the day"), rows))
