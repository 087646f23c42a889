"""Random histories of lots for hypothesis, and a textbook matcher to hold the engine against.

The matcher knows purchases, sales and fees alone, keeps exact fractions and looks through every lot
for every part: slow, and too simple to be wrong in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from hypothesis import strategies as st

from domain.lots.order import in_order
from domain.lots.types import Book, Fact, FeePolicy, Kind, Method, Scope

ASSETS, WALLETS = ("BTC", "ETH"), ("cold", "hot", "venue")
UNPICKED = tuple(method for method in Method if method is not Method.SPECIFIC)

_UNITS = st.integers(1, 40)
_TIME = st.integers(0, 12)
_asset = st.sampled_from(ASSETS)
_wallet = st.sampled_from(WALLETS)


def _trades(*kinds: Kind) -> st.SearchStrategy[list[Fact]]:
    return st.builds(
        lambda time_ns, kind, asset, quantity, price, fee, wallet: [
            Fact(time_ns, kind, asset, quantity, quantity * price * 10, fee, price, wallet)
        ],
        _TIME,
        st.sampled_from(kinds),
        _asset,
        _UNITS,
        st.integers(0, 9),
        st.one_of(st.just(0), st.integers(-3, 17)),
        _wallet,
    )


def _halves(
    is_wrap: bool, left: int, asset: str, out: int, into: int, came: int, price: int, fee: int
) -> list[Fact]:
    kinds = (Kind.WRAP_OUT, Kind.WRAP_IN) if is_wrap else (Kind.TRANSFER_OUT, Kind.TRANSFER_IN)
    arriving = "W" + asset if is_wrap else asset
    value = out * price * 10
    return [
        Fact(left, kinds[0], asset, out, value, fee, price, "cold"),
        Fact(left + came, kinds[1], arriving, into, 0, 0, 0, "hot"),
    ]


_moves = st.builds(
    _halves, st.booleans(), _TIME, _asset, _UNITS, _UNITS, st.integers(-1, 3), _UNITS, st.just(0)
)
_charged_moves = st.builds(
    _halves, st.booleans(), _TIME, _asset, _UNITS, _UNITS, st.just(1), _UNITS, st.integers(0, 9)
)
_strays = st.builds(
    lambda half, pair: [pair[half]], st.integers(0, 1), st.one_of(_moves, _charged_moves)
)


def _named(happenings: list[list[Fact]]) -> list[Fact]:
    return [
        Fact(
            one.time_ns, one.kind, one.asset, one.quantity_units, one.value_units, one.fee_units,
            one.price_units, one.wallet, f"f{number}",
        )
        for number, facts in enumerate(happenings)
        for one in facts
    ]  # fmt: skip


_plain = _trades(Kind.BUY, Kind.BUY, Kind.SELL, Kind.FEE)
PLAIN = st.lists(_plain, max_size=14).map(_named)
"""Histories of purchases, sales and fees, with shortages and shared instants."""
ANY = st.lists(st.one_of(_plain, _plain, _moves, _charged_moves, _strays), max_size=14).map(_named)
"""Histories with transfers and wraps too, some of them halves, some arriving before they left."""
BOOKS = st.builds(
    Book, st.sampled_from(Method), st.sampled_from(Scope), st.sampled_from(FeePolicy), st.booleans()
)


class _Textbook(NamedTuple):
    """A lot of the textbook: exact, and never more than looked through."""

    fact: Fact
    left: int
    unit_cost: Fraction


Part = tuple[str, str, int, Fraction]
"""Lot id, disposal id, quantity, basis."""


def textbook(facts: Sequence[Fact], method: Method, scope: Scope) -> tuple[list[Part], int]:
    """Match by looking through all lots each time; give the parts and the quantity missing."""
    lots: list[_Textbook] = []
    parts: list[Part] = []
    missing = 0
    for fact in in_order(facts):
        place = _place(fact, scope)
        if fact.kind is Kind.BUY:
            cost = Fraction(fact.value_units + fact.fee_units, fact.quantity_units)
            lots.append(_Textbook(fact, fact.quantity_units, cost))
            if method is Method.AVERAGE:
                lots = _averaged(lots, place, scope)
            continue
        left = fact.quantity_units
        while left and (
            open_lots := [x for x in lots if x.left and _place(x.fact, scope) == place]
        ):
            lot = _choice(open_lots, method)
            taken = min(left, lot.left)
            left -= taken
            lots[lots.index(lot)] = lot._replace(left=lot.left - taken)
            parts.append((lot.fact.id, fact.id, taken, lot.unit_cost * taken))
        missing += left
    return parts, missing


def _place(fact: Fact, scope: Scope) -> tuple[str, str]:
    return fact.asset, fact.wallet if scope is Scope.WALLET else ""


def _choice(lots: list[_Textbook], method: Method) -> _Textbook:
    """Lots come in their order of age."""
    if method is Method.LIFO:
        return lots[-1]
    if method in (Method.HIFO, Method.LOFO):
        sign = -1 if method is Method.HIFO else 1
        return min(lots, key=lambda lot: sign * lot.fact.price_units)
    return lots[0]


def _averaged(lots: list[_Textbook], place: tuple[str, str], scope: Scope) -> list[_Textbook]:
    here = [lot for lot in lots if lot.left and _place(lot.fact, scope) == place]
    left = sum(lot.left for lot in here)
    cost = sum((lot.left * lot.unit_cost for lot in here), Fraction(0)) / left
    elsewhere = [lot for lot in lots if lot not in here]
    return [*elsewhere, _Textbook(here[0].fact, left, cost)]
