"""What one transaction moved, flow by flow, and who is answerable for it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.settlement.flows import NO_LOG, Context, flows_of, sum_moves, token_asset
from domain.settlement.outcome import Move
from domain.settlement.scope import ChainScope
from tests.kit.books import World
from tests.kit.facts import ETH, USDC, WALLET
from tests.kit.world_names import STRANGER

_MOVES = st.lists(
    st.builds(Move, st.sampled_from("ab"), st.sampled_from("xy"), st.integers(-9, 9)), max_size=9
)


def _context(world: World) -> Context:
    return Context(ChainScope.of(world.card), world.mined[-1], None, None)


def test_the_value_sent_along_is_a_flow_less_what_was_wrapped():
    world = World()
    world.send("", [(USDC, WALLET, STRANGER, 5)], is_meant=False, value_wei=10)
    flows = flows_of(_context(world), wrapped_wei=4)
    assert [(one.asset, one.units, one.log_index) for one in flows] == [
        (USDC, 5, 0), (ETH, 6, NO_LOG),
    ]  # fmt: skip
    assert len(flows_of(_context(world), wrapped_wei=10)) == 1


def test_without_a_plan_the_desk_is_answerable():
    world = World()
    world.send("", [], is_meant=False)
    context = _context(world)
    assert (context.strategy, context.execution_id, context.opportunity_id) == ("desk", "", "")


def test_a_token_with_an_id_is_an_asset_of_its_own():
    scope = ChainScope.of(World().card)
    assert token_asset(scope, "0xaa", "erc721", 7) == "eip155:31337/erc721:0xaa/7"
    assert token_asset(scope, STRANGER, "erc20", None) == f"eip155:31337/erc20:{STRANGER}"


@given(_MOVES)
def test_moves_are_summed_by_account_and_asset_and_those_that_cancel_are_gone(moves: list[Move]):
    summed = sum_moves(moves)
    assert all(one.units for one in summed)
    assert sum(one.units for one in summed) == sum(one.units for one in moves)
    assert list(summed) == sorted(summed)
    assert len({(one.account, one.asset) for one in summed}) == len(summed)
