"""Which swaps of a transaction were one arbitrage, and what it earned to the last unit.

An arbitrage is a closed route within one transaction: an account sells an asset, every next swap
sells what the one before bought and was handed, and the last pays the first asset back to the same
account, more of it than went in. "Handed" means that the recipient of one swap is the sender or the
venue of the next, or that its venue is the next one's sender; "what it bought" means the same
amount, up to a tax on the way (:data:`MOST_LOST`). A plain swap, a route that ends elsewhere and a
trade split over venues close nothing and are none.

Events of one route may be logged in any order, because flash swaps pay first. So a route is a
ring, and where it opens is where it gains: at the junction with the largest ratio of what came out
to what went in. Each swap belongs to one arbitrage at most; the shortest route through the earliest
swap is taken first. Gas is shared by the arbitrages of a transaction in proportion to their swaps,
without a remainder. Where swaps come from does not belong here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise

from domain.errors import InputRefused
from domain.money import split_by_largest_remainder

MOST_LOST = Fraction(1, 100)
"""Largest difference between what a swap paid and the next one took, of their mean. Taxes on
transfer and leftovers of rounding stay below it; two trades of one asset by chance rarely do."""

_SHORTEST = 2
_MOST_PATHS = 10_000
"""Most beginnings of routes kept at one length; a block's busiest transactions have dozens."""


@dataclass(frozen=True, slots=True)
class DecodedSwap:
    """A swap as its event says.

    Args:
        transaction: Hash.
        log_index: Of the event; orders swaps within a transaction.
        venues: Addresses the pool is known by: its own, and that of the contract which logged.
        sender: Who paid.
        recipient: Who was paid.
        sold: Asset that went in.
        sold_units: How much of it.
        bought: Asset that came out.
        bought_units: How much of it.
    """

    transaction: str
    log_index: int
    venues: frozenset[str]
    sender: str
    recipient: str
    sold: str
    sold_units: int
    bought: str
    bought_units: int


Route = tuple[DecodedSwap, ...]


@dataclass(frozen=True, slots=True)
class Arbitrage:
    """A closed route that gained.

    Args:
        swaps: In the order of the route.
        gas_wei: Its part of what the transaction paid for gas; ``None`` where that is not known.
    """

    swaps: Route
    gas_wei: int | None = None

    @property
    def asset(self) -> str:
        """What it began with, ended with and earned."""
        return self.swaps[0].sold

    @property
    def in_units(self) -> int:
        """What it began with."""
        return self.swaps[0].sold_units

    @property
    def out_units(self) -> int:
        """What it ended with."""
        return self.swaps[-1].bought_units

    @property
    def profit_units(self) -> int:
        """What it earned, before gas."""
        return self.out_units - self.in_units

    @property
    def beneficiary(self) -> str:
        """The account that began and ended the route."""
        return self.swaps[0].sender

    def leftovers(self) -> dict[str, int]:
        """Give what stayed behind, or was added, between swaps: asset -> units, without zeros."""
        found: dict[str, int] = {}
        for one, following in pairwise(self.swaps):
            found[one.bought] = found.get(one.bought, 0) + one.bought_units - following.sold_units
        return {asset: units for asset, units in found.items() if units}


def arbitrages(
    swaps: Sequence[DecodedSwap], gas_wei: dict[str, int] | None = None
) -> list[Arbitrage]:
    """Find the arbitrages among swaps of any transactions.

    Args:
        swaps: In any order; the same event twice is the same event.
        gas_wei: Transaction -> what it paid for gas in the native coin, where that is known.

    Returns:
        By transaction in the order given, and within one by the first event of each route.

    Raises:
        InputRefused: Two different swaps claim the same event.
    """
    found: list[Arbitrage] = []
    for transaction, events in _by_transaction(swaps).items():
        routes = _routes([events[index] for index in sorted(events)])
        paid = (gas_wei or {}).get(transaction)
        shares = _shares(paid, routes)
        found += [Arbitrage(route, share) for route, share in zip(routes, shares, strict=True)]
    return found


def _by_transaction(swaps: Sequence[DecodedSwap]) -> dict[str, dict[int, DecodedSwap]]:
    grouped: dict[str, dict[int, DecodedSwap]] = {}
    for swap in swaps:
        events = grouped.setdefault(swap.transaction, {})
        if events.setdefault(swap.log_index, swap) != swap:
            raise InputRefused(
                "two different swaps claim one event; state each event once",
                transaction=swap.transaction,
                log_index=swap.log_index,
            )
    return grouped


def _routes(events: list[DecodedSwap]) -> list[Route]:
    """Find the routes of one transaction, earliest swap first, shortest route first."""
    venues = frozenset[str]().union(*(event.venues for event in events))
    free, routes = list(events), list[Route]()
    for event in events:
        if event in free and (route := _best_from(event, free, venues)):
            routes.append(route)
            free = [other for other in free if other not in route]
    return routes


def _best_from(
    start: DecodedSwap, free: list[DecodedSwap], venues: Collection[str]
) -> Route | None:
    for ring in _rings(start, free, venues):
        openings = [route for route in _turned(ring) if _is_arbitrage(route, venues)]
        if openings:
            return max(openings, key=_gain)
    return None


def _rings(start: DecodedSwap, free: list[DecodedSwap], venues: Collection[str]) -> Iterator[Route]:
    """Walk hand-overs from a swap, shortest first; yield where the account is back at its asset."""
    paths: list[Route] = [(start,)]
    while paths:
        for path in paths:
            if len(path) >= _SHORTEST and _closes(path[-1], path[0], venues):
                yield path
        longer = (
            (*path, swap)
            for path in paths
            for swap in free
            if swap not in path and _hands(path[-1], swap)
        )
        paths = list(islice(longer, _MOST_PATHS))


def _turned(ring: Route) -> Iterator[Route]:
    """Open a ring at each of its swaps in turn, the earliest event first."""
    for opening in sorted(ring, key=lambda swap: swap.log_index):
        at = ring.index(opening)
        yield ring[at:] + ring[:at]


def _is_arbitrage(route: Route, venues: Collection[str]) -> bool:
    is_handed_on = all(_hands(*pair) for pair in pairwise(route))
    has_gained = route[-1].bought_units > route[0].sold_units > 0
    return is_handed_on and has_gained and _closes(route[-1], route[0], venues)


def _gain(route: Route) -> Fraction:
    return Fraction(route[-1].bought_units, route[0].sold_units)


def _hands(one: DecodedSwap, following: DecodedSwap) -> bool:
    """Say whether a swap's output can be the next one's input."""
    is_handed = (
        one.recipient == following.sender
        or one.recipient in following.venues
        or following.sender in one.venues
    )
    lost = abs(one.bought_units - following.sold_units)
    mean = Fraction(one.bought_units + following.sold_units, 2)
    return is_handed and one.bought == following.sold and lost < MOST_LOST * mean


def _closes(last: DecodedSwap, first: DecodedSwap, venues: Collection[str]) -> bool:
    """Say whether the account that began a route has its asset back; a venue is no such account."""
    is_same_account = last.recipient == first.sender and first.sender not in venues
    return is_same_account and last.bought == first.sold


def _shares(whole: int | None, routes: list[Route]) -> Sequence[int | None]:
    if whole is None or not routes:
        return [None] * len(routes)
    return split_by_largest_remainder(whole, [len(route) for route in routes])
