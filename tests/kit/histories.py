"""Random histories for hypothesis: what a desk may live through in a day, in any order."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st

from tests.kit.books import World, cex_dex, dex_dex
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WALLET, WETH
from tests.kit.incidents import (
    PAPER_BNB,
    borrow,
    buy_taxed,
    carry,
    give_liquidity,
    rebase,
    revise,
    sell_taxed,
    take_liquidity,
    with_odd_tokens,
    wrap,
)
from tests.kit.transits import credit, from_outside, land, pay_in, pay_out, with_deposits
from tests.kit.world_names import STRANGER

Happening = Callable[[World], object]

_WEI = st.integers(1, 10**20)
_USDC = st.integers(1, 10**12)
_LOTS = st.one_of(st.integers(1, 10**11), st.integers(10**12, 10**13))
"""Of the exchange's coin; the larger ones cross zero, for the desk opens with two hundred."""
_PART = st.tuples(_LOTS, st.integers(1, 10**14), st.integers(0, 10**9))
_GAS = st.integers(1, 10**16)


def _mark(e6: int, underlying: str) -> Happening:
    return lambda world: world.mark(e6, underlying)


def _then(happen: Happening, mark: Happening | None) -> Happening:
    return lambda world: (happen(world), mark(world) if mark else None)


def _dex(base: int, paid: int, got: int, gas: int, status: int) -> Happening:
    return lambda world: dex_dex(world, base, paid, got, gas_wei=gas, status=status)


def _cex(
    lots: int, quote: int, parts: list, hedge: list, gas: int, is_short: bool, side: str, fee: str
) -> Happening:
    def happen(world: World) -> object:
        wanted = sum(part[0] for part in parts) + is_short
        return cex_dex(
            world, lots, quote, parts, wanted_units=wanted, hedge=hedge, gas_wei=gas, side=side,
            fee_asset=fee,
        )  # fmt: skip

    return happen


def _strange(side: str, parts: list, fee: str) -> Happening:
    return lambda world: world.order("", side, parts, is_meant=False, fee_asset=fee)


def _taken_back(trade: Happening, base: int | None, quote: int, fee: int) -> Happening:
    def happen(world: World) -> object:
        trade(world)
        return revise(world, len(world.fills) - 1, base, quote, fee)

    return happen


def _capital(kind: str, asset: str, units: int, fee: int) -> Happening:
    return lambda world: from_outside(world, kind, asset, units, fee)


def _moved(  # one transfer of ours: what happens between its sides is part of it
    is_in: bool, asset: str, units: int, fee: int, dust: int, tells: bool, between: list[Happening],
    comes: bool,
) -> Happening:  # fmt: skip
    def happen(world: World) -> object:
        if is_in:
            sent = pay_in(world, asset, units, dust_wei=dust if tells and asset == PAPER_ETH else 0)
        else:
            sent = pay_out(world, asset, units, fee=fee)
        for one in between:
            one(world)
        if comes and is_in:
            credit(world, sent, fee=fee, is_named=tells)
        elif comes:
            land(world, sent, is_named=tells)
        return sent

    return happen


def _incident(kind: str, asset: str, units: int, fee: int) -> Happening:
    def happen(world: World) -> object:
        world.tick()
        return world.statement(kind, "", asset, units, fee)

    return happen


def _stray(asset: str, units: int, is_in: bool) -> Happening:
    move = (asset, STRANGER, WALLET, units) if is_in else (asset, WALLET, STRANGER, units)
    sender = STRANGER if is_in else WALLET
    return lambda world: world.send("", [move], sender=sender, is_meant=False)


def _native_sent(wei: int) -> Happening:
    return lambda world: world.send("", [], is_meant=False, value_wei=wei)


