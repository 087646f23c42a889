"""Random ledgers as people write them: rows for hypothesis, and the many forms of one CSV file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from fractions import Fraction
from io import StringIO
from random import Random
from typing import NamedTuple

from hypothesis import strategies as st

from domain.money import from_units
from tests.kit.coins import Coin, Purse, Row

COLUMNS = ("time", "kind", "asset", "quantity", "unit_price", "fee", "wallet", "id", "lots")
START_S = 1_704_067_200
"""2024-01-01T00:00:00Z; rows are whole hours later."""
_WALLETS = ("cold", "hot", "")
_money = st.tuples(st.integers(0, 10**6), st.sampled_from((0, 2, 6, 12)))


class Written(NamedTuple):
    """Rows, and how many decimals their quantities need."""

    rows: list[Row]
    decimals: int


def _amount(written: tuple[int, int]) -> Fraction:
    return Fraction(written[0], 10 ** written[1])


_PRICES = st.one_of(st.integers(0, 3).map(Fraction), _money.map(_amount), st.just(Fraction(10**30)))
_FEES = st.one_of(st.sampled_from((0, 0, -2, 7)).map(Fraction), _money.map(_amount))
_Happening = Callable[[int, Fraction], list[Row]]
"""Rows for a number, which names them, and the worth of a coin in whole units."""


def _trade(kind: str, at: int, asset: str, coins: int, price: Fraction, fee: Fraction, wallet: str):
    def rows(number: int, grain: Fraction) -> list[Row]:
        name = f"{'ar'[number % 2]}{number}"
        return [Row(at, kind, asset, coins, price * grain, fee, wallet, name)]

    return rows


def _move(sent: _Happening, halves: str, later: int, lost: int, prices: tuple) -> _Happening:
    def rows(number: int, grain: Fraction) -> list[Row]:
        (out,) = sent(number, grain)
        to = _WALLETS[(_WALLETS.index(out.wallet) + 1) % len(_WALLETS)]
        names = ("t", "t") if halves == "both" else ("o", "i")
        left, came = (price * grain for price in prices)
        out = out._replace(id=f"{names[0]}{number}", unit_price=left)
        into = out._replace(
            at=max(0, out.at + later), kind="transfer_in", coins=max(1, out.coins - lost),
            wallet=to, id=f"{names[1]}{number}", unit_price=came,
        )  # fmt: skip
        return [half for half, other in ((out, "found"), (into, "gone")) if halves != other]

    return rows


def _deed(*kinds: str) -> st.SearchStrategy[_Happening]:
    return st.builds(
        _trade, st.sampled_from(kinds), st.integers(0, 8), st.sampled_from(("BTC", "ETH")),
        st.integers(1, 12), _PRICES, _FEES, st.sampled_from(_WALLETS),
    )  # fmt: skip


_plain = _deed("buy", "buy", "buy", "sell", "sell", "fee")
_moved = st.builds(
    _move, _deed("transfer_out"), st.sampled_from(("both", "both", "apart", "gone", "found")),
    st.integers(-1, 2), st.integers(-1, 2), st.tuples(_PRICES, _PRICES),
)  # fmt: skip


def _written(happenings: list[_Happening], decimals: int) -> Written:
    grain = Fraction(1, 10**decimals)
    rows = [row for number, rows in enumerate(happenings) for row in rows(number, grain)]
    return Written(rows, decimals)


_DECIMALS = st.sampled_from((0, 1, 8, 18))
PLAIN_ROWS = st.builds(_written, st.lists(_plain, max_size=14), _DECIMALS)
"""Ledgers of purchases, sales and fees."""
ANY_ROWS = st.builds(_written, st.lists(st.one_of(_plain, _plain, _moved), max_size=12), _DECIMALS)
"""Ledgers with transfers too: with a shared id, found by quantity or instant, or of one half."""


class _Picking(Purse):
    """Names lots by chance as it goes, and remembers which."""

    def __init__(self, scope: str, random: Random, rows: Sequence[Row]):
        super().__init__("specific", scope)
        self._random = random
        self._namable = {(row.kind, row.id) for row in rows if row.kind in ("sell", "fee")}
        self.named: dict[tuple[str, str], tuple[tuple[str, int], ...]] = {}

    def give(self, row: Row) -> None:
        """Name one lot that is there, for some of it, if any is."""
        coins: list[Coin] = self._held[self._place(row)]
        if (row.kind, row.id) in self._namable and coins:
            lot = self._random.choice(coins).lot
            held = sum(coin.lot == lot for coin in coins)
            some = self._random.randint(1, min(held, row.coins))
            row = row._replace(picks=((lot, some),))
            self.named[row.kind, row.id] = row.picks
        super().give(row)


def with_picks(rows: Sequence[Row], scope: str, random: Random) -> list[Row]:
    """Let disposals name lots that will be there."""
    picking = _Picking(scope, random, rows)
    picking.run(rows)
    return [row._replace(picks=picking.named.get((row.kind, row.id), ())) for row in rows]


def as_csv(written: Written, random: Random) -> bytes:
    """Write rows in any order, and each cell, line and the file in one of the forms allowed."""
    columns = random.sample(COLUMNS, len(COLUMNS))
    clock = random.choice((1, 10**3, 10**6, 10**9, None, None))
    text = StringIO()
    quoting = random.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    writer = csv.writer(text, quoting=quoting, lineterminator=random.choice(("\n", "\r\n")))
    writer.writerow([random.choice((str, str.upper, str.title))(name) for name in columns])
    for row in random.sample(written.rows, len(written.rows)):
        cells = _cells(row, written.decimals, clock, random)
        writer.writerow([cells[name] for name in columns])
    return random.choice((b"", b"\xef\xbb\xbf")) + text.getvalue().encode()


def _cells(row: Row, decimals: int, clock: int | None, random: Random) -> dict[str, str]:
    grain = Fraction(1, 10**decimals)
    price = row.unit_price / grain
    return {
        "time": _time(row.at, clock, random),
        "kind": random.choice((str, str.upper, str.title))(row.kind),
        "asset": row.asset,
        "quantity": _number(row.coins * grain, random),
        "unit_price": _number(price, random) if price or row.kind in ("buy", "sell") else "",
        "fee": _number(row.fee, random) if row.fee else random.choice(("", "0", "0.00")),
        "wallet": f" {row.wallet}",
        "id": f"{row.id} ",
        "lots": "; ".join(f"{lot}:{from_units(some, decimals)}" for lot, some in row.picks),
    }


def _time(hours: int, clock: int | None, random: Random) -> str:
    if clock is not None:
        return str((START_S + hours * 3600) * clock)
    ahead = random.choice((None, -7, 0, 2, 9))
    local = hours + 24 + (ahead or 0)
    day, hour = divmod(local, 24)
    date = f"{'2023-12-31' if day == 0 else f'2024-01-0{day}'}"
    offset = random.choice(("", "Z")) if ahead is None else f"{ahead:+03d}:00"
    return f"{date}{random.choice('T ')}{hour:02d}:00:00{random.choice(('', '.000'))}{offset}"


def _number(number: Fraction, random: Random) -> str:
    places = max(n for n in range(60) if n == 0 or (number * 10 ** (n - 1)).denominator > 1)
    plain = from_units(int(number * 10**places), places)
    idle = f"{plain}{'0' if '.' in plain else '.0'}"
    return random.choice((plain, idle, f"{int(number * 10**places)}e-{places}"))
