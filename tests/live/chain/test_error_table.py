"""What a node can say or do, and what the house makes of it: one row each, over both wires.

A real node says most of it in `test_rpc.py`; here is what anvil does not do, or not as geth does:
its words, its tenth more for a replacement, what it drops in silence, and how a node dies.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
import pytest
from aiohttp import web

from domain.errors import OutcomeUnknown, Permanent, Reverted, RpcUnavailable
from journal.records import TransactionIntended
from live.chain.heads import Heads
from live.chain.rpc import ChainClient
from live.chain.send_answers import Accepted, Duplicate, Rejected, RejectReason
from live.chain.signer import Eip1559Tx
from live.chain.socket import NodeSocket
from live.execution.asking import Asking
from tests.kit.eventually import eventually
from tests.kit.facts import WALLET, fact
from tests.kit.scripted import ScriptedChain, ScriptedSigner
from tests.kit.theatre import HASTY

RAW = b"\x02" + b"\x01" * 100
Say = Callable[[dict[str, Any]], dict[str, Any] | None]


def error(message: str, code: int = -32000, **more: object) -> Say:
    return lambda _: {"error": {"code": code, "message": message, **more}}


def result(value: object) -> Say:
    return lambda _: {"result": value}


def cut(_: dict[str, Any]) -> None:
    """Hang up without an answer."""


@asynccontextmanager
async def over_http(say: Say) -> AsyncGenerator[ChainClient]:
    async def serve(request: web.Request) -> web.StreamResponse:
        question = await request.json()
        if (said := say(question)) is None:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        return web.json_response({"jsonrpc": "2.0", "id": question["id"], **said})

    async with (
        serving(web.post("/", serve)) as port,
        ChainClient(f"http://127.0.0.1:{port}", timeout_s=2.0) as client,
    ):
        yield client


@asynccontextmanager
async def over_a_socket(say: Say) -> AsyncGenerator[ChainClient]:
    async def serve(request: web.Request) -> web.StreamResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        async for message in connection:
            question = message.json()
            if (said := say(question)) is None:
                break
            await connection.send_json({"jsonrpc": "2.0", "id": question["id"], **said})
        return connection

    async with serving(web.get("/", serve)) as port:
        socket = NodeSocket(f"ws://127.0.0.1:{port}", timeout_s=2.0)
        running = asyncio.create_task(socket.run())
        await eventually(lambda: socket.is_open)
        async with ChainClient("http://127.0.0.1:1", socket=socket) as client:
            yield client
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@asynccontextmanager
async def serving(route: web.RouteDef) -> AsyncGenerator[int]:
    app = web.Application()
    app.add_routes([route])
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


WIRES = [over_http, over_a_socket]


def told(wire: Any, say: Say, ask: Callable[[ChainClient], Awaitable[object]]) -> object:
    async def story() -> object:
        async with wire(say) as client:
            return await ask(client)

    return asyncio.run(story())


def sent(client: ChainClient) -> Awaitable[object]:
    return client.send_raw(RAW)


def called(client: ChainClient) -> Awaitable[object]:
    return client.call(WALLET, b"")


REFUSALS = [
    ("nonce too low: next nonce 5, tx nonce 3", RejectReason.NONCE_TOO_LOW),
    ("nonce too high: address 0xab, tx: 9 state: 3", RejectReason.NONCE_TOO_HIGH),
    ("replacement transaction underpriced", RejectReason.REPLACEMENT_UNDERPRICED),
    ("transaction underpriced: gas tip cap 0, minimum needed 1", RejectReason.TIP_BELOW_POOL),
    ("max fee per gas less than block base fee: address 0xab", RejectReason.FEE_BELOW_BASE_FEE),
    ("Insufficient funds for gas * price + value", RejectReason.INSUFFICIENT_FUNDS),
    ("intrinsic gas too low: gas 20000, minimum needed 21000", RejectReason.GAS_TOO_LOW),
    ("txpool is full", RejectReason.POOL_FULL),
]


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(("message", "reason"), REFUSALS)
def test_a_send_that_is_refused_says_by_which_rule(wire: Any, message: str, reason: RejectReason):
    assert told(wire, error(message), sent) == Rejected(reason, message)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("message", ["already known", "transaction already imported"])
def test_a_send_of_what_the_node_has_is_no_refusal(wire: Any, message: str):
    answer = told(wire, error(message), sent)
    assert isinstance(answer, Duplicate)


@pytest.mark.parametrize("wire", WIRES)
def test_a_send_that_is_taken_is_accepted(wire: Any):
    assert isinstance(told(wire, result("0x" + "ab" * 32), sent), Accepted)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("say", [cut, error("internal error"), error("upstream timed out")])
def test_a_send_without_a_proof_is_unknown(wire: Any, say: Say):
    with pytest.raises(OutcomeUnknown):
        told(wire, say, sent)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    ("say", "kind"),
    [
        (error("execution reverted: profit", 3, data="0x08c379a0"), Reverted),
        (error("execution reverted", 3, data="0xdeadbeef"), Reverted),
        (error("VM Exception while processing transaction: revert"), Reverted),
        (error("the method eth_call does not exist", -32601), Permanent),
        (error("header not found"), RpcUnavailable),
        (error("unknown block"), RpcUnavailable),
        (error("daily request count exceeded, request rate limited", -32005), RpcUnavailable),
        (error("compute units per second exceeded", 429), RpcUnavailable),
        (cut, RpcUnavailable),
    ],
)
def test_a_question_that_fails_is_a_revert_a_refusal_or_a_node_that_is_away(
    wire: Any, say: Say, kind: type[Exception]
):
    with pytest.raises(kind) as failed:
        told(wire, say, called)
    assert type(failed.value) is kind


# --- what became of it: the same question, and each answer it can have ----------------------------


def pending(chain: ScriptedChain, tx_hash: str) -> None:
    """Leave it as it is: stuck in the pool."""


def evicted(chain: ScriptedChain, tx_hash: str) -> None:
    chain.pool.clear()


def mined(chain: ScriptedChain, tx_hash: str) -> None:
    chain.unstick()


def reverted(chain: ScriptedChain, tx_hash: str) -> None:
    chain.unstick()
    chain.mine_again(tx_hash, status=0)


def replaced(chain: ScriptedChain, tx_hash: str) -> None:
    chain.pool.clear()
    chain.used[0] = "0x" + "99" * 32


def reorged_into_the_pool(chain: ScriptedChain, tx_hash: str) -> None:
    (kept,) = chain.pool.values()
    chain.unstick()
    chain.used.clear()
    del chain.receipts[tx_hash]
    chain.pool[0] = (kept[0], tx_hash, "stuck")


def reorged_away(chain: ScriptedChain, tx_hash: str) -> None:
    reorged_into_the_pool(chain, tx_hash)
    chain.pool.clear()


def silent(chain: ScriptedChain, tx_hash: str) -> None:
    chain.is_away = True


@pytest.mark.parametrize(
    ("happened", "status"),
    [
        (pending, "UNKNOWN"),
        (evicted, "ABSENT"),
        (mined, "INCLUDED"),
        (reverted, "REVERTED"),
        (replaced, "REPLACED"),
        (reorged_into_the_pool, "UNKNOWN"),
        (reorged_away, "ABSENT"),
        (silent, "UNKNOWN"),
    ],
)
def test_what_became_of_a_transaction_is_told_apart(
    happened: Callable[[ScriptedChain, str], None], status: str
):
    async def story() -> str:
        chain = ScriptedChain([], ["stuck"])
        signed = ScriptedSigner().sign(a_transaction())
        await chain.send_raw(signed.raw)
        happened(chain, signed.tx_hash)
        intent = fact("transaction.intended", tx_hash=signed.tx_hash, nonce=0, signer=WALLET)
        assert isinstance(intent, TransactionIntended)
        asking = Asking(chain, Heads(), HASTY, lambda _: None)
        return (await asking.ask(intent)).status

    assert asyncio.run(story()) == status


def a_transaction(cap_wei: int = 1_000, tip_wei: int = 100) -> Eip1559Tx:
    return Eip1559Tx(
        chain_id=1,
        nonce=0,
        to=WALLET,
        data=b"\x01",
        gas_limit=1,
        max_fee_per_gas_wei=cap_wei,
        max_priority_fee_per_gas_wei=tip_wei,
    )


@pytest.mark.parametrize(
    ("cap_wei", "tip_wei", "is_taken"),
    [(1_100, 110, True), (1_099, 110, False), (1_100, 109, False), (1_000, 100, False)],
)
def test_geth_replaces_for_a_tenth_more_of_both_caps_and_not_for_less(
    cap_wei: int, tip_wei: int, is_taken: bool
):
    async def story() -> object:
        chain = ScriptedChain([], ["stuck", "stuck"])
        await chain.send_raw(ScriptedSigner().sign(a_transaction()).raw)
        dearer = msgspec.structs.replace(a_transaction(cap_wei, tip_wei), data=b"\x02")
        return await chain.send_raw(ScriptedSigner().sign(dearer).raw)

    assert isinstance(asyncio.run(story()), Accepted) is is_taken
