"""Each cause of profit by itself, with a figure worked out by hand: ETH at 3000, BNB at 600."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from domain.ledger import types
from domain.pnl import types as causes
from domain.pnl.equity import CAPITAL
from tests.kit.books import World, cex_dex, dex_dex
from tests.kit.facts import PAPER_ETH, PAPER_USDC, USDC, WALLET, WETH
from tests.kit.incidents import (
    PAPER_BNB,
    borrow,
    buy_taxed,
    carry,
    give_liquidity,
    rebase,
    revise,
    take_liquidity,
    with_odd_tokens,
    wrap,
)
from tests.kit.marking import marked_otherwise
from tests.kit.world_names import STRANGER

ONE, LOT, CENT = 10**18, 10**10, 10**6
"""A coin on the chain and at the exchange, in base units, and a cent of the exchange's."""
USD, DOLLAR = 10**6, 10**8
"""One USDC on the chain, and at the exchange."""


def amounts(world: World, **changes: object) -> dict[tuple[str, str], Fraction]:
    """Attribute, and give what each venue and cause made, in dollars; nothing may be left over."""
    found = world.attribution(**changes)
    assert (found.residual_usd_e24, found.missing) == (0, ())
    return {
        (row.venue, row.cause): Fraction(row.amount_usd_e24 or 0, 10**24)
        for row in found.rows
        if row.amount_usd_e24
    }


def told(kind: str, asset: str, units: int, fee: int = 0) -> Callable[[World], object]:
    """Let the exchange's statement have a line."""
    return lambda world: (world.tick(), world.statement(kind, "", asset, units, fee))


def traded(**changes: object) -> Callable[[World], object]:
    """Buy one coin at a pool for 3000 and sell it at the exchange for 3010, fee 2."""
    part = [(LOT, 3_010 * DOLLAR, 2 * DOLLAR)]
    return lambda world: cex_dex(world, LOT, 3_000 * USD, part, gas_wei=0, **changes)


def stray(world: World) -> object:
    """Receive five dollars from nobody known."""
    moves = [(USDC, STRANGER, WALLET, 5 * USD)]
    return world.send("", moves, sender=STRANGER, is_meant=False)


def busted_later(world: World) -> None:
    """Sell a coin for 3010 less a fee of 2, and have it taken back when it is worth 3100."""
    traded()(world)
    world.mark(3_100_000_000)
    revise(world, 0, None)


