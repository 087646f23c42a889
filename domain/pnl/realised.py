"""The same profit a second way: what lots realised, and what is unrealised in those that remain.

Lots are of underlyings, so that wrapping, bridging and moving between our accounts touches none.
Trades are bought and sold at their price; everything else that moved a holding (gas, fees in the
coin, funding, capital) is taken in or given up at its mark, and what of it is not capital is a cost
or an income at that mark. Then, whatever the method and however the marks moved::

    E1 − E0 − capital = realised + unrealised at the end − unrealised at the start + costs at mark

Exact, because lots share money in whole units. Quantities here are 10^-18 of a whole coin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from math import gcd

import msgspec

from domain.desk import BOOK_CURRENCY
from domain.errors import InputRefused
from domain.ledger.series import series_of
from domain.ledger.types import Entry
from domain.lots.ending import Lane, Step, ending_of
from domain.lots.engine import match
from domain.lots.types import Book, Fact, Kind, Method, Remaining
from domain.money import BOOK_MARK_E6
from domain.pnl.lot_steps import lot_steps
from domain.pnl.values import Valuer

_OPENING_NS = 0
"""What was there at the start is older than everything."""


class OpenLot(msgspec.Struct, frozen=True):
    """A lot carried from day to day; negative quantity and basis for a short."""

    underlying: str
    lot_id: str
    acquired_ns: int
    quantity_e18: int
    basis_usd_e24: int


class Realised(msgspec.Struct, frozen=True):
    """A day's profit by lots; a number is None when `missing` names a mark it lacks.

    Args:
        costs_usd_e24: What moved without a trade and is not capital, at its marks; negative when
            paid.
        remaining: Lots to carry to the next day.
    """

    method: str
    realised_usd_e24: int | None
    unrealised_opening_usd_e24: int | None
    unrealised_closing_usd_e24: int | None
    costs_usd_e24: int | None
    remaining: tuple[OpenLot, ...]
    missing: tuple[str, ...]

    @property
    def total_usd_e24(self) -> int | None:
        """The change of equity without capital, by lots."""
        parts = (
            self.realised_usd_e24,
            self.unrealised_opening_usd_e24,
            self.unrealised_closing_usd_e24,
            self.costs_usd_e24,
        )
        if any(part is None for part in parts):
            return None
        realised, opened, closed, costs = (part or 0 for part in parts)
        return realised + closed - opened + costs


class LotsRun(msgspec.Struct, frozen=True):
    """What a stretch of entries did to lots; the next stretch goes on from `remaining`.

    Args:
        gain_usd_e24: Proceeds less basis of all that was used up.
        costs_usd_e24: As of `Realised`.
        missing: Marks that are lacking.
    """

    gain_usd_e24: int
    costs_usd_e24: int
    remaining: tuple[OpenLot, ...]
    missing: frozenset[str]

    @classmethod
    def of(cls, carried: Iterable[OpenLot]) -> LotsRun:
        """Begin with lots that nothing has touched yet."""
        return cls(0, 0, tuple(carried), frozenset())


def opening_lots(
    opening: Mapping[tuple[str, str], int], valuer: Valuer
) -> tuple[list[OpenLot], list[str]]:
    """Take what was held at the start as one lot an underlying, at the marks it opened with.

    Returns:
        The lots, and what lacks a mark.
    """
    held: defaultdict[str, int] = defaultdict(int)
    for (_, asset), units in opening.items():
        if valuer.knows(asset) and valuer.underlying(asset) != BOOK_CURRENCY:
            held[valuer.underlying(asset)] += units * valuer.scale(asset)
    lots: list[OpenLot] = []
    missing: list[str] = []
    for name, quantity in sorted(held.items()):
        mark_e6 = valuer.marks.opening(name)
        if quantity and mark_e6 is None:
            missing.append(f"a mark of {name}")
        elif quantity and mark_e6 is not None:
            lots.append(OpenLot(name, "opening", _OPENING_NS, quantity, quantity * mark_e6))
    return lots, missing


def realised_by_lots(
    entries: Iterable[Entry],
    carried: Sequence[OpenLot],
    valuer: Valuer,
    end_ns: int,
    method: Method = Method.FIFO,
) -> Realised:
    """Work a day's profit out by lots.

    Args:
        entries: Of the day; openings among them are what is carried, and count for nothing.
        carried: What the day opens with; unrealised at the start is its value at the marks the day
            before ended with, less its basis.
        valuer: Reference data and the day's marks.
        end_ns: Where the day ends.
        method: Which lot goes first.

    Raises:
        InputRefused: By specific identification, which needs picks that entries do not have.
    """
    run = run_lots(entries, LotsRun.of(carried), valuer, method)
    return realised_of(run, carried, valuer, end_ns, method)


def run_lots(
    entries: Iterable[Entry], past: LotsRun, valuer: Valuer, method: Method = Method.FIFO
) -> LotsRun:
    """Let entries step on what an earlier stretch left.

    Args:
        entries: None before the instant that `past` goes up to.
        past: What came before; at first the lots carried in.
        valuer: Reference data and marks.
        method: Which lot goes first.

    Returns:
        Both stretches together: by FIFO, what one run of all their entries gives.

    Raises:
        InputRefused: As :func:`realised_by_lots`.
    """
    if method is Method.SPECIFIC:
        raise InputRefused("choose a method that needs no picks", method=method.value)
    found = lot_steps(series_of(entries), valuer, grains := _grains(past.remaining, valuer))
    for lot in past.remaining:
        found.lanes[lot.underlying].add(_as_step(lot, grains[lot.underlying]))
    by_lane = _by_queue if method is Method.FIFO else partial(_by_engine, method)
    gain, remaining = past.gain_usd_e24, list[OpenLot]()
    for name, lane in sorted(found.lanes.items()):
        realised, left = by_lane(name, grains[name], lane)
        gain += realised
        remaining += left
    return LotsRun(
        gain,
        past.costs_usd_e24 + found.costs_usd_e24,
        tuple(remaining),
        past.missing | found.missing,
    )


def realised_of(
    run: LotsRun,
    carried: Sequence[OpenLot],
    valuer: Valuer,
    end_ns: int,
    method: Method = Method.FIFO,
) -> Realised:
    """Value what a day's run of lots left, beside what it opened with.

    Args:
        run: Of all of the day.
        carried: What the day opened with.
        valuer: Reference data and the day's marks.
        end_ns: Where the day ends.
        method: By which the run went.
    """
    missing, marks = set(run.missing), valuer.marks
    before = marks.before()
    opened = _unrealised(carried, before.opening, missing)
    closed = _unrealised(run.remaining, lambda name: marks.at(name, end_ns - 1), missing)
    return Realised(
        method=method.value,
        realised_usd_e24=None if missing else run.gain_usd_e24,
        unrealised_opening_usd_e24=opened,
        unrealised_closing_usd_e24=closed,
        costs_usd_e24=None if missing else run.costs_usd_e24,
        remaining=run.remaining,
        missing=tuple(sorted(missing)),
    )


def _grains(carried: Iterable[OpenLot], valuer: Valuer) -> Mapping[str, int]:
    """Find the largest part of each coin that all its amounts are whole in: small numbers."""
    found: defaultdict[str, int] = defaultdict(int)
    for name, underlying in valuer.underlyings.items():
        found[underlying] = gcd(found[underlying], valuer.scale(name))
    for lot in carried:
        found[lot.underlying] = gcd(found[lot.underlying], lot.quantity_e18)
    return found


def _as_step(lot: OpenLot, grain: int) -> Step:
    return lot.acquired_ns, lot.quantity_e18 // grain, lot.basis_usd_e24, lot.lot_id


_Left = tuple[int, list[OpenLot]]
"""What a lane realised, and the lots left in it."""


def _by_queue(name: str, grain: int, lane: Lane) -> _Left:
    """Find what a lane ends with by FIFO without matching it: what the engine would find."""
    gain, lots = ending_of(lane, lane.order())
    return gain, [
        OpenLot(name, lot_id, at_ns, quantity * grain, basis)
        for at_ns, quantity, basis, lot_id in lots
    ]


def _by_engine(method: Method, name: str, grain: int, lane: Lane) -> _Left:
    """Match a lane by any method, each step a fact with the price that some methods rank by."""
    facts = [
        Fact(
            at_ns, Kind.BUY if quantity > 0 else Kind.SELL, name, abs(quantity) * grain, abs(money),
            price_units=money * BOOK_MARK_E6 // (quantity * grain), id=step_id,
        )
        for at_ns, quantity, money, step_id in lane.steps()
    ]  # fmt: skip
    report = match(facts, Book(method, shorts=True))
    return sum(row[3] - row[4] for row in report.rows), [*map(_open_lot, report.remaining)]


def _open_lot(one: Remaining) -> OpenLot:
    lot = one.lot
    return OpenLot(one.asset, lot.id, lot.time_ns, one.quantity_units, one.basis_units)


def _unrealised(
    lots: Sequence[OpenLot], mark_of: Callable[[str], int | None], missing: set[str]
) -> int | None:
    names = {lot.underlying for lot in lots}
    marks_e6 = {name: mark_e6 for name in names if (mark_e6 := mark_of(name)) is not None}
    missing |= {f"a mark of {name}" for name in names - marks_e6.keys()}
    if len(marks_e6) < len(names):
        return None
    return sum(lot.quantity_e18 * marks_e6[lot.underlying] - lot.basis_usd_e24 for lot in lots)
