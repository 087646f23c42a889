"""A rebase is what a block changed that no Transfer explains, and only where the token says so."""

from __future__ import annotations

import pytest
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.balances import balances
from domain.settlement.rebases import REBASE_TOPICS, rebase_incidents
from domain.settlement.scope import ChainScope
from tests.kit.books import World
from tests.kit.facts import WETH
from tests.kit.incidents import rebase
from tests.kit.world_names import WALLET_ACCOUNT


@pytest.mark.parametrize(
    "event",
    [
        "LogRebase(uint256,uint256)",
        "TokenRebased(uint256,uint256,uint256,uint256,uint256,uint256,uint256)",
    ],
)
def test_rebases_are_known_by_their_signature(event: str):
    assert "0x" + keccak(text=event).hex() in REBASE_TOPICS


@given(st.integers(-(10**19), 10**19), st.integers(0, 10**18))
def test_what_was_received_in_the_same_block_is_not_the_rebase(units: int, received: int):
    world = World()
    rebase(world, units, received)
    done = world.settled()
    assert [one.units for one in done.incidents] == ([units] if units else [])
    assert balances(world.entries(done))[WALLET_ACCOUNT, WETH] == world.held[WALLET_ACCOUNT, WETH]
    assert world.attribution(done).residual_usd_e24 == 0


def test_a_rebase_that_was_captured_twice_counts_once():
    world = World()
    rebase(world, 7)
    seen = [*world.rebases, *world.rebases]
    (one,) = rebase_incidents(ChainScope.of(world.card), seen, [])
    assert (one.kind, one.units, one.account, one.asset) == ("rebase", 7, WALLET_ACCOUNT, WETH)


def test_a_negative_rebase_is_a_loss_of_its_own_cause():
    world = World()
    rebase(world, -(10**18))
    attribution = world.attribution()
    (row,) = [row for row in attribution.rows if row.cause == "rebase"]
    assert row.amount_usd_e24 == -3_000 * 10**24