def amended_later(world: World) -> None:
    """Sell a coin, and have half a coin more taken for 1500 and another dollar of fee."""
    traded()(world)
    revise(world, 0, LOT // 2, 1_500 * DOLLAR, DOLLAR)


BNB_FEE = [(LOT, 3_000 * DOLLAR, DOLLAR // 100)]
CASES = {
    "gas is shared by the venues of its transaction": (
        lambda world: dex_dex(world, ONE, 1, 2, gas_wei=2 * 10**15),
        {("univ2-a", "gas"): -3, ("univ2-b", "gas"): -3},
    ),
    "gas of a failure is a cause of its own": (
        lambda world: dex_dex(world, ONE, 1, 2, gas_wei=2 * 10**15, status=0),
        {("univ2-a", "failed_gas"): -3, ("univ2-b", "failed_gas"): -3},
    ),
    "a fee in the quote": (traded(), {("paper", "exchange_fee"): -2}),
    "a fee in a third asset counts at its own mark": (
        lambda world: cex_dex(world, LOT, 0, BNB_FEE, gas_wei=0, fee_asset=PAPER_BNB),
        {("paper", "exchange_fee"): -6},
    ),
    "a rebate is a fee that was given back": (
        told("rebate", PAPER_USDC, DOLLAR),
        {("paper", "rebate"): 1},
    ),
    "funding paid in the coin": (
        told("funding", PAPER_ETH, -LOT // 100),
        {("paper", "funding"): -30},
    ),
    "a rollover is funding, its fee a fee": (
        told("rollover", PAPER_USDC, -DOLLAR, CENT),
        {("paper", "funding"): -1, ("paper", "exchange_fee"): Fraction(-1, 100)},
    ),
    "an airdrop": (told("airdrop", PAPER_ETH, LOT // 10), {("paper", "airdrop"): 300}),
    "a deposit is capital, its fee a cost": (
        told("deposit", PAPER_ETH, LOT, LOT // 1000),
        {("paper", "exchange_fee"): -3},
    ),
    "a withdrawal is capital": (told("withdrawal", PAPER_ETH, -LOT), {}),
    "a premium of a flash loan": (
        lambda world: borrow(world, 3_000 * USD, USD * 3 // 2, 5 * USD),
        {(types.FLASH_LOAN_PREMIUM,): Fraction(-3, 2)},
    ),
    "a tax on a transfer": (
        lambda world: buy_taxed(world, ONE, ONE // 100, 2_990 * USD),
        {(types.TRANSFER_TAX,): -30},
    ),
    "a rebase": (lambda world: rebase(world, -ONE // 10), {(types.REBASE,): -300}),
    "shares of a pool for less than was given": (
        lambda world: give_liquidity(world, ONE, 3_010 * USD, 2 * ONE),
        {("univ2-a", "liquidity"): -10},
    ),
    "shares given back for more": (
        lambda world: take_liquidity(world, ONE, 3_010 * USD, 2 * ONE),
        {("univ2-a", "liquidity"): 10},
    ),
    "a hedge is legging against the mark": (
        traded(hedge=[(LOT, 2_990 * DOLLAR, DOLLAR)]),
        {("paper", "legging"): -10, ("paper", "exchange_fee"): -3},
    ),
    "what nobody meant": (stray, {(types.UNEXPLAINED,): 5}),
    "a bust takes back what was traded at what it is worth then, and its fee": (
        busted_later,
        {("paper", "bust"): 3_100 - 3_010 + 2},
    ),
    "an amendment is worth what it moved, its fee with it": (
        amended_later,
        {("paper", "amendment"): -1_500 + 1_500 - 1},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_cause_is_worth_what_it_is_by_hand(case: str):
    happen, expected = CASES[case]
    world = World()
    world.card = with_odd_tokens(world.card)
    happen(world)
    found = amounts(world)
    for key, amount in expected.items():
        by_cause = sum(worth for (_, cause), worth in found.items() if cause == key[-1])
        assert (found.get(key, 0) if len(key) == 2 else by_cause) == amount
    if not expected:
        assert found == {}


def test_a_wrap_and_a_move_between_our_accounts_are_worth_their_gas_alone():
    world = World()
    wrap(world, ONE, is_back=False)
    carry(world, WETH, ONE, is_back=False)
    assert amounts(world) == {("chain", "gas"): -Fraction(2 * 21_000 * 3_000, ONE)}


def test_a_price_move_and_a_revaluation_are_holdings_times_the_difference():
    world = World()
    world.mark(3_010_000_000)
    assert amounts(world) == {
        ("wallet", causes.PRICE_MOVE): 150 * 10,
        ("paper", causes.PRICE_MOVE): 50 * 10,
    }
    otherwise = marked_otherwise(world, 3_000_000_000, 2_999_000_000)
    assert amounts(world, marks=otherwise) == {
        ("wallet", causes.PRICE_MOVE): 150 * 11,
        ("paper", causes.PRICE_MOVE): 50 * 11,
        ("wallet", causes.REVALUATION): -150,
        ("paper", causes.REVALUATION): -50,
    }


def test_every_cause_of_an_entry_has_its_figure():
    """Terms of planned legs have theirs in `test_attribute`."""
    by_hand = {key[-1] for _, expected in CASES.values() for key in expected}
    no_profit = {types.OPENING, *CAPITAL, types.TRADE, types.TRANSFER, types.CONVERSION}
    of_the_book = {types.PENDING, types.PENDING_CAUSE, types.CORRECTION, types.PRIOR_PERIOD}
    named = {word for name, word in vars(types).items() if name.isupper() and isinstance(word, str)}
    assert named - no_profit - of_the_book <= by_hand
