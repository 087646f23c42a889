"""Following a real chain, reorganisation included."""

from __future__ import annotations

import asyncio

import pytest

from live.chain.finality import ChainView, Finality, standing
from live.chain.follower import read_view

pytestmark = pytest.mark.chain


def test_a_mined_block_becomes_safe_and_then_final(chain):
    async def rounds():
        async with chain.client() as client:
            view, answers = ChainView(depth=8), []
            head = await client.head()
            for _ in range(3):
                view = (await read_view(client, view)).view
                answers.append(standing(view, head.number, head.hash))
                chain.mine()
            return answers

    assert asyncio.run(rounds()) == [Finality.INCLUDED, Finality.SAFE, Finality.FINAL]


def test_a_reorganised_block_is_taken_back(chain):
    async def rounds():
        async with chain.client() as client:
            chain.mine(3)
            before = await read_view(client, ChainView(depth=8))
            head = await client.head()
            chain.reorg(2)
            after = await read_view(client, before.view)
            return head, after

    head, after = asyncio.run(rounds())
    assert [reorg.number for reorg in after.reorged] == [head.number - 1, head.number]
    assert standing(after.view, head.number, head.hash) is Finality.NONE
