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
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from domain.desk import BOOK_CURRENCY
from domain.errors import InputRefused
from domain.ledger.types import OPENING, TRADE, Entry, Owned, is_own
from domain.lots.engine import match
from domain.lots.types import Book, Fact, Kind, Method, Remaining
from domain.money import MAX_DECIMALS
from domain.pnl.equity import CAPITAL
from domain.pnl.values import Valuer

_PRICE_SCALE = 10**6
_NO_COST = (OPENING, *CAPITAL)
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


class _Walk:
    """One pass over a day's entries: facts for the lots, and what costs at mark."""

    def __init__(self, valuer: Valuer) -> None:
        self.valuer = valuer
        self.facts: list[Fact] = []
        self.costs = 0
        self.missing: set[str] = set()
        self.parts = {
            name: (asset.underlying, valuer.scale(name)) for name, asset in valuer.assets.items()
        }

    def through(self, entries: Iterable[Entry]) -> None:
        """Enter everything but openings; a trade of one coin for money, of which most are, here."""
        owned, parts, write = Owned(), self.parts, self.facts.append
        buy, sell, money, costs = Kind.BUY, Kind.SELL, BOOK_CURRENCY, 0
        for entry in entries:
            cash, quantity, coin, is_plain = 0, 0, None, True
            for one in entry.postings:
                if owned[one.account] and (part := parts.get(one.asset)):
                    if part[0] == money:
                        cash += one.units * part[1]
                    elif coin is None or coin == part[0]:
                        coin = part[0]
                        quantity += one.units * part[1]
                    else:
                        is_plain = False
            cause, at_ns = entry.cause, entry.at_ns
            if coin is None:
                costs += 0 if cause in _NO_COST else cash
            elif not is_plain or cause != TRADE or not (cash < 0 < quantity or quantity < 0 < cash):
                self._at_marks(entry)
            elif quantity > 0:
                value = -cash * _PRICE_SCALE
                write(Fact(at_ns, buy, coin, quantity, value, 0, 0, "", entry.entry_id))
            else:
                value = cash * _PRICE_SCALE
                write(Fact(at_ns, sell, coin, -quantity, value, 0, 0, "", entry.entry_id))
        self.costs += costs * _PRICE_SCALE

    def _at_marks(self, entry: Entry) -> None:
        """Take in or give up at its mark whatever came or went without a price of its own."""
        if entry.cause == OPENING:
            return
        held: defaultdict[str, int] = defaultdict(int)
        for one in entry.postings:
            if is_own(one.account) and one.asset in self.parts:
                name, scale = self.parts[one.asset]
                held[name] += one.units * scale
        cash = held.pop(BOOK_CURRENCY, 0) * _PRICE_SCALE
        worth = sum(self._at_mark(entry, *one) for one in held.items() if one[1])
        self.costs += 0 if entry.cause in CAPITAL else cash + worth

    def _at_mark(self, entry: Entry, name: str, quantity: int) -> int:
        mark_e6 = self.valuer.marks.at(name, entry.at_ns)
        if mark_e6 is None:
            self.missing.add(f"a mark of {name}")
            return 0
        self._fact(entry, name, quantity, abs(quantity) * mark_e6)
        return quantity * mark_e6

    def _fact(self, entry: Entry, name: str, quantity: int, value: int) -> None:
        kind = Kind.BUY if quantity > 0 else Kind.SELL
        size = abs(quantity)
        self.facts.append(Fact(entry.at_ns, kind, name, size, value, 0, 0, "", entry.entry_id))


def _ranked(facts: Iterable[Fact], method: Method) -> Iterable[Fact]:
    """Give facts the price that some methods rank lots by; others do not pay for it."""
    if method not in (Method.HIFO, Method.LOFO):
        return facts
    return [
        msgspec.structs.replace(
            fact, price_units=fact.value_units * _PRICE_SCALE // fact.quantity_units
        )
        for fact in facts
    ]


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
            scale = 10 ** (MAX_DECIMALS - valuer.assets[asset].decimals)
            held[valuer.underlying(asset)] += units * scale
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
        entries: Of the day, openings left out.
        carried: What the day opens with; unrealised at the start is its value at the marks the day
            before ended with, less its basis.
        valuer: Reference data and the day's marks.
        end_ns: Where the day ends.
        method: Which lot goes first.

    Raises:
        InputRefused: By specific identification, which needs picks that entries do not have.
    """
    if method is Method.SPECIFIC:
        raise InputRefused("choose a method that needs no picks", method=method.value)
    walk = _Walk(valuer)
    walk.through(entries)
    facts = _ranked([*_as_facts(carried), *walk.facts], method)
    report = match(facts, Book(method, shorts=True))
    remaining = tuple(_open_lot(one) for one in report.remaining)
    opened = _unrealised(
        carried,
        {lot.underlying: valuer.marks.before().opening(lot.underlying) for lot in carried},
        walk.missing,
    )
    closing = {lot.underlying: valuer.marks.at(lot.underlying, end_ns - 1) for lot in remaining}
    closed = _unrealised(remaining, closing, walk.missing)
    is_whole = not walk.missing
    return Realised(
        method=method.value,
        realised_usd_e24=sum(row[3] - row[4] for row in report.rows) if is_whole else None,
        unrealised_opening_usd_e24=opened,
        unrealised_closing_usd_e24=closed,
        costs_usd_e24=walk.costs if is_whole else None,
        remaining=remaining,
        missing=tuple(sorted(walk.missing)),
    )


def _as_facts(carried: Sequence[OpenLot]) -> Iterator[Fact]:
    for lot in carried:
        kind = Kind.BUY if lot.quantity_e18 > 0 else Kind.SELL
        size, basis = abs(lot.quantity_e18), abs(lot.basis_usd_e24)
        yield Fact(lot.acquired_ns, kind, lot.underlying, size, basis, id=lot.lot_id)


def _open_lot(one: Remaining) -> OpenLot:
    lot = one.lot
    return OpenLot(one.asset, lot.id, lot.time_ns, one.quantity_units, one.basis_units)


def _unrealised(
    lots: Sequence[OpenLot], marks: Mapping[str, int | None], missing: set[str]
) -> int | None:
    total: int | None = 0
    for lot in lots:
        mark_e6 = marks.get(lot.underlying)
        if mark_e6 is None:
            missing.add(f"a mark of {lot.underlying}")
            total = None
        elif total is not None:
            total += lot.quantity_e18 * mark_e6 - lot.basis_usd_e24
    return total
