"""What a node's error means where nothing was sent: never an exception that is not the house's."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Permanent, Reverted, RpcUnavailable
from live.chain.refusals import refusal

ANYTHING = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=7), inner),
)


@given(ANYTHING | st.fixed_dictionaries({"code": ANYTHING, "message": ANYTHING}))
def test_whatever_a_node_calls_an_error_is_one_of_ours(error: object):
    found = refusal("eth_call", {"error": error})
    assert type(found) in {Permanent, Reverted, RpcUnavailable}


@pytest.mark.chain
def test_a_block_the_node_does_not_have_yet_is_asked_for_again(chain):
    async def both() -> tuple[object, ...]:
        async with chain.client() as client:
            later = (await client.head()).number + 5
            wallet = chain.card.wallet
            return await asyncio.gather(
                client.balance_wei(wallet, later),
                client.erc20_balance(chain.usdc, wallet, later),
                client.logs("0x" + "77" * 32),
                return_exceptions=True,
            )

    assert [type(failed) for failed in asyncio.run(both())] == [RpcUnavailable] * 3
