"""The client against a real node, a scripted one, and none at all."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from domain.errors import OutcomeUnknown, Permanent, Reverted, RpcUnavailable, SchemaDrift
from live.chain.calldata import call_data
from live.chain.rpc import ChainClient
from live.chain.send_answers import Accepted, Duplicate, Rejected, RejectReason
from rehearsal.chain.deploy import DESK_USDC_UNITS, DESK_WEI
from rehearsal.chain.node import start_node, stop_node
from rehearsal.chain.raw import ask
from tests.kit.chain import GWEI, TestChain

RAW = b"\x02" + b"\x01" * 100
TO = "0x" + "77" * 20


def send(chain: TestChain, **changes):
    """Send a plain payment of the desk once and give the client's answer."""
    signed = chain.sign(chain.desk, TO, **({"gas_limit": 21_000} | changes))

    async def sent():
        async with chain.client() as client:
            return await client.send_raw(signed.raw), signed

    return asyncio.run(sent())


def reason_of(answer: object) -> RejectReason:
    assert isinstance(answer, Rejected), answer
    return answer.reason


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.chain
def test_the_opening_of_the_desk_is_read_exactly(chain):
    async def read():
        async with chain.client() as client:
            opening = chain.card.opening_block
            return (
                await client.balance_wei(chain.card.wallet),
                await client.erc20_balance(chain.usdc, chain.card.wallet),
                await client.chain_id(),
                await client.block(opening) is not None,
                await client.code(chain.card.executor) != b"",
                await client.block(10**9),
                await client.receipt("0x" + "00" * 32),
                await client.transaction("0x" + "00" * 32),
            )

    assert asyncio.run(read()) == (
        DESK_WEI, DESK_USDC_UNITS, 31337, True, True, None, None, None,
    )  # fmt: skip


@pytest.mark.chain
def test_a_payment_is_found_by_hash_in_its_block_with_its_logs(chain):
    data = call_data("transfer(address,uint256)", TO, 5)
    receipt = chain.send(chain.desk, chain.usdc, data)

    async def read():
        async with chain.client() as client:
            return (
                await client.logs(receipt.block_hash, [chain.usdc]),
                await client.logs(receipt.block_hash, [chain.weth]),
                await client.block(receipt.block_hash),
                await client.erc20_balance(chain.usdc, TO, receipt.block_hash),
                await client.erc20_balance(chain.usdc, TO, receipt.block_number - 1),
            )

    logs, none, block, units, units_before = asyncio.run(read())
    assert receipt.status == 1
    assert tuple(logs) == receipt.logs
    assert (none, units, units_before) == ([], 5, 0)
    assert block is not None
    assert block.number == receipt.block_number


@pytest.mark.chain
def test_a_call_that_reverts_says_why(chain):
    async def call():
        async with chain.client() as client:
            await client.call(chain.card.executor, call_data("sweep(address)", chain.usdc))

    with pytest.raises(Reverted, match="owner"):
        asyncio.run(call())


@pytest.mark.chain
def test_a_question_the_node_does_not_know_is_permanent(chain):
    async def call():
        async with chain.client() as client:
            await client.request("eth_noSuchThing", [])

    with pytest.raises(Permanent):
        asyncio.run(call())


@pytest.mark.chain
def test_a_mined_revert_has_status_0_and_no_exception(chain):
    receipt = chain.send(chain.stranger, chain.card.executor, b"\x01\x02\x03\x04")
    assert receipt.status == 0
    assert receipt.gas_used > 21_000


# --- sending --------------------------------------------------------------------------------------


@pytest.mark.chain
def test_what_is_sent_twice_is_accepted_once_and_then_a_duplicate(chain):
    chain.rpc("evm_setAutomine", False)
    answer, signed = send(chain, value_wei=5)

    async def again():
        async with chain.client() as client:
            return await client.send_raw(signed.raw)

    assert answer == Accepted(signed.tx_hash)
    assert asyncio.run(again()) == Duplicate(signed.tx_hash)


@pytest.mark.chain
def test_a_mined_nonce_is_told_from_a_waiting_one(chain):
    nonce = int(chain.rpc("eth_getTransactionCount", chain.card.wallet, "latest"), 16)
    assert isinstance(send(chain, nonce=nonce)[0], Accepted)
    assert reason_of(send(chain, nonce=nonce, value_wei=1)[0]) is RejectReason.NONCE_TOO_LOW
    chain.rpc("evm_setAutomine", False)
    assert isinstance(send(chain, nonce=nonce + 1)[0], Accepted)
    cheaper = {"max_fee_per_gas_wei": 19 * GWEI, "max_priority_fee_per_gas_wei": 1}
    replacement = send(chain, nonce=nonce + 1, value_wei=1, **cheaper)[0]
    assert reason_of(replacement) is RejectReason.REPLACEMENT_UNDERPRICED


