"""A signer in another process or machine, asked over JSON-RPC (`eth_signTransaction`).

As web3signer and geth's clef answer it. What comes back is checked before it is believed: it has to
be just what was asked for, signed by the key of our address. A signer only signs; whatever goes
wrong with it, nothing was sent.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import aiohttp
import orjson

from domain.errors import ConfigRefused, SignerUnavailable
from live.chain.signer import Eip1559Tx, LocalSigner, Signed, Signer, signed_by

URL_VARIABLE = "ALPHAPULSE_SIGNER_URL"
"""Where a remote signer listens; it comes before a keystore and a key."""
DEFAULT_TIMEOUT_S = 2.0
"""A signature takes a millisecond, and the price it is for lives for a block."""


class RemoteSigner:
    """Signs for one address by asking. Open it with :func:`remote_signer`.

    Args:
        url: ``http://host:port`` of the signer.
        address: Whose key it holds, lower case.
        session: Connections.
    """

    def __init__(self, url: str, address: str, session: aiohttp.ClientSession) -> None:
        self.address = address
        self._url = url
        self._session = session

    def __repr__(self) -> str:
        return f"RemoteSigner({self.address})"

    async def signed(self, tx: Eip1559Tx) -> Signed:
        """Have one transaction signed.

        Raises:
            SignerUnavailable: No answer, a refusal, or a signature of something else.
        """
        answer = await self._ask("eth_signTransaction", [_question(tx, self.address)])
        signed = signed_by(self.address, tx, _raw(answer))
        if signed is None:
            raise SignerUnavailable("the signer signed something else; ask whoever runs it")
        return signed

    async def accounts(self) -> list[str]:
        """Read the addresses it signs for, lower case; errors as :meth:`signed`."""
        found = await self._ask("eth_accounts", [])
        return [str(one).lower() for one in cast("list[Any]", found or [])]

    async def _ask(self, method: str, params: list[Any]) -> object:
        question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        try:
            async with self._session.post(self._url, json=question) as response:
                answer = orjson.loads(await response.read())
        except (aiohttp.ClientError, OSError, orjson.JSONDecodeError) as error:
            raise SignerUnavailable(
                "the signer does not answer; start it or mend its address", how=type(error).__name__
            ) from error
        if not isinstance(answer, dict) or "result" not in answer:
            raise SignerUnavailable("the signer refuses; its log says why", method=method)
        return cast("dict[str, Any]", answer)["result"]


@asynccontextmanager
async def remote_signer(
    url: str, address: str, timeout_s: float = DEFAULT_TIMEOUT_S
) -> AsyncGenerator[RemoteSigner]:
    """Open a remote signer and make sure that it holds the key of an address.

    Raises:
        ConfigRefused: It signs for others.
        SignerUnavailable: It does not answer.
    """
    patience = aiohttp.ClientTimeout(total=timeout_s)
    async with aiohttp.ClientSession(timeout=patience) as session:
        signer = RemoteSigner(url, address.lower(), session)
        if signer.address not in await signer.accounts():
            raise ConfigRefused(
                "this signer does not hold the wallet's key; load it there", wallet=signer.address
            )
        yield signer


@asynccontextmanager
async def opened_signer(environment: Mapping[str, str], wallet: str) -> AsyncGenerator[Signer]:
    """Open whichever signer the environment names: remote, keystore, or key.

    Raises:
        ConfigRefused: None is named, or what is named does not sign.
        SignerUnavailable: The remote one does not answer.
    """
    url = environment.get(URL_VARIABLE, "")
    if not url:
        yield LocalSigner.from_env(environment)
        return
    async with remote_signer(url, wallet) as signer:
        yield signer


def _question(tx: Eip1559Tx, address: str) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "from": address,
        "chainId": hex(tx.chain_id),
        "nonce": hex(tx.nonce),
        "gas": hex(tx.gas_limit),
        "maxFeePerGas": hex(tx.max_fee_per_gas_wei),
        "maxPriorityFeePerGas": hex(tx.max_priority_fee_per_gas_wei),
        "value": hex(tx.value_wei),
        "data": "0x" + tx.data.hex(),
    }
    return asked if tx.to is None else asked | {"to": tx.to}


def _raw(answer: object) -> bytes:
    """Read the signed bytes: web3signer gives them bare, geth as the field `raw`."""
    if isinstance(answer, dict):
        answer = cast("dict[str, Any]", answer).get("raw")
    try:
        return bytes.fromhex(str(answer).removeprefix("0x"))
    except ValueError:
        return b""
