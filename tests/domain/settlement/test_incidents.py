"""Premiums, taxes and shares: told by logs, booked apart from the legs, never swallowed."""

from __future__ import annotations

import pytest
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.balances import balances
from domain.settlement.incidents import FLASH_TOPICS, LIQUIDITY_TOPICS
from tests.kit.books import World
from tests.kit.facts import USDC, WALLET, WETH
from tests.kit.incidents import (
    AAVE_V3,
    LENDER,
    borrow,
    buy_taxed,
    give_liquidity,
    sell_taxed,
    take_liquidity,
    with_a_taxed_base,
)
from tests.kit.world_names import EXECUTOR_ACCOUNT, OPENING, STRANGER, WALLET_ACCOUNT

_UNITS = st.integers(10, 10**20)


def _taxed_world() -> World:
    world = World()
    world.card = with_a_taxed_base(world.card)
    return world


def _held(world: World) -> dict:
    found = balances(world.entries())
    return {key: units for key, units in found.items() if units or key in OPENING}


@pytest.mark.parametrize(
    "event",
    [
        "FlashLoan(address,address,address,uint256,uint8,uint256,uint16)",
        "FlashLoan(address,address,address,uint256,uint256,uint16)",
        "FlashLoan(address,address,uint256,uint256)",
        "Flash(address,address,uint256,uint256,uint256,uint256)",
    ],
)
def test_flash_loans_are_known_by_their_signature(event: str):
    assert "0x" + keccak(text=event).hex() in FLASH_TOPICS


@pytest.mark.parametrize(
    "event",
    [
        "Mint(address,uint256,uint256)",
        "Burn(address,uint256,uint256,address)",
        "Mint(address,address,int24,int24,uint128,uint256,uint256)",
        "Collect(address,address,int24,int24,uint128,uint128)",
    ],
)
def test_liquidity_is_known_by_its_signature(event: str):
    assert "0x" + keccak(text=event).hex() in LIQUIDITY_TOPICS


@given(_UNITS, st.integers(1, 9))
def test_what_a_token_keeps_of_a_purchase_is_a_tax_and_the_leg_stays_whole(base: int, tax: int):
    world = _taxed_world()
    buy_taxed(world, base, tax, 3_000)
    done = world.settled()
    assert [(leg.base_units, leg.quote_units) for leg in done.legs] == [(base, -3_000)]
    (one,) = done.incidents
    assert (one.kind, one.units, one.account) == ("transfer_tax", -tax, WALLET_ACCOUNT)
    assert (one.venue, one.strategy, done.unexplained) == ("univ2-a", "dex_dex", ())
    assert world.attribution(done).residual_usd_e24 == 0


@given(_UNITS, st.integers(1, 9))
def test_what_a_token_keeps_of_a_sale_is_a_tax_beside_what_the_pool_got(base: int, tax: int):
    world = _taxed_world()
    sell_taxed(world, base, tax, 3_000)
    done = world.settled()
    assert [leg.base_units for leg in done.legs] == [tax - base]
    assert [(one.kind, one.units) for one in done.incidents] == [("transfer_tax", -tax)]
    assert _held(world) == dict(world.held)


def test_the_same_logs_of_a_token_that_does_not_tax_stay_unexplained():
    world = World()
    sell_taxed(world, 100, 5, 3_000)
    done = world.settled()
    assert done.incidents == ()
    assert [(one.asset, one.units) for one in done.unexplained] == [(WETH, -5)]


@given(_UNITS, st.integers(1, 10**6), st.integers(0, 10**9))
def test_a_loan_given_back_costs_its_premium_and_nothing_else(units: int, premium: int, gain: int):
    world = World()
    borrow(world, units, premium, gain)
    done = world.settled()
    (one,) = done.incidents
    assert (one.kind, one.units, one.asset) == ("flash_loan_premium", -premium, USDC)
    assert (one.account, done.unexplained) == (EXECUTOR_ACCOUNT, ())
    assert sum(leg.quote_units for leg in done.legs) == gain
    assert world.attribution(done).residual_usd_e24 == 0


def test_a_loan_without_a_premium_moves_nothing():
    world = World()
    borrow(world, 10**9, 0, 5)
    done = world.settled()
    assert (done.incidents, done.unexplained) == ((), ())


def test_a_loan_that_its_lender_did_not_log_is_not_believed():
    world = World()
    moves = [(USDC, LENDER, WALLET, 100), (USDC, WALLET, LENDER, 101)]
    world.send(world.plan("dex_dex", ()), moves)
    assert [one.units for one in world.settled().unexplained] == [100, -101]


def test_a_loan_that_was_not_given_back_in_full_is_not_believed():
    world = World()
    moves = [(USDC, LENDER, WALLET, 100), (USDC, WALLET, LENDER, 100)]
    world.send(world.plan("dex_dex", ()), moves, told=[(LENDER, (AAVE_V3,), (0, 100, 0, 1))])
    assert [one.units for one in world.settled().unexplained] == [100, -100]


def test_nobody_believes_a_log_in_a_transaction_nobody_meant():
    world = World()
    moves = [(USDC, LENDER, WALLET, 100), (USDC, WALLET, LENDER, 101)]
    told = [(LENDER, (AAVE_V3,), (0, 100, 0, 1))]
    world.send("", moves, is_meant=False, sender=STRANGER, told=told)
    assert world.settled().incidents == ()


@given(_UNITS, _UNITS, _UNITS)
def test_liquidity_is_one_change_of_both_tokens_and_the_shares(base: int, quote: int, shares: int):
    world = World()
    give_liquidity(world, base, quote, shares)
    take_liquidity(world, base + 1, quote - 1, shares)
    done = world.settled()
    assert (done.legs, done.unexplained) == ((), ())
    given_away, taken_back = done.liquidity
    assert {move.asset: move.units for move in given_away.moves} == {
        WETH: -base, USDC: -quote, f"eip155:31337/erc20:{world.pool('univ2-a')}": shares,
    }  # fmt: skip
    assert sum(move.units for move in taken_back.moves) == base + quote - shares
    assert _held(world) == {key: units for key, units in world.held.items() if units}