@pytest.mark.chain
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"max_fee_per_gas_wei": 1, "max_priority_fee_per_gas_wei": 1},
         RejectReason.FEE_BELOW_BASE_FEE),
        ({"value_wei": 10**24}, RejectReason.INSUFFICIENT_FUNDS),
        ({"gas_limit": 20_000}, RejectReason.GAS_TOO_LOW),
        ({"gas_limit": 10**9}, RejectReason.GAS_TOO_HIGH),
        ({"max_priority_fee_per_gas_wei": 21 * GWEI}, RejectReason.TIP_ABOVE_FEE),
        ({"chain_id": 1}, RejectReason.WRONG_CHAIN),
    ],
)  # fmt: skip
def test_each_refusal_of_a_real_node_has_its_reason(chain, changes, reason):
    assert reason_of(send(chain, **changes)[0]) is reason


@pytest.mark.chain
def test_a_receipt_that_does_not_come_is_none_and_not_forever(chain):
    chain.rpc("evm_setAutomine", False)
    _, signed = send(chain)

    async def wait():
        async with chain.client() as client:
            return await client.wait_receipt(signed.tx_hash, timeout_s=0.05)

    assert asyncio.run(wait()) is None


# --- a node that fails ----------------------------------------------------------------------------


def test_a_dead_node_is_one_clear_sentence_and_nothing_was_sent(tmp_path: Path):
    async def killed():
        node = await start_node(log=tmp_path / "node.log")
        async with ChainClient(node.rpc_url) as client:
            await client.chain_id()
            await asyncio.to_thread(stop_node, node)
            with pytest.raises(RpcUnavailable, match="node does not answer") as reading:
                await client.head()
            with pytest.raises(RpcUnavailable, match="node does not answer"):
                await client.send_raw(RAW)
            with pytest.raises(RpcUnavailable):
                ask(node.rpc_url, "eth_chainId")
            return str(reading.value)

    assert "start it" in asyncio.run(killed())


def test_what_is_said_of_a_node_names_its_host_and_keeps_its_key():
    async def asked() -> str:
        async with ChainClient("http://user:hunter2@127.0.0.1:1/v3/hunter2") as client:
            with pytest.raises(RpcUnavailable) as reading:
                await client.chain_id()
            return str(reading.value)

    said = asyncio.run(asked())
    assert "127.0.0.1:1" in said
    assert "hunter2" not in said


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def scripted_node(answer: Answer, path: str = "/") -> AsyncIterator[ChainClient]:
    """Serve one answer to every question and give a client with little patience."""
    app = web.Application()
    app.router.add_post(path, answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with ChainClient(f"http://127.0.0.1:{port}{path}", timeout_s=0.2) as client:
            yield client
    finally:
        await runner.cleanup()


async def hang(request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


async def cut(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def fail(request: web.Request) -> web.StreamResponse:
    return web.Response(status=500, text="oops")


async def garbage(request: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>", content_type="application/json")


async def list_of_nothing(request: web.Request) -> web.StreamResponse:
    return web.json_response({"jsonrpc": "2.0", "id": 1})


async def foreign_error(request: web.Request) -> web.StreamResponse:
    return web.json_response({"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "hm"}})


@pytest.mark.parametrize("answer", [hang, cut, fail, garbage, list_of_nothing])
def test_without_a_usable_answer_reading_may_be_tried_again_and_sending_is_unknown(answer):
    async def both():
        async with scripted_node(answer) as client:
            with pytest.raises(RpcUnavailable):
                await client.head()
            with pytest.raises(OutcomeUnknown) as unknown:
                await client.send_raw(RAW)
            return unknown.value.intent_id

    assert asyncio.run(both()).startswith("0x")


@pytest.mark.parametrize("answer", [cut, fail, garbage])
def test_a_traceback_of_a_failed_question_names_the_node_and_not_its_path(answer):
    """Libraries put the whole URL into what they raise, and a hosted node's path is its key."""

    async def told() -> str:
        async with scripted_node(answer, "/v2/c0ffee") as client:
            assert "c0ffee" in client.rpc_url
            with pytest.raises(RpcUnavailable) as read:
                await client.head()
            with pytest.raises(OutcomeUnknown) as sent:
                await client.send_raw(RAW)
        errors = (read.value, sent.value)
        return "".join(line for error in errors for line in traceback.format_exception(error))

    text = asyncio.run(told())
    assert "127.0.0.1" in text
    assert "c0ffee" not in text


def test_an_error_text_nobody_knows_leaves_a_send_unknown():
    async def sent():
        async with scripted_node(foreign_error) as client:
            await client.send_raw(RAW)

    with pytest.raises(OutcomeUnknown):
        asyncio.run(sent())


def test_an_answer_of_the_wrong_shape_is_drift():
    async def odd(request: web.Request) -> web.StreamResponse:
        return web.json_response({"jsonrpc": "2.0", "id": 1, "result": {"number": 5}})

    async def read():
        async with scripted_node(odd) as client:
            await client.head()

    with pytest.raises(SchemaDrift):
        asyncio.run(read())
