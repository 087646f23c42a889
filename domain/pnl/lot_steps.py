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
from domain.ledger.types import OPENING, TRADE
from domain.lots.ending import Lane
from domain.money import BOOK_MARK_E6
from domain.pnl.equity import CAPITAL
from domain.pnl.values import Valuer


class LotSteps(msgspec.Struct):
    """What the entries of a span do to lots.

    Args:
        grains: Underlying -> the part of a coin that quantities are counted in, in 10^-18.
        lanes: By underlying.
        costs_usd_e24: What moved without a trade and is not capital, at its marks; negative when
            paid.
        missing: Marks that are lacking; what needed one has no step.
    """

    grains: Mapping[str, int]
    lanes: defaultdict[str, Lane]
    costs_usd_e24: int
    missing: set[str]


def lot_steps(series: Iterable[Series], valuer: Valuer, grains: Mapping[str, int]) -> LotSteps:
    """Find the steps of some series; openings have none, for they are carried in as lots."""
    found = LotSteps(grains, defaultdict(_no_steps), 0, set())
    for one in series:
        if one.cause != OPENING:
            _enter(one, valuer, found)
    return found


def _no_steps() -> Lane:
    return Lane([], [], [], [])


def _enter(series: Series, valuer: Valuer, found: LotSteps) -> None:
    held = valuer.by_underlying(series.flows, found.grains)
    names = [name for name in held if name != BOOK_CURRENCY]
    if series.cause == TRADE and BOOK_CURRENCY in held and len(names) == 1:
        pairs = zip(held[names[0]], held[BOOK_CURRENCY], strict=True)
        chosen = [money < 0 < coin or coin < 0 < money for coin, money in pairs]
        if all(chosen):
            _exchange(series, held, found)
            return
        exchanged = series.where(chosen)
        _exchange(exchanged, valuer.by_underlying(exchanged.flows, found.grains), found)
        series = series.where([not one for one in chosen])
        held = valuer.by_underlying(series.flows, found.grains)
    cash = sum(held.pop(BOOK_CURRENCY, ())) * found.grains[BOOK_CURRENCY] * BOOK_MARK_E6
    worth = sum(_at_marks(series, name, amounts, valuer, found) for name, amounts in held.items())
    found.costs_usd_e24 += 0 if series.cause in CAPITAL else cash + worth


def _exchange(series: Series, held: dict[str, list[int]], found: LotSteps) -> None:
    """Step at the price: a coin went one way and money the other."""
    paid = -BOOK_MARK_E6 * found.grains[BOOK_CURRENCY]
    cash = held.pop(BOOK_CURRENCY)
    for name, coins in held.items():
        lane = found.lanes[name]
        lane.times_ns.extend(series.times_ns)
        lane.quantities.extend(coins)
        lane.money.extend([money * paid for money in cash])
        lane.ids.extend(series.ids)


def _at_marks(
    series: Series, name: str, amounts: Sequence[int], valuer: Valuer, found: LotSteps
) -> int:
    """Step at the mark wherever an underlying came or went; give what all of it was worth."""
    worth, lane, grain = 0, found.lanes[name], found.grains[name]
    for at_ns, quantity, entry_id in zip(series.times_ns, amounts, series.ids, strict=True):
        mark_e6 = valuer.marks.at(name, at_ns) if quantity else 0
        if mark_e6 is None:
            found.missing.add(f"a mark of {name}")
        elif quantity:
            money = quantity * grain * mark_e6
            lane.add((at_ns, quantity, money, entry_id))
            worth += money
    return worth
