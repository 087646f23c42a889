"""On a real node: receipts come with its heads, and what a block passed over is offered again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from live.chain.decoding import block_head
from live.chain.rpc import ChainClient
from live.chain.send_answers import SendAnswer
from live.chain.socket import NodeSocket, socket_url
from live.execution.calls import call_of
from live.execution.chain_lane import ChainLane
from live.execution.machine import State
from live.execution.offering import Prepared
from tests.kit.chain import GWEI, TestChain
from tests.kit.edges import PATIENT, atomic_edge, set_prices
from tests.kit.eventually import eventually
from tests.kit.exchange import PaperExchange
from tests.kit.real_desk import Desk, at_work

pytestmark = pytest.mark.chain
ETH = 10**18
UNHURRIED = msgspec.structs.replace(
    PATIENT, receipt_s=60.0, absent_after_s=60.0, retire_after_s=60.0
)
"""Gives nothing up while a busy machine takes its time."""
DEAF = msgspec.structs.replace(UNHURRIED, poll_s=60.0)
"""Looks at heads, and in a minute."""


@asynccontextmanager
async def told_by(chain: TestChain, lane: ChainLane) -> AsyncIterator[NodeSocket]:
    """Let a node tell a lane its heads, over a socket that is open and subscribed."""
    told: list[bool] = []
    socket = NodeSocket(socket_url(chain.rpc_url), tell=lambda is_open, _how: told.append(is_open))
    socket.subscribe(["newHeads"], lambda head: lane.heads.hear(block_head(head)))
    running = asyncio.create_task(socket.run())
    try:
        await eventually(lambda: told)
        yield socket
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.fixture
def leaping(chain: TestChain) -> Iterator[TestChain]:
    """A chain whose base fee may leap; it is put back, which reverting alone does not do."""
    calm = chain.rpc("eth_getBlockByNumber", "latest", False)["baseFeePerGas"]
    yield chain
    chain.rpc("evm_setAutomine", True)
    chain.rpc("anvil_setNextBlockBaseFeePerGas", calm)
    chain.mine()


def test_a_receipt_comes_with_the_head_of_its_block_and_nobody_polls(
    chain: TestChain, tmp_path: Path
):
    set_prices(chain, univ2_a=2_900, univ2_b=3_100)
    opportunity = atomic_edge(chain, "univ2-a", "univ2-b", ETH)
    chain.rpc("evm_setAutomine", False)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        async with ChainClient(chain.rpc_url) as client:
            lane = ChainLane(client, chain.desk, desk.card, DEAF)
            await lane.open()
            async with told_by(chain, lane):
                call = call_of(opportunity, desk.card, await lane.deadline_block())
                prepared = await lane.prepare("told", call)
                assert isinstance(prepared, Prepared)
                sending = asyncio.create_task(lane.send(prepared))
                await eventually(lambda: desk.client.transaction(prepared.intent.tx_hash))
                await asyncio.to_thread(chain.mine)
                answer = await asyncio.wait_for(sending, timeout=30)
                assert answer.status == "INCLUDED"

    at_work(chain, tmp_path, story)


def test_a_trade_whose_socket_dies_after_the_send_is_polled_for_and_settles(
    chain: TestChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    set_prices(chain, univ2_a=2_900, univ2_b=3_100)
    opportunity = atomic_edge(chain, "univ2-a", "univ2-b", ETH)
    chain.rpc("evm_setAutomine", False)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        async with told_by(chain, desk.lane) as socket:
            client, answered = ChainClient(chain.rpc_url, socket=socket), asyncio.Event()
            hand_in = client.send_raw

            async def noted(raw: bytes) -> SendAnswer:
                answer = await hand_in(raw)
                answered.set()
                return answer

            monkeypatch.setattr(client, "send_raw", noted)
            lane = ChainLane(client, chain.desk, desk.card, UNHURRIED)
            await lane.open()
            call = call_of(opportunity, desk.card, await lane.deadline_block())
            prepared = await lane.prepare("polled", call)
            assert isinstance(prepared, Prepared)
            sending = asyncio.create_task(lane.send(prepared))
            await answered.wait()
        assert not socket.is_open
        await asyncio.to_thread(chain.mine)
        answer = await sending
        await client.close()
        assert answer.status == "INCLUDED"

    at_work(chain, tmp_path, story)


def test_a_base_fee_that_leaps_over_a_trade_that_still_pays_has_it_offered_for_more(
    leaping: TestChain, tmp_path: Path
):
    set_prices(leaping, univ2_a=2_900, univ2_b=3_100)
    opportunity = atomic_edge(leaping, "univ2-a", "univ2-b", ETH)
    earned_before = leaping.units(leaping.usdc, leaping.card.wallet)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        async with told_by(leaping, desk.lane):
            leaping.rpc("evm_setAutomine", False)
            playing = asyncio.create_task(desk.play(opportunity))
            await desk.sent_hash()
            leaping.rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * GWEI))
            await asyncio.to_thread(leaping.mine)
            await eventually(lambda: len(desk.recorder.of("transaction.intended")) > 1)
            dearer = desk.recorder.of("transaction.intended")[1]
            await eventually(lambda: desk.client.transaction(dearer.tx_hash))
            await asyncio.to_thread(leaping.mine)
            run = await playing
            assert run.state is State.SETTLED
        first, second = desk.recorder.of("transaction.intended")
        assert (first.purpose, second.purpose) == ("leg", "leg")
        assert first.nonce == second.nonce
        assert desk.statuses("transaction.observed") == ["INCLUDED", "REPLACED"]
        assert leaping.units(leaping.usdc, leaping.card.wallet) > earned_before

    at_work(leaping, tmp_path, story, UNHURRIED)
