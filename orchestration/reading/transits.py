"""What is on its way between our wallet and the exchange, from day to day.

Each close leaves what has not arrived; the next one begins with it. What its account in transit
holds is stated from that and from what settled, apart from the ledger, for nobody outside states
it. Pairing and adding up are `domain.settlement`'s.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from domain.identity import TRANSIT
from domain.matching.types import BalanceClaim
from domain.settlement.outcome import Transit
from domain.settlement.underway import OpenTransit, held_underway, underway
from orchestration.reading.movements import MOVEMENTS
from orchestration.resources.arrow import is_one_of, where
from orchestration.resources.lake import Lake

OPEN = "int_settlement__transits_open"
"""What is on its way at the end of a day, as far as it is known."""


def open_on(lake: Lake, day: str | None) -> list[OpenTransit]:
    """Read what was on its way at the end of a day; nothing of no day."""
    return lake.load(OPEN, day, OpenTransit) if day else []


def transits_on(lake: Lake, day: str) -> list[Transit]:
    """Read a day's sides of transfers, without the rest of its settlement."""
    rows = lake.table(MOVEMENTS, day, ["movement", "whole"])
    if rows is None:
        return []
    wholes = where(rows, is_one_of(rows["movement"], ["transit"]))["whole"].to_pylist()
    return [msgspec.json.decode(whole, type=Transit) for whole in wholes]


def write_open(lake: Lake, day: str, previous: str | None) -> list[OpenTransit]:
    """Write what is on its way after a day's settlement; give it."""
    found = underway(open_on(lake, previous), transits_on(lake, day))
    lake.save(OPEN, day, OpenTransit, found)
    return found


def claims_underway(lake: Lake, day: str, previous: str | None, at_ns: int) -> list[BalanceClaim]:
    """State what every account in transit holds at the anchor, also where that is nothing now."""
    held = Counter(held_underway(open_on(lake, previous)))
    for one in transits_on(lake, day):
        for move in (*one.moves, *one.fees):
            if move.account.startswith(TRANSIT):
                held[move.account, move.asset] += move.units
    return [
        BalanceClaim(*key, units, "both sides", f"cutoff:{at_ns}", at_ns)
        for key, units in sorted(held.items())
    ]
