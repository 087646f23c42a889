"""One chain behind several nodes: failover where it is safe, agreement where it matters."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.errors import ConfigRefused, OutcomeUnknown, RpcUnavailable
from live.chain.endpoints import FIRST_PAUSE_S, Endpoints
from live.chain.rpc import ChainClient
from live.chain.send_answers import Accepted
from tests.kit.chain import TestChain
from tests.kit.scripted import ScriptedChain, ScriptedSigner
from tests.kit.trading import a_receipt

TX = "0x" + "ab" * 32
FOREIGN = "0x" + "cd" * 32


class Node(ScriptedChain):
    """A scripted node with a name that counts what it is asked."""

    def __init__(self, name: str, script: tuple[str, ...] = ()) -> None:
        super().__init__([], script)
        self.name = name
        self.asked = 0

    async def _answer(self) -> None:
        self.asked += 1
        await super()._answer()

    async def close(self) -> None:
        """Have nothing to close."""


def told(story: Callable[[], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        return await story()

    return asyncio.run(run())


def raw() -> bytes:
    from live.chain.signer import Eip1559Tx

    return ScriptedSigner().sign(
        Eip1559Tx(
            chain_id=1, nonce=0, to=None, data=b"\x01", gas_limit=1, max_fee_per_gas_wei=1,
            max_priority_fee_per_gas_wei=1,
        )
    ).raw  # fmt: skip


def test_a_node_that_is_away_is_passed_over_and_rests():
    one, other = Node("one"), Node("other")
    one.is_away = True

    async def story() -> None:
        both = Endpoints([one, other])
        await both.head()
        await both.head()

    told(story)
    assert (one.asked, other.asked) == (1, 2)


def test_a_node_is_asked_again_after_its_pause_and_forgiven():
    one, other = Node("one"), Node("other")
    one.is_away = True

    async def story() -> None:
        now_s = 0.0
        both = Endpoints([one, other], now_s=lambda: now_s)
        await both.head()
        one.is_away = False
        now_s += FIRST_PAUSE_S
        await both.head()
        await both.head()

    told(story)
    assert (one.asked, other.asked) == (3, 1)


def test_a_node_that_is_away_for_days_is_asked_as_long_as_it_takes():
    one = Node("one")
    one.is_away = True

    async def story() -> None:
        alone = Endpoints([one])
        for _ in range(1_200):
            with pytest.raises(RpcUnavailable):
                await alone.head()
        one.is_away = False
        await alone.head()

    told(story)


def test_when_every_node_is_away_the_chain_is_away():
    nodes = [Node("one"), Node("other")]
    for node in nodes:
        node.is_away = True
    with pytest.raises(RpcUnavailable):
        told(lambda: Endpoints(nodes).head())


def test_a_send_goes_to_the_next_node_only_where_nothing_can_have_left():
    away, good = Node("away", ("away",)), Node("good")
    assert isinstance(told(lambda: Endpoints([away, good]).send_raw(raw())), Accepted)
    assert len(good.sent) == 1
    cut, never = Node("cut", ("lost",)), Node("never")
    with pytest.raises(OutcomeUnknown):
        told(lambda: Endpoints([cut, never]).send_raw(raw()))
    assert never.sent == [], "what may have arrived is not sent again"


def test_a_node_that_lies_about_a_receipt_is_outvoted():
    nodes = [Node("liar"), Node("b"), Node("c")]
    nodes[0].receipts[TX] = a_receipt(tx_hash=TX, block_hash=FOREIGN)
    assert told(lambda: Endpoints(nodes).receipt(TX)) is None
    for node in nodes[1:]:
        node.receipts[TX] = a_receipt(tx_hash=TX)
    assert told(lambda: Endpoints(nodes).receipt(TX)) == a_receipt(tx_hash=TX)


def test_without_agreement_it_is_unknown_and_nobody_is_believed():
    nodes = [Node("a"), Node("b"), Node("c")]
    for count, node in enumerate(nodes):
        node.used = dict.fromkeys(range(count), TX)
    with pytest.raises(RpcUnavailable, match="too few nodes agree"):
        told(lambda: Endpoints(nodes).nonce("0x"))
    nodes[2].used = nodes[1].used
    assert told(lambda: Endpoints(nodes).nonce("0x")) == 1
    nodes[1].is_away = True
    with pytest.raises(RpcUnavailable):
        told(lambda: Endpoints(nodes).nonce("0x"))


def test_fewer_nodes_than_have_to_agree_are_refused():
    with pytest.raises(ConfigRefused):
        Endpoints([])
    with pytest.raises(ConfigRefused):
        Endpoints([Node("one")], agreeing=2)


@pytest.mark.chain
def test_a_real_chain_behind_a_dead_node_answers_every_question(chain: TestChain):
    async def story() -> tuple[int, int, object]:
        nodes = [ChainClient("http://127.0.0.1:1"), chain.client()]
        async with Endpoints(nodes) as both:
            wallet = chain.card.wallet
            await both.block("finalized")
            return (
                await both.balance_wei(wallet),
                await both.erc20_balance(chain.usdc, wallet),
                await both.transaction(TX),
            )

    assert told(story) == (
        int(chain.rpc("eth_getBalance", chain.card.wallet, "latest"), 16),
        chain.units(chain.usdc, chain.card.wallet),
        None,
    )
