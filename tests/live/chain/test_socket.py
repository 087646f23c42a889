"""The socket to a node: questions by number, subscriptions, and a death that everybody hears of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiohttp import web

from domain.errors import OutcomeUnknown, Reverted, RpcUnavailable
from live.chain.calldata import call_data
from live.chain.rpc import ChainClient
from live.chain.send_answers import Accepted, Duplicate
from live.chain.socket import Lost, NodeSocket, socket_url
from tests.kit.chain import TestChain
from tests.kit.eventually import eventually

Treat = Callable[[web.WebSocketResponse, dict[str, Any]], Awaitable[None]]


class ScriptedNode:
    """A WebSocket server that treats each question as a test says."""

    def __init__(self, treat: Treat) -> None:
        self.treat = treat
        self.connections: list[web.WebSocketResponse] = []
        self.questions: list[str] = []
        self.url = ""

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections.append(socket)
        async for message in socket:
            question = message.json()
            self.questions.append(question["method"])
            await self.treat(socket, question)
        return socket

    async def tell(self, subscription: str, result: object) -> None:
        params = {"subscription": subscription, "result": result}
        await self.connections[-1].send_json({"method": "eth_subscription", "params": params})


@asynccontextmanager
async def scripted(treat: Treat) -> AsyncIterator[ScriptedNode]:
    node = ScriptedNode(treat)
    app = web.Application()
    app.router.add_get("/", node.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    node.url = f"ws://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield node
    finally:
        await runner.cleanup()


@asynccontextmanager
async def opened(socket: NodeSocket) -> AsyncIterator[NodeSocket]:
    running = asyncio.create_task(socket.run())
    try:
        await eventually(lambda: socket.is_open)
        yield socket
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def echo(socket: web.WebSocketResponse, question: dict[str, Any]) -> None:
    result = question["params"] or f"sub-{question['id']}"
    if question["method"] == "eth_subscribe":
        result = question["params"][0]
    await socket.send_json({"id": question["id"], "result": result})


async def silence(socket: web.WebSocketResponse, question: dict[str, Any]) -> None:
    """Say nothing."""


async def garbage(socket: web.WebSocketResponse, question: dict[str, Any]) -> None:
    for nonsense in ("<html>", "[1, 2]", '"word"', "{}"):
        await socket.send_str(nonsense)


async def cut(socket: web.WebSocketResponse, question: dict[str, Any]) -> None:
    await socket.close()


def test_answers_find_their_questions_in_whatever_order_they_come():
    held: list[dict[str, Any]] = []

    async def backwards(socket: web.WebSocketResponse, question: dict[str, Any]) -> None:
        held.append(question)
        if len(held) == 3:
            for one in reversed(held):
                await echo(socket, one)

    async def story() -> list[Any]:
        async with scripted(backwards) as node, opened(NodeSocket(node.url)) as socket:
            asked = [socket.exchange("eth_call", [number]) for number in range(3)]
            return [answer["result"] for answer in await asyncio.gather(*asked)]

    assert asyncio.run(story()) == [[0], [1], [2]]


@pytest.mark.parametrize("treat", [silence, garbage, cut])
def test_a_question_without_an_answer_is_lost_and_may_have_arrived(treat: Treat):
    async def story() -> bool:
        async with (
            scripted(treat) as node,
            opened(NodeSocket(node.url, timeout_s=0.1)) as socket,
        ):
            with pytest.raises(Lost) as lost:
                await socket.exchange("eth_call", [])
            return lost.value.is_surely_unsent

    assert asyncio.run(story()) is False


def test_a_question_to_a_socket_that_is_down_surely_did_not_arrive():
    async def story() -> bool:
        with pytest.raises(Lost) as lost:
            await NodeSocket("ws://127.0.0.1:1").exchange("eth_call", [])
        return lost.value.is_surely_unsent

    assert asyncio.run(story()) is True


def test_after_its_death_it_comes_back_subscribes_again_and_both_are_told():
    heard: list[dict[str, Any]] = []
    told: list[bool] = []

    async def story() -> None:
        async with scripted(echo) as node:
            socket = NodeSocket(node.url, tell=lambda is_open, _how: told.append(is_open))
            socket.subscribe(["newHeads"], heard.append)
            async with opened(socket):
                await eventually(lambda: told == [True])
                await node.tell("newHeads", {"number": "0x1"})
                await node.tell("a stranger's", {"number": "0x7"})
                await eventually(lambda: heard)
                await node.connections[-1].close()
                await eventually(lambda: told == [True, False, True])
                await node.tell("newHeads", {"number": "0x2"})
                await eventually(lambda: len(heard) > 1)

    asyncio.run(story())
    assert heard == [{"number": "0x1"}, {"number": "0x2"}]


def test_a_node_that_refuses_a_subscription_is_asked_but_never_said_to_tell():
    told: list[tuple[bool, str]] = []

    async def refusing(socket: web.WebSocketResponse, question: dict[str, Any]) -> None:
        if question["params"] == ["logs"]:
            error = {"code": -32601, "message": "not here"}
            await socket.send_json({"id": question["id"], "error": error})
        else:
            await echo(socket, question)

    async def story() -> Any:
        async with scripted(refusing) as node:
            socket = NodeSocket(node.url, tell=lambda is_open, how: told.append((is_open, how)))
            socket.subscribe(["newHeads"], lambda _told: None)
            socket.subscribe(["logs"], lambda _told: None)
            async with opened(socket):
                await eventually(lambda: told)
                return await socket.exchange("eth_call", [7])

    assert asyncio.run(story())["result"] == [7]
    assert told == [(False, "no subscription to logs")]


def test_what_no_node_should_tell_is_passed_over():
    heard: list[dict[str, Any]] = []
    nonsense = (
        {"id": [1], "result": "0x1"},
        {"method": "eth_subscription"},
        {"method": "eth_subscription", "params": None},
        {"method": "eth_subscription", "params": ["newHeads"]},
        {"method": "eth_subscription", "params": {"subscription": ["newHeads"], "result": {}}},
        {"method": "eth_subscription", "params": {"subscription": "newHeads", "result": None}},
    )

    async def story() -> None:
        async with scripted(echo) as node:
            told: list[bool] = []
            socket = NodeSocket(node.url, tell=lambda is_open, _how: told.append(is_open))
            socket.subscribe(["newHeads"], heard.append)
            async with opened(socket):
                await eventually(lambda: told)
                for message in nonsense:
                    await node.connections[-1].send_json(message)
                await node.tell("newHeads", {"number": "0x1"})
                await eventually(lambda: heard)
            assert told == [True]

    asyncio.run(story())
    assert heard == [{"number": "0x1"}]


def test_a_node_without_sockets_is_said_to_have_none():
    told: list[bool] = []

    async def story() -> None:
        socket = NodeSocket("ws://127.0.0.1:1", tell=lambda is_open, _how: told.append(is_open))
        running = asyncio.create_task(socket.run())
        await eventually(lambda: told)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(story())
    assert told[0] is False


def test_a_refusal_is_told_by_its_status_and_never_by_the_address():
    told: list[str] = []

    async def never(_socket: web.WebSocketResponse, _question: dict[str, Any]) -> None: ...

    async def story() -> None:
        async with scripted(never) as node:
            url = f"{node.url}/v3/hunter2"
            socket = NodeSocket(url, tell=lambda _is_open, how: told.append(how))
            running = asyncio.create_task(socket.run())
            await eventually(lambda: told)
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    asyncio.run(story())
    assert "404" in told[0]
    assert "hunter2" not in told[0]


# --- the client on top ----------------------------------------------------------------------------


@asynccontextmanager
async def client_over(url: str, rpc_url: str) -> AsyncIterator[ChainClient]:
    async with (
        opened(NodeSocket(url, timeout_s=0.5)) as socket,
        ChainClient(rpc_url, socket=socket) as client,
    ):
        yield client


def test_what_is_lost_with_the_socket_is_unknown_and_not_sent_over_http_as_well():
    async def story() -> list[str]:
        async with scripted(cut) as node:
            async with client_over(node.url, "http://127.0.0.1:1") as client:
                with pytest.raises(OutcomeUnknown):
                    await client.send_raw(b"\x02" + b"\x01" * 100)
                with pytest.raises(RpcUnavailable):
                    await client.head()
            return node.questions

    assert asyncio.run(story())[0] == "eth_sendRawTransaction"


@pytest.mark.chain
def test_a_real_node_says_the_same_over_the_socket_and_tells_its_heads(chain: TestChain):
    heads: list[dict[str, Any]] = []

    async def story() -> None:
        told: list[bool] = []
        url = socket_url(chain.rpc_url)
        socket = NodeSocket(url, tell=lambda is_open, _how: told.append(is_open))
        socket.subscribe(["newHeads"], heads.append)
        async with opened(socket), ChainClient("http://127.0.0.1:1", socket=socket) as client:
            signed = chain.sign(chain.desk, "0x" + "77" * 20, gas_limit=21_000)
            chain.rpc("evm_setAutomine", False)
            assert await client.send_raw(signed.raw) == Accepted(signed.tx_hash)
            assert await client.send_raw(signed.raw) == Duplicate(signed.tx_hash)
            await eventually(lambda: told)
            chain.mine()
            await eventually(lambda: heads)
            receipt = await client.receipt(signed.tx_hash)
            assert receipt is not None
            assert receipt.block_number == int(heads[-1]["number"], 16)
            with pytest.raises(Reverted, match="owner"):
                await client.call(chain.card.executor, call_data("sweep(address)", chain.usdc))

    asyncio.run(story())


@pytest.mark.chain
def test_while_the_socket_is_down_everything_goes_over_http(chain: TestChain):
    async def story() -> int:
        down = NodeSocket("ws://127.0.0.1:1")
        async with ChainClient(chain.rpc_url, socket=down) as client:
            return await client.chain_id()

    assert asyncio.run(story()) == 31337
