"""A ledger matched coin by coin: the smallest quantity of a file is a coin with its own cost.

Written from `docs/lots.md` and nothing else: no lots, no queues, no integers of money. Every rule
is a choice among coins, so it is slow and cannot share a mistake with what it judges. Costs are
exact fractions. Shorts are coins that are owed, and no history with moves may open one here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from typing import NamedTuple, TypeVar

_Key = TypeVar("_Key")
TRANSIT = "in transit"
_TURN = {"buy": 0, "transfer_out": 1, "transfer_in": 1, "sell": 2, "fee": 3}


class Row(NamedTuple):
    """A row as a person means it; `at` counts instants, `coins` the smallest quantity."""

    at: int
    kind: str
    asset: str
    coins: int
    unit_price: Fraction
    fee: Fraction
    wallet: str
    id: str
    picks: tuple[tuple[str, int], ...] = ()

    @property
    def worth(self) -> Fraction:
        """Price of all of it, before the fee; `unit_price` is that of one coin."""
        return self.unit_price * self.coins


@dataclass
class Coin:
    """One coin: of which lot, when that came and at what price, and what this one has cost."""

    lot: str
    age: int
    price: Fraction
    cost: Fraction
    moved: int = 0


@dataclass
class Found:
    """What coins say.

    Args:
        used: (lot, disposal) -> coins, proceeds, cost.
        left: (asset, wallet, lot) -> coins and their cost, both negative for what is owed.
        lacking: (kind, id) -> coins nobody acquired.
        fees: Sum of the lines of a book that keeps fees as lines.
    """

    used: dict[tuple[str, str], list[Fraction]] = field(default_factory=dict)
    left: dict[tuple[str, str, str], list[Fraction]] = field(default_factory=dict)
    lacking: dict[tuple[str, str], int] = field(default_factory=dict)
    fees: Fraction = Fraction(0)

    def use(self, lot: str, by: str, got: Fraction, cost: Fraction) -> None:
        """Count one coin used up."""
        _add(self.used, (lot, by), 1, got, cost)

    def lack(self, row: Row, coins: int) -> None:
        """Count coins nobody acquired."""
        if coins:
            key = row.kind, row.id
            self.lacking[key] = self.lacking.get(key, 0) + coins


def _add(sums: dict[_Key, list[Fraction]], key: _Key, *amounts: Fraction | int) -> None:
    found = sums.get(key, [Fraction(0)] * len(amounts))
    sums[key] = [one + more for one, more in zip(found, amounts, strict=True)]


def _alike(coins: Sequence[Coin], lot: str) -> None:
    """Make coins one lot of one cost each."""
    cost = sum((coin.cost for coin in coins), Fraction(0))
    for coin in coins:
        coin.lot, coin.cost = lot, cost / len(coins)


_FIRST: dict[str, Callable[[Coin], tuple]] = {
    "fifo": lambda coin: (coin.age, coin.moved),
    "lifo": lambda coin: (-coin.age, -coin.moved),
    "hifo": lambda coin: (-coin.price, coin.age, coin.moved),
    "lofo": lambda coin: (coin.price, coin.age, coin.moved),
    "average": lambda coin: (coin.age, coin.moved),
    "specific": lambda coin: (coin.age, coin.moved),
}


class Purse:
    """All coins of one book, and the one pass through its rows."""

    def __init__(self, method: str, scope: str, *, fees: str = "basis", shorts: bool = False):
        self._method, self._by_wallet = method, scope == "wallet"
        self._fees_are_basis, self._shorts = fees == "basis", shorts
        self._held: defaultdict[tuple[str, str], list[Coin]] = defaultdict(list)
        self._owed: defaultdict[tuple[str, str], list[Coin]] = defaultdict(list)
        self._moves, self._ages = count(1), count(1)
        self.found = Found()

    def run(self, rows: Iterable[Row]) -> Found:
        """Walk through the rows in the order the rules give them."""
        for do in _deeds(rows):
            do(self)
        for (asset, wallet), coins in self._held.items():
            for coin in coins:
                _add(self.found.left, (asset, wallet, coin.lot), 1, coin.cost)
        for (asset, wallet), coins in self._owed.items():
            for coin in coins:
                _add(self.found.left, (asset, wallet, coin.lot), -1, -coin.cost)
        return self.found

    def _place(self, row: Row) -> tuple[str, str]:
        return row.asset, row.wallet if self._by_wallet else ""

    def _fee(self, row: Row) -> Fraction:
        if self._fees_are_basis:
            return row.fee
        self.found.fees += row.fee
        return Fraction(0)

    def _taken(self, coins: list[Coin], wanted: int) -> list[Coin]:
        chosen = sorted(coins, key=_FIRST[self._method])[:wanted]
        for coin in chosen:
            coins.remove(coin)
        return chosen

    def _put(self, coins: list[Coin], new: Sequence[Coin]) -> None:
        for coin in new:
            if coin.moved:
                coin.moved = next(self._moves)
        coins.extend(new)
        if self._method == "average":
            _alike(coins, "average")
        if self._method == "specific":
            for lot in {coin.lot for coin in new}:
                _alike([coin for coin in coins if coin.lot == lot], lot)

    def acquire(self, row: Row) -> None:
        """Take in coins, first those that are owed."""
        place, age = self._place(row), next(self._ages)
        cost = (row.worth + self._fee(row)) / row.coins
        back = self._taken(self._owed[place], row.coins)
        for coin in back:
            self.found.use(coin.lot, row.id, coin.cost, cost)
        new = [Coin(row.id, age, row.unit_price, cost) for _ in range(row.coins - len(back))]
        self._put(self._held[place], new)

    def give(self, row: Row) -> None:
        """Use up coins for a sale, a fee or what a move has lost."""
        place = self._place(row)
        each = (row.worth - self._fee(row)) / row.coins
        coins = self._held[place]
        gone = [coin for lot, some in row.picks for coin in self._picked(coins, lot, some)]
        gone += self._taken(coins, row.coins - len(gone))
        for coin in gone:
            self.found.use(coin.lot, row.id, each, coin.cost)
        lacking = row.coins - len(gone)
        if self._shorts:
            age = next(self._ages)
            new = [Coin(row.id, age, row.unit_price, each) for _ in range(lacking)]
            self._put(self._owed[place], new)
        else:
            self.found.lack(row, lacking)

    def _picked(self, coins: list[Coin], lot: str, some: int) -> list[Coin]:
        if self._method != "specific":
            return []
        chosen = [coin for coin in coins if coin.lot == lot][:some]
        assert len(chosen) == some, "the history names coins that are not there"
        for coin in chosen:
            coins.remove(coin)
        return chosen

    def depart(self, out: Row, into: Row | None, parcel: list[Coin]) -> None:
        """Send coins away: those lost on the way are given up first, the rest carry the fee."""
        lost = max(0, out.coins - into.coins) if into else 0
        if lost and into:
            price = out.unit_price or into.unit_price
            self.give(out._replace(kind="fee", coins=lost, unit_price=price, fee=Fraction(0)))
        charge = self._fee(out) + (self._fee(into) if into else 0)
        if not self._by_wallet and not charge:
            return
        carried = out.coins - lost
        coins = self._taken(self._held[self._place(out)], carried)
        self.found.lack(out, carried - len(coins))
        for coin in coins:
            coin.cost += charge / carried
            coin.moved = next(self._moves)
        if into and self._by_wallet:
            parcel.extend(coins)
        else:
            wallet = TRANSIT if self._by_wallet else ""
            self._put(self._held[out.asset, wallet], coins)

    def arrive(self, out: Row | None, into: Row, parcel: list[Coin]) -> None:
        """Take in what was sent, or what came from nowhere if it says what it cost."""
        if out is None and into.unit_price:
            self.acquire(into)
        elif out is None:
            self._fee(into)
            self.found.lack(into, into.coins)
        else:
            self._put(self._held[self._place(into)], parcel)
            self.found.lack(into, max(0, into.coins - out.coins))


_Deed = Callable[[Purse], None]


def _deeds(rows: Iterable[Row]) -> list[_Deed]:
    given = sorted(rows, key=_turn)
    still = [(_turn(row), _still(row)) for row in given if not row.kind.startswith("transfer")]
    moves = [deed for out, into in _pairs(given) for deed in _moving(out, into)]
    return [deed for _, deed in sorted([*still, *moves], key=lambda one: one[0])]


def _turn(row: Row) -> tuple:
    parts = re.split(r"(\d+)", row.id)
    spoken = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]
    return row.at, _TURN[row.kind], spoken, row.kind, row.asset, row.wallet


def _still(row: Row) -> _Deed:
    return lambda purse: purse.acquire(row) if row.kind == "buy" else purse.give(row)


def _pairs(rows: Sequence[Row]) -> list[tuple[Row | None, Row | None]]:
    outs = [row for row in rows if row.kind == "transfer_out"]
    into = [row for row in rows if row.kind == "transfer_in"]
    pairs: list[tuple[Row | None, Row | None]] = []
    for fits in (_by_id, _by_quantity, _by_instant):
        for arrival in list(into):
            out = next((one for one in outs if fits(one, arrival)), None)
            if out is not None:
                pairs.append((out, arrival))
                outs.remove(out)
                into.remove(arrival)
    return [*pairs, *((out, None) for out in outs), *((None, arrival) for arrival in into)]


def _by_id(out: Row, arrival: Row) -> bool:
    return (out.asset, out.id) == (arrival.asset, arrival.id)


def _is_elsewhere(out: Row, arrival: Row) -> bool:
    return out.asset == arrival.asset and out.wallet != arrival.wallet


def _by_quantity(out: Row, arrival: Row) -> bool:
    return _is_elsewhere(out, arrival) and out.coins == arrival.coins and out.at <= arrival.at


def _by_instant(out: Row, arrival: Row) -> bool:
    return _is_elsewhere(out, arrival) and out.at == arrival.at and arrival.coins < out.coins


def _moving(out: Row | None, into: Row | None) -> list[tuple[tuple, _Deed]]:
    parcel: list[Coin] = []
    deeds: list[tuple[tuple, _Deed]] = []
    half = out or into
    assert half is not None
    _, turn, spoken, *rest = _turn(half)
    if out is not None:
        at = out.at if into is None else min(out.at, into.at)
        deeds.append(((at, turn, spoken, 0, *rest), lambda purse: purse.depart(out, into, parcel)))
    if into is not None:
        deeds.append(
            ((into.at, turn, spoken, 1, *rest), lambda purse: purse.arrive(out, into, parcel))
        )
    return deeds
