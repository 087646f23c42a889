"""What a day's entries do to lots, as steps of each underlying: bought, sold, taken in, given up.

A trade of one coin for money steps at its price. Whatever else moved a holding is taken in or given
up at its mark, and what of it is no capital is a cost or an income at that mark. Moving between our
accounts, wrapping and bridging step nowhere, since lots are of underlyings. Money is 10^-24 book
currency. How steps meet lots is `realised.py`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from domain.desk import BOOK_CURRENCY
from domain.ledger.series import Series
from domain.ledger.types import OPENING, TRADE, Entry
from domain.lots.two_sided import Step
from domain.pnl.equity import CAPITAL
from domain.pnl.values import Valuer

_E6 = 10**6


Origin = Entry | str
"""The entry of a step, or the id of a lot that was carried in."""


def id_of(origin: Origin) -> str:
    """Give the id that a lot from here has."""
    return origin if isinstance(origin, str) else origin.entry_id


class LotSteps(msgspec.Struct):
    """What the entries of a span do to lots.

    Args:
        grains: Underlying -> the part of a coin that quantities are counted in, in 10^-18.
        lanes: Underlying -> steps, in no order.
        costs_usd_e24: What moved without a trade and is not capital, at its marks; negative when
            paid.
        missing: Marks that are lacking; what needed one has no step.
    """

    grains: Mapping[str, int]
    lanes: defaultdict[str, list[Step[Origin]]]
    costs_usd_e24: int
    missing: set[str]


def lot_steps(series: Iterable[Series], valuer: Valuer, grains: Mapping[str, int]) -> LotSteps:
    """Find the steps of some series; openings have none, for they are carried in as lots."""
    found = LotSteps(grains, defaultdict(list), 0, set())
    for one in series:
        if one.cause != OPENING:
            _enter(one, valuer, found)
    return found


def _enter(series: Series, valuer: Valuer, found: LotSteps) -> None:
    held = valuer.by_underlying(series.flows, found.grains)
    names = [name for name in held if name != BOOK_CURRENCY]
    if series.cause == TRADE and BOOK_CURRENCY in held and len(names) == 1:
        coins, cash = held[names[0]], held[BOOK_CURRENCY]
        steps = _exchanges(series, coins, cash, found.grains[BOOK_CURRENCY] * _E6)
        found.lanes[names[0]] += steps
        if len(steps) == len(coins):
            return
        series = series.where([coin * money >= 0 for coin, money in zip(coins, cash, strict=True)])
        held = valuer.by_underlying(series.flows, found.grains)
    cash = sum(held.pop(BOOK_CURRENCY, ())) * found.grains[BOOK_CURRENCY] * _E6
    worth = sum(_at_marks(series, name, amounts, valuer, found) for name, amounts in held.items())
    found.costs_usd_e24 += 0 if series.cause in CAPITAL else cash + worth


def _exchanges(
    series: Series, coins: Sequence[int], cash: Sequence[int], usd_e24: int
) -> list[Step[Origin]]:
    """Step wherever a coin went one way and money the other, at that price."""
    paid = -usd_e24
    rows = zip(series.times_ns, coins, cash, series.entries, strict=True)
    return [
        (at_ns, True, coin, money * paid, entry)
        if coin > 0
        else (at_ns, False, -coin, money * usd_e24, entry)
        for at_ns, coin, money, entry in rows
        if money < 0 < coin or coin < 0 < money
    ]


def _at_marks(
    series: Series, name: str, amounts: Sequence[int], valuer: Valuer, found: LotSteps
) -> int:
    """Step at the mark wherever an underlying came or went; give what all of it was worth."""
    worth, lane, grain = 0, found.lanes[name], found.grains[name]
    for at_ns, quantity, entry in zip(series.times_ns, amounts, series.entries, strict=True):
        mark_e6 = valuer.marks.at(name, at_ns) if quantity else 0
        if mark_e6 is None:
            found.missing.add(f"a mark of {name}")
        elif quantity:
            money = quantity * grain * mark_e6
            lane.append((at_ns, quantity > 0, abs(quantity), abs(money), entry))
            worth += money
    return worth