def _taxed(happen: Callable[..., object], base: int, parts: int, quote: int) -> Happening:
    return lambda world: happen(world, base, base // parts, quote)


def _beside(happen: Callable[..., object], *amounts: int | str | None) -> Happening:
    return lambda world: happen(world, *amounts)


_SIDES = st.sampled_from(("buy", "sell"))
_FEE_ASSETS = st.sampled_from((PAPER_USDC, PAPER_ETH, PAPER_BNB))
_CEX = st.builds(
    _cex, _LOTS, _USDC, st.lists(_PART, max_size=3), st.lists(_PART, max_size=2), _GAS,
    st.booleans(), _SIDES, _FEE_ASSETS,
)  # fmt: skip
_QUIET = st.one_of(
    st.builds(_mark, st.integers(1, 10**11), st.just("ETH")),
    st.builds(_dex, _WEI, _USDC, _USDC, _GAS, st.integers(0, 1)),
)
_TRANSIT = st.builds(
    _moved, st.booleans(), st.sampled_from((PAPER_ETH, PAPER_USDC)), _LOTS.map(lambda n: n * 100),
    st.integers(0, 10**6), st.integers(0, 10**8 - 1), st.booleans(),
    st.lists(_QUIET, max_size=2), st.sampled_from((True, True, False)),
)  # fmt: skip
BESIDE = st.one_of(
    _TRANSIT,
    st.builds(_beside, st.just(borrow), _USDC, st.integers(0, 10**6), _USDC),
    st.builds(_beside, st.sampled_from((give_liquidity, take_liquidity)), _WEI, _USDC, _WEI),
    st.builds(_beside, st.just(rebase), st.integers(-(10**20), 10**20), st.integers(0, 10**18)),
    st.builds(_beside, st.just(revise), st.integers(0, 9), st.none() | _LOTS, _USDC, _LOTS),
    st.builds(_taken_back, _CEX, st.none() | _LOTS, _USDC, _LOTS),
    st.builds(_beside, st.just(wrap), _WEI, st.booleans()),
    st.builds(_beside, st.just(carry), st.sampled_from((WETH, USDC)), _USDC, st.booleans()),
    st.builds(_taxed, st.sampled_from((buy_taxed, sell_taxed)), _WEI, st.integers(2, 99), _USDC),
)
"""What happens beside trades: transfers, loans, shares, rebases, wraps, moves, corrections."""
MARKS = st.builds(_mark, st.integers(1, 10**11), st.sampled_from(("ETH", "ETH", "BNB")))
PLANNED = st.one_of(
    MARKS,
    st.builds(_dex, _WEI, _USDC, _USDC, _GAS, st.integers(0, 1)),
    _CEX,
    st.builds(
        _incident, st.sampled_from(("funding", "rollover")),
        st.sampled_from((PAPER_ETH, PAPER_USDC)), st.integers(-(10**9), 10**9),
        st.integers(0, 10**6),
    ),
    st.builds(
        _incident, st.sampled_from(("rebate", "airdrop")),
        st.sampled_from((PAPER_ETH, PAPER_USDC)), _LOTS, st.just(0),
    ),
    st.builds(
        _capital, st.sampled_from(("deposit", "withdrawal")),
        st.sampled_from((PAPER_ETH, PAPER_USDC)), _LOTS, st.integers(0, 10**6),
    ),
)  # fmt: skip
"""What the desk means to do, and what the market does."""

STRAY = st.one_of(
    st.builds(_stray, st.sampled_from((WETH, USDC)), _WEI, st.booleans()),
    st.builds(_native_sent, _WEI),
    st.builds(_strange, _SIDES, st.lists(_PART, min_size=1, max_size=2), _FEE_ASSETS),
)
"""What nobody meant."""


def lived(happenings: list[Happening]) -> World:
    """Let everything happen to a new world."""
    world = World()
    world.card = with_deposits(with_odd_tokens(world.card))
    for happen in happenings:
        happen(world)
    return world


_EVENTS = st.builds(_then, st.one_of(PLANNED, BESIDE, STRAY), st.none() | MARKS)
HISTORIES = st.lists(_EVENTS, max_size=12).map(lived)
PLANNED_HISTORIES = st.lists(PLANNED, max_size=14).map(lived)
TRADED_HISTORIES = st.lists(PLANNED, max_size=14).map(lived).filter(lambda world: world.fills)
few = settings(max_examples=30)
"""For tests that settle a whole history each time."""

__all__ = ["ETH", "HISTORIES", "PLANNED_HISTORIES", "TRADED_HISTORIES", "few", "lived"]
