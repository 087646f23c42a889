"""A signer that lives elsewhere: believed only when it signed what was asked, with our key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from aiohttp import web

from domain.errors import ConfigRefused, SignerUnavailable
from live.chain.remote_signer import URL_VARIABLE, opened_signer, remote_signer
from live.chain.signer import KEY_VARIABLE, Eip1559Tx, LocalSigner, Signed

KEY = "0x" + "4c" * 32
HOLDER = LocalSigner.from_key(KEY)
STRANGER = LocalSigner.from_key("0x" + "5d" * 32)
TX = Eip1559Tx(
    chain_id=31337,
    nonce=3,
    to="0x" + "ab" * 20,
    data=b"\x01\x02",
    value_wei=7,
    gas_limit=50_000,
    max_fee_per_gas_wei=10,
    max_priority_fee_per_gas_wei=1,
)
Answer = Callable[[dict[str, Any]], Awaitable[object]]


def asked_for(call: dict[str, Any]) -> Eip1559Tx:
    """Read the question as web3signer does."""
    return Eip1559Tx(
        chain_id=int(call["chainId"], 16),
        nonce=int(call["nonce"], 16),
        to=call.get("to"),
        data=bytes.fromhex(call["data"][2:]),
        value_wei=int(call["value"], 16),
        gas_limit=int(call["gas"], 16),
        max_fee_per_gas_wei=int(call["maxFeePerGas"], 16),
        max_priority_fee_per_gas_wei=int(call["maxPriorityFeePerGas"], 16),
    )


def hexed(signed: Signed) -> str:
    return "0x" + signed.raw.hex()


async def as_web3signer(call: dict[str, Any]) -> object:
    return hexed(HOLDER.sign(asked_for(call)))


async def as_geth(call: dict[str, Any]) -> object:
    return {"raw": hexed(HOLDER.sign(asked_for(call))), "tx": {}}


async def with_another_key(call: dict[str, Any]) -> object:
    return hexed(STRANGER.sign(asked_for(call)))


async def another_nonce(call: dict[str, Any]) -> object:
    return hexed(HOLDER.sign(msgspec.structs.replace(asked_for(call), nonce=9)))


async def another_recipient(call: dict[str, Any]) -> object:
    return hexed(HOLDER.sign(msgspec.structs.replace(asked_for(call), to=STRANGER.address)))


async def nonsense(call: dict[str, Any]) -> object:
    return "0xzz"


async def nothing(call: dict[str, Any]) -> object:
    return None


async def silence(call: dict[str, Any]) -> object:
    await asyncio.Event().wait()
    raise AssertionError


async def refusal(call: dict[str, Any]) -> object:
    raise web.HTTPForbidden


async def crash(call: dict[str, Any]) -> object:
    raise web.HTTPInternalServerError


@asynccontextmanager
async def serving(answer: Answer) -> AsyncGenerator[str]:
    """Serve a signer that holds one key, and give its address on the network."""

    async def serve(request: web.Request) -> web.Response:
        question = await request.json()
        if question["method"] == "eth_accounts":
            result: object = [HOLDER.address.upper().replace("0X", "0x")]
        else:
            result = await answer(question["params"][0])
        return web.json_response({"jsonrpc": "2.0", "id": 1, "result": result})

    app = web.Application()
    app.router.add_post("/", serve)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def signed(answer: Answer, tx: Eip1559Tx = TX) -> Signed:
    async def story() -> Signed:
        async with (
            serving(answer) as url,
            remote_signer(url, HOLDER.address, timeout_s=0.3) as signer,
        ):
            return await signer.signed(tx)

    return asyncio.run(story())


@pytest.mark.parametrize("answer", [as_web3signer, as_geth])
@pytest.mark.parametrize("tx", [TX, msgspec.structs.replace(TX, to=None)])
def test_it_signs_what_the_key_itself_would_sign(answer: Answer, tx: Eip1559Tx):
    assert signed(answer, tx) == HOLDER.sign(tx)


@pytest.mark.parametrize(
    "answer",
    [
        with_another_key, another_nonce, another_recipient, nonsense, nothing, silence, refusal,
        crash,
    ],
)  # fmt: skip
def test_anything_but_the_signature_that_was_asked_for_is_none(answer: Answer):
    with pytest.raises(SignerUnavailable):
        signed(answer)


def test_a_signer_that_holds_another_key_is_refused_at_start():
    async def story() -> None:
        async with serving(as_web3signer) as url, remote_signer(url, STRANGER.address):
            raise AssertionError

    with pytest.raises(ConfigRefused, match="wallet's key"):
        asyncio.run(story())


def test_a_signer_that_is_not_there_is_one_clear_sentence():
    async def story() -> None:
        async with remote_signer("http://127.0.0.1:1", HOLDER.address):
            raise AssertionError

    with pytest.raises(SignerUnavailable, match="start it"):
        asyncio.run(story())


def test_the_environment_names_a_remote_signer_before_a_key():
    async def story() -> tuple[Signed, str]:
        async with serving(as_web3signer) as url:
            both = {URL_VARIABLE: url, KEY_VARIABLE: "0x" + "5d" * 32}
            async with opened_signer(both, HOLDER.address) as remote:
                found = await remote.signed(TX)
                shown = repr(remote)
        async with opened_signer({KEY_VARIABLE: KEY}, HOLDER.address) as local:
            assert await local.signed(TX) == found
        return found, shown

    found, shown = asyncio.run(story())
    assert found == HOLDER.sign(TX)
    assert shown == f"RemoteSigner({HOLDER.address})"
