"""What entries add up to: balances of our accounts, and how each rolled from opening to closing.

Sums only. Nominal accounts say where value came from; they are not ours and have no position.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from domain.ledger.series import series_of
from domain.ledger.types import OPENING, Entry, is_own

Balances = dict[tuple[str, str], int]
"""(account, asset) -> units held."""


class Position(msgspec.Struct, frozen=True):
    """One account and asset over a span: ``opening_units + sum(flows) = closing_units``, always.

    Args:
        flows: Cause -> units, in order of cause; causes without movement are absent.
    """

    account: str
    asset: str
    opening_units: int
    flows: tuple[tuple[str, int], ...]
    closing_units: int


def balances(entries: Iterable[Entry], until_ns: int | None = None) -> Balances:
    """Sum what our accounts hold after every entry before `until_ns`, or after all of them.

    Returns:
        Own accounts only; an account that went back to 0 is present with 0.
    """
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        if until_ns is None or entry.at_ns < until_ns:
            for posting in entry.postings:
                if is_own(posting.account):
                    sums[posting.account, posting.asset] += posting.units
    return dict(sums)


def roll_forward(
    entries: Iterable[Entry],
    start_ns: int,
    end_ns: int,
    opening: Mapping[tuple[str, str], int] | None = None,
    past: Iterable[Position] = (),
) -> list[Position]:
    """Roll every account from its opening over [start, end) to its closing.

    Args:
        entries: In any order. Those before `start_ns`, and opening entries, make the opening.
        start_ns: Where the half-open span starts.
        end_ns: Where it ends.
        opening: Balances carried in from an earlier close. Pass either these or the earlier
            entries, never both: they are the same money.
        past: How the span rolled up to some instant, the opening included; then only entries that
            are not in it.

    Returns:
        One position an account and asset, ordered by both.
    """
    opened: defaultdict[tuple[str, str], int] = defaultdict(int, opening or {})
    flows: defaultdict[tuple[str, str], defaultdict[str, int]] = defaultdict(
        lambda: defaultdict(int)
    )
    for one in past:
        opened[one.account, one.asset] += one.opening_units
        flows[one.account, one.asset].update(one.flows)
    for series in series_of(entries):
        early = series if series.cause == OPENING else series.before(start_ns)
        for key, units in early.sums():
            opened[key] += units
        if early is not series:
            for key, units in series.since(start_ns).before(end_ns).sums():
                flows[key][series.cause] += units
    return [
        _position(key, opened.get(key, 0), flows.get(key, {})) for key in sorted({*opened, *flows})
    ]


def _position(key: tuple[str, str], opening_units: int, flows: Mapping[str, int]) -> Position:
    return Position(
        account=key[0],
        asset=key[1],
        opening_units=opening_units,
        flows=tuple(sorted((cause, units) for cause, units in flows.items() if units)),
        closing_units=opening_units + sum(flows.values()),
    )
