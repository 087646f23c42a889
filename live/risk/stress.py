"""What named catastrophes would make of the holdings: exact, pure, and without a probability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from domain.desk import BOOK_CURRENCY
from domain.money import BPS
from live.risk.portfolio import CHAIN, Portfolio


class Scenario(msgspec.Struct, frozen=True):
    """One catastrophe.

    Args:
        shocks_bps: Change of a mark: the book currency's under its name, everything else's under
            ``*``; what is left out does not move.
        lost_places: Places whose holdings are gone.
    """

    name: str
    shocks_bps: Mapping[str, int] = {}
    lost_places: frozenset[str] = frozenset()


class Stressed(msgspec.Struct, frozen=True):
    """What a catastrophe does, in 10^-24 of the book currency."""

    name: str
    result_usd_e24: int


def scenarios(exchange_venue: str) -> tuple[Scenario, ...]:
    """Give the house's catastrophes, each one that has happened.

    Halving in a day: March 2020. A stable coin at nine tenths: March 2023. An exchange that stops
    paying out: February 2014, November 2022. A wallet emptied: most months.
    """
    venue = frozenset({exchange_venue})
    return (
        Scenario("market falls by 30 %", {"*": -3_000}),
        Scenario("market falls by half", {"*": -5_000}),
        Scenario("market rises by 30 %", {"*": 3_000}),
        Scenario("book currency loses its peg", {BOOK_CURRENCY: -1_000}),
        Scenario("exchange stops paying out", {}, venue),
        Scenario("wallet is emptied", {}, frozenset({CHAIN})),
        Scenario("exchange fails in a fall by half", {"*": -5_000}, venue),
    )


def stressed(portfolio: Portfolio, among: Iterable[Scenario]) -> list[Stressed]:
    """Say what each scenario makes of the holdings, the worst first; ties by name."""
    results = [Stressed(one.name, _result(portfolio, one)) for one in among]
    return sorted(results, key=lambda one: (one.result_usd_e24, one.name))


def _result(portfolio: Portfolio, scenario: Scenario) -> int:
    """Shock what is left of each place, rounded against us."""
    total = 0
    for place, value in portfolio.by_place.items():
        if place in scenario.lost_places:
            total -= value
            continue
        base = portfolio.base_by_place[place]
        total += base * scenario.shocks_bps.get("*", 0) // BPS
        total += (value - base) * scenario.shocks_bps.get(BOOK_CURRENCY, 0) // BPS
    return total
