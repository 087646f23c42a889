"""Asking contracts: a pool that cannot be read is named alone; an absent node says nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from domain.desk import Pool
from domain.errors import Reverted, RpcUnavailable, SchemaDrift
from live.collectors.pool_events import PoolNow
from live.collectors.pool_oracle import Asked, ask_contracts
from tests.kit.facts import a_card

POOLS = a_card().chain.pools


@dataclass(frozen=True)
class ABlock:
    number: int = 7
    hash: str = "ours"
    parent_hash: str = "before"


class Node:
    """Has one block."""

    def __init__(self, block: ABlock | None) -> None:
        self._block = block

    async def block(self, which: int | str) -> ABlock | None:
        assert which == 7
        return self._block


async def _read(pool: Pool) -> PoolNow:
    failing = {"univ2-b": SchemaDrift("no contract"), "univ3": Reverted("refused")}
    if pool.venue in failing:
        raise failing[pool.venue]
    return PoolNow(reserve0=1, reserve1=2)


async def _silent(pool: Pool) -> PoolNow:
    raise RpcUnavailable("no answer")


def _asked(node: Node, read: object = _read) -> Asked:
    return asyncio.run(ask_contracts(node, ABlock(), POOLS, read))  # type: ignore[arg-type]


def test_pools_that_cannot_be_read_are_named_and_the_others_are_read():
    asked = _asked(Node(ABlock()))
    assert asked.states == {"univ2-a": PoolNow(reserve0=1, reserve1=2)}
    assert [(entry.venue, entry.reason) for entry in asked.unreadable] == [
        ("univ2-b", "no contract"),
        ("univ3", "refused"),
    ]


@pytest.mark.parametrize("now", [None, ABlock(hash="theirs")])
def test_a_block_that_was_taken_back_meanwhile_says_nothing(now):
    with pytest.raises(RpcUnavailable, match="taken back"):
        _asked(Node(now))


def test_a_node_that_does_not_answer_says_nothing_about_pools():
    with pytest.raises(RpcUnavailable, match="no answer"):
        _asked(Node(ABlock()), _silent)
