"""Printing a trial balance: every account of the book, and whether each asset sums to nothing."""

from __future__ import annotations

import json

from domain.desk import Asset
from domain.errors import InvariantBroken
from domain.home import DeskHome
from domain.ledger.chart import AccountLine, imbalances
from domain.money import from_units
from ops.paper import Paper, bare, table

_HEADER = ("class", "account", "strategy", "venue", "asset", "opening", "in", "out", "closing")


def try_and_print(home: DeskHome, day: str, *, as_json: bool) -> None:
    """Print what every account opened a day with, received, gave and closed with.

    Raises:
        InputRefused: Nothing is booked on the day.
        InvariantBroken: The lines of some asset do not sum to zero.
    """
    from orchestration.closing.recalling import tried
    from orchestration.resources.desk import desk_card

    lines = tried(home, day)
    off = imbalances(lines)
    if as_json:
        told = {asset: str(units) for asset, units in off.items()}
        print(json.dumps({"date": day, "lines": [*map(_told, lines)], "off": told}))  # noqa: T201 (the last line is a contract)
    else:
        assets = {one.asset: one for one in desk_card(home).assets}
        paper = Paper(width=160)
        paper.print(table(_HEADER, [_row(line, assets.get(line.asset)) for line in lines]))
        paper.print(", ".join(off) or "every asset", "sums to", "something" if off else "zero")
    if off:
        raise InvariantBroken(
            "a trial balance does not sum to zero; verify the day", day=day, **off
        )


def _amounts(line: AccountLine) -> tuple[int, int, int, int]:
    return line.opening_units, line.received_units, line.given_units, line.closing_units


def _told(line: AccountLine) -> dict[str, str]:
    opening, received, given, closing = map(str, _amounts(line))
    return {
        "class": line.kind,
        "account": line.account,
        "strategy": line.strategy,
        "venue": line.venue,
        "asset": line.asset,
        "opening_units": opening,
        "received_units": received,
        "given_units": given,
        "closing_units": closing,
    }


def _row(line: AccountLine, asset: Asset | None) -> tuple[str, ...]:
    """Write a line in whole coins under their symbol; what the desk does not know, in units."""
    decimals = asset.decimals if asset else 0
    amounts = (bare(from_units(units, decimals)) for units in _amounts(line))
    name = asset.symbol if asset else line.asset
    return line.kind, line.account, line.strategy, line.venue, name, *amounts
