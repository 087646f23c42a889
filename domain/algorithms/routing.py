"""One order over several venues so that it costs least, fees included: exact, and the optimum.

Each venue's next lot costs at least as much as the one before, so taking the cheapest next lot,
wherever it is, minimises the sum. Venues that take no less than a minimum, or cost something just
for being used (gas), break that rule; then every choice of venues is tried, each with its minima
taken first, and the best one is kept. Among equal costs the earlier venue is preferred.

Costs are integers of 10^-22 of the quote: price and size of 10^-8 each, the fee in millionths.
Rounding of a venue's own fee is not in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import lcm

import msgspec

from domain.errors import InputRefused
from domain.market.book import Rung
from domain.money import PIPS

MOST_VENUES = 10
"""Venues with a minimum or a fixed cost: 1,024 choices, some ten milliseconds."""


class Offer(msgspec.Struct, frozen=True):
    """What one venue offers.

    Args:
        ladder: Asks for a buy, bids for a sell, best first.
        fee_pips: Of the cost, in millionths.
        lot_e8: Its smallest step.
        least_e8: Its smallest order.
        fixed_e22: What using it costs whatever the size, in 10^-22 of the quote.
    """

    venue: str
    ladder: tuple[Rung, ...]
    fee_pips: int = 0
    lot_e8: int = 1
    least_e8: int = 0
    fixed_e22: int = 0


class Part(msgspec.Struct, frozen=True):
    """What one venue gets of the order, and the worst price that part is expected to reach."""

    venue: str
    size_e8: int
    worst_price_e8: int


class Division(msgspec.Struct, frozen=True):
    """An order divided.

    Args:
        parts: One for each venue used.
        size_e8: Their sum; less than was asked for where the ladders end.
        cost_e22: All-in cost of a buy; for a sell the proceeds, negative.
    """

    parts: tuple[Part, ...]
    size_e8: int
    cost_e22: int


_Run = tuple[int, int]
"""So much a lot costs, for so many lots."""


def divided(side: str, size_e8: int, offers: Sequence[Offer], limit_e8: int = 0) -> Division:
    """Divide an order at the least cost; as much of it as the ladders hold.

    Args:
        side: ``buy`` or ``sell``.
        size_e8: What is wanted; what is not a whole number of common lots is left out.
        offers: One for each venue; no two of one name.
        limit_e8: Leaves out every level beyond it; 0 for none.

    Raises:
        InputRefused: No venue is given, or too many that have a minimum or a fixed cost.
    """
    if not offers:
        raise InputRefused("give at least one venue to divide an order over")
    lot = lcm(*(offer.lot_e8 for offer in offers))
    within = [_within(offer, side, limit_e8) for offer in offers]
    runs = [list(_runs(offer, side, lot)) for offer in within]
    wanted = size_e8 // lot
    picky = [number for number, offer in enumerate(offers) if offer.least_e8 or offer.fixed_e22]
    best: tuple[int, int, list[int]] | None = None
    for used in _choices(offers, picky, runs, wanted, lot):
        found = _cheapest(offers, runs, used, wanted, lot)
        if found is not None and (best is None or found[:2] < best[:2]):
            best = found
    lots = best[2] if best else [0] * len(offers)
    parts = tuple(
        Part(offer.venue, count * lot, _worst_e8(offer.ladder, count * lot))
        for offer, count in zip(within, lots, strict=True)
        if count
    )
    return Division(parts, sum(lots) * lot, best[1] if best else 0)


def _choices(
    offers: Sequence[Offer], picky: Sequence[int], runs: Sequence[list[_Run]], wanted: int, lot: int
) -> Iterator[frozenset[int]]:
    """Give the sets of venues worth trying: all of them alone when their minima happen to hold."""
    everyone = frozenset(range(len(offers)))
    _, taken = _filled(runs, everyone, wanted, [0] * len(offers))
    has_fixed = any(offers[number].fixed_e22 for number in picky)
    if not has_fixed and all(taken[n] * lot >= offers[n].least_e8 * bool(taken[n]) for n in picky):
        yield everyone - {n for n in picky if not taken[n]}
        return
    if len(picky) > MOST_VENUES:
        raise InputRefused("divide over fewer venues that have a minimum", most=MOST_VENUES)
    plain = everyone - set(picky)
    for flags in product((False, True), repeat=len(picky)):
        yield plain | {number for number, flag in zip(picky, flags, strict=True) if flag}


def _cheapest(
    offers: Sequence[Offer],
    runs: Sequence[list[_Run]],
    used: frozenset[int],
    wanted: int,
    lot: int,
) -> tuple[int, int, list[int]] | None:
    """Give lots missed, cost and lots by venue of one choice; None where its minima do not fit."""
    least = [-(-offer.least_e8 // lot) if n in used else 0 for n, offer in enumerate(offers)]
    depth = [sum(count for _, count in venue) for venue in runs]
    if sum(least) > wanted or any(low > deep for low, deep in zip(least, depth, strict=True)):
        return None
    cost, taken = _filled(runs, used, wanted, least)
    fixed = sum(offers[number].fixed_e22 for number in used)
    return wanted - sum(taken), cost + fixed, taken


def _filled(
    runs: Sequence[list[_Run]], used: frozenset[int], wanted: int, least: Sequence[int]
) -> tuple[int, list[int]]:
    """Take the minima, then the cheapest next lots; give the cost and the lots by venue."""
    taken, cost = list(least), 0
    rest: list[tuple[int, int, int]] = []
    for number in used:
        skip = least[number]
        for price, count in runs[number]:
            forced = min(skip, count)
            skip -= forced
            cost += forced * price
            if count > forced:
                rest.append((price, number, count - forced))
    left = wanted - sum(least)
    for price, number, count in sorted(rest):
        lots = min(left, count)
        taken[number] += lots
        cost += lots * price
        left -= lots
    return cost, taken


def _runs(offer: Offer, side: str, lot: int) -> Iterator[_Run]:
    """Write a ladder as runs of whole lots of one cost; a lot may lie across levels."""
    factor = PIPS + offer.fee_pips if side == "buy" else offer.fee_pips - PIPS
    begun, begun_cost = 0, 0
    for price, size in offer.ladder:
        unit, left = price * factor, size
        if begun:
            added = min(left, lot - begun)
            begun, begun_cost, left = begun + added, begun_cost + added * unit, left - added
            if begun < lot:
                continue
            yield begun_cost, 1
        whole, begun = divmod(left, lot)
        begun_cost = begun * unit
        if whole:
            yield lot * unit, whole


def _within(offer: Offer, side: str, limit_e8: int) -> Offer:
    if not limit_e8:
        return offer
    sign = 1 if side == "buy" else -1
    kept = tuple(rung for rung in offer.ladder if sign * rung.price_e8 <= sign * limit_e8)
    return msgspec.structs.replace(offer, ladder=kept)


def _worst_e8(ladder: Sequence[Rung], size_e8: int) -> int:
    left = size_e8
    for price, size in ladder:
        left -= size
        if left <= 0:
            return price
    return ladder[-1].price_e8
