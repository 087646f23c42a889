"""Which arrival belongs to which departure: by the transaction both name, else by exact amount.

One side of a transfer between a wallet and an exchange is on the chain and has a hash; the exchange
names it, or does not. Without it a pair is the same underlying, the same whole amount (with or
without the exchange's fee) and a window of time, and it is one only if neither side fits another.
Where several fit, the group is told as a group: nothing is guessed. What is made of it is
`transits.py`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from domain.clock import SECOND_NS
from domain.settlement.strands import strands_of

WINDOW_NS = 20 * 3_600 * SECOND_NS
"""How long a transfer may be under way; the default of a widely used accounting tool."""
WRONG_SIDE_NS = 3_600 * SECOND_NS
"""How much earlier an arrival may be dated than its departure: two clocks wrote them."""


class Side(msgspec.Struct, frozen=True):
    """What left, or what came.

    Args:
        whole_e18: The amount in whole coins, in 10^-18.
        amounts_e18: That, and what it may be on the other side.
        tx_hash: Of the chain's side its own, of the exchange's what it names; "" where it does not.
        is_findable: Whether it may be found by its amount.
        fees_e18: What the exchange says that it charged, which may be missing on the other side.
    """

    side_id: str
    asset: str
    underlying: str
    whole_e18: int
    amounts_e18: frozenset[int]
    at_ns: int
    tx_hash: str
    is_findable: bool = True
    fees_e18: frozenset[int] = frozenset()


class Met(NamedTuple):
    """Departures and arrivals that belong together; more than one of the former is undecided.

    Args:
        is_named: Whether they name the same transaction.
    """

    departures: tuple[Side, ...]
    arrivals: tuple[Side, ...]
    is_named: bool

    @property
    def is_served(self) -> bool:
        """Whether each arrival can have a departure of its own, and all are of one asset."""
        if len({one.asset for one in self.departures}) != 1:
            return False
        free = sorted(self.departures, key=_by_time)
        for arrival in sorted(self.arrivals, key=_by_time):
            found = next((one for one in free if _is_in_time(one, arrival)), None)
            if found is None:
                return False
            free.remove(found)
        return True


def met(departures: Sequence[Side], arrivals: Sequence[Side]) -> list[Met]:
    """Bring departures and arrivals together, whatever order they come in.

    Returns:
        Each arrival in at most one group; what fits nothing is in none.
    """
    named = list(_named(departures, arrivals))
    taken = {side.side_id for one in named for side in (*one.departures, *one.arrivals)}
    left = [one for one in departures if one.is_findable and one.side_id not in taken]
    came = [one for one in arrivals if one.is_findable and one.side_id not in taken]
    return [*named, *_groups(left, came, _fits, is_named=False)]


def _named(departures: Sequence[Side], arrivals: Sequence[Side]) -> Iterable[Met]:
    left, came = _by_name(departures), _by_name(arrivals)
    for key in sorted(left.keys() & came.keys()):
        if len(left[key]) == 1:
            yield Met(tuple(left[key]), tuple(came[key]), is_named=True)
            continue
        groups = _groups(left[key], came[key], _agree, is_named=True)
        yield from groups
        taken = {side.side_id for one in groups for side in (*one.departures, *one.arrivals)}
        rest = tuple(one for one in came[key] if one.side_id not in taken)
        open_ones = tuple(one for one in left[key] if one.side_id not in taken)
        if rest:
            yield Met(open_ones or tuple(left[key]), rest, is_named=True)


def _by_name(sides: Iterable[Side]) -> dict[tuple[str, str], list[Side]]:
    found: defaultdict[tuple[str, str], list[Side]] = defaultdict(list)
    for one in sorted(sides, key=_by_time):
        if one.tx_hash:
            found[one.tx_hash, one.underlying].append(one)
    return found


def _groups(
    departures: Iterable[Side],
    arrivals: Sequence[Side],
    fits: Callable[[Side, Side], bool],
    *,
    is_named: bool,
) -> list[Met]:
    """Part sides into those that fit each other, directly or over others."""
    edges = [(out, into) for out in departures for into in arrivals if fits(out, into)]
    keyed = [(edge, (("out", edge[0].side_id), ("in", edge[1].side_id))) for edge in edges]
    return [
        Met(_each(out for out, _ in group), _each(into for _, into in group), is_named)
        for group in strands_of(keyed)
    ]


def _each(sides: Iterable[Side]) -> tuple[Side, ...]:
    return tuple(sorted({one.side_id: one for one in sides}.values(), key=_by_time))


def _agree(out: Side, into: Side) -> bool:
    return out.underlying == into.underlying and not out.amounts_e18.isdisjoint(into.amounts_e18)


def _fits(out: Side, into: Side) -> bool:
    is_denied = bool(out.tx_hash and into.tx_hash)
    return not is_denied and _agree(out, into) and _is_in_time(out, into)


def _is_in_time(out: Side, into: Side) -> bool:
    return -WRONG_SIDE_NS <= into.at_ns - out.at_ns <= WINDOW_NS


def _by_time(one: Side) -> tuple[int, str]:
    return one.at_ns, one.side_id
