"""Which arrival belongs to which departure, and when each takes place.

Two halves of a move pair by id; a transfer also by asset and exact quantity, or by asset, instant
and an arrival that is smaller by a network fee, if the wallets differ. Each half is in at most one
pair, and nothing closer is guessed. A wrap or bridge pairs by id alone, for its assets differ. How
lots are carried is not here.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence

import msgspec

from domain.lots.order import TURN, Key, by_time, in_order, natural, tie_key
from domain.lots.types import Fact, Kind, Lot

_STILL = (Kind.BUY, Kind.SELL, Kind.FEE)
_OUT = (Kind.TRANSFER_OUT, Kind.WRAP_OUT)
_WRAPS = (Kind.WRAP_OUT, Kind.WRAP_IN)


class Move(msgspec.Struct, eq=False):
    """A departure and its arrival; one of them may be unknown.

    Args:
        parcel: Lots under way, from departure to arrival.
    """

    out: Fact | None
    into: Fact | None
    parcel: list[Lot] = []

    @property
    def is_wrap(self) -> bool:
        """Whether it changes the asset: then its quantities are a rate, their difference no fee."""
        half = self.out or self.into
        return half is not None and half.kind in _WRAPS


class Leg(msgspec.Struct, eq=False):
    """One half of a move as a step of history.

    Args:
        time_ns: Of the half; a departure noted later than its own arrival is brought forward to it.
    """

    time_ns: int
    move: Move
    is_departure: bool
    kind: None = None
    """What tells a leg from a fact, whose kind is one."""


Step = Fact | Leg


def has_moves(facts: Iterable[Fact]) -> bool:
    """Whether anything moves between wallets or assets."""
    for fact in facts:  # noqa: SIM110 (any() with a generator takes twice as long)
        if fact.kind not in _STILL:
            return True
    return False


def with_legs(ordered: Sequence[Fact]) -> list[Step]:
    """Put legs of moves in the place of their halves."""
    outs = [fact for fact in ordered if fact.kind in _OUT]
    into = [fact for fact in ordered if fact.kind not in _OUT and fact.kind not in _STILL]
    steps: list[Step] = [fact for fact in ordered if fact.kind in _STILL]
    for move in paired(outs, into):
        steps.extend(_legs(move))
    return by_time(steps, _step_key)


def paired(outs: Sequence[Fact], into: Sequence[Fact]) -> list[Move]:
    """Pair departures with arrivals, both in order; what finds no partner is a move of one half."""
    free_out, free_in = list(outs), list(into)
    moves: list[Move] = []
    for rule in (_by_id, _by_quantity, _by_instant):
        found, free_out, free_in = rule(free_out, free_in)
        moves += [Move(out, arrival) for out, arrival in found]
    moves += [Move(out, None) for out in free_out]
    moves += [Move(None, arrival) for arrival in free_in]
    return moves


_Pairs = tuple[list[tuple[Fact, Fact]], list[Fact], list[Fact]]


def _by_id(outs: list[Fact], into: list[Fact]) -> _Pairs:
    return _matched(outs, into, _id_key, lambda _out, _arrival: True)


def _id_key(fact: Fact) -> Key:
    is_wrap = fact.kind in _WRAPS
    return is_wrap, "" if is_wrap else fact.asset, fact.id


def _by_quantity(outs: list[Fact], into: list[Fact]) -> _Pairs:
    def fits(out: Fact, arrival: Fact) -> bool:
        return _is_elsewhere(out, arrival) and out.time_ns <= arrival.time_ns

    return _matched(outs, into, lambda fact: (fact.asset, fact.quantity_units), fits)


def _by_instant(outs: list[Fact], into: list[Fact]) -> _Pairs:
    def fits(out: Fact, arrival: Fact) -> bool:
        return _is_elsewhere(out, arrival) and arrival.quantity_units < out.quantity_units

    return _matched(outs, into, lambda fact: (fact.asset, fact.time_ns), fits)


def _is_elsewhere(out: Fact, arrival: Fact) -> bool:
    return out.wallet != arrival.wallet and out.kind not in _WRAPS and arrival.kind not in _WRAPS


def _matched(
    outs: list[Fact],
    into: list[Fact],
    key: Callable[[Fact], Key],
    fits: Callable[[Fact, Fact], bool],
) -> _Pairs:
    waiting: defaultdict[Key, deque[Fact]] = defaultdict(deque)
    for out in outs:
        waiting[key(out)].append(out)
    pairs: list[tuple[Fact, Fact]] = []
    unmet: list[Fact] = []
    for arrival in into:
        queue = waiting[key(arrival)]
        out = next((one for one in queue if fits(one, arrival)), None)
        if out is None:
            unmet.append(arrival)
        else:
            queue.remove(out)
            pairs.append((out, arrival))
    return pairs, in_order(out for queue in waiting.values() for out in queue), unmet


def _legs(move: Move) -> list[Leg]:
    legs: list[Leg] = []
    if move.into is not None:
        legs.append(Leg(move.into.time_ns, move, is_departure=False))
    if move.out is not None:
        latest = move.out.time_ns if move.into is None else move.into.time_ns
        legs.append(Leg(min(move.out.time_ns, latest), move, is_departure=True))
    return legs


def _step_key(step: Step) -> Key:
    if step.kind is not None:
        return tie_key(step)
    half = step.move.out or step.move.into
    assert half is not None  # noqa: S101 (a move has a half)
    return TURN[half.kind], natural(half.id), not step.is_departure, *tie_key(half)
