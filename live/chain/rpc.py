"""The chain's node as the loop speaks to it: JSON-RPC over a WebSocket, else over web3's transport.

Only the transport of web3 is used: no middleware, no formatters, and no retry, because a retried
`eth_sendRawTransaction` is a resend. A question goes over HTTP when the socket is down before it is
asked; one that was lost with the socket is lost. Here every foreign failure becomes one of the
house:

======================================  ==========================================================
connection refused                      RpcUnavailable: nothing was sent, ask again
time-out, cut, 5xx or garbage, asking   RpcUnavailable
time-out, cut, 5xx or garbage, sending  OutcomeUnknown: ask for the hash, never send again
an error text we know, sending          Duplicate or Rejected(reason), as values
any other error, sending                OutcomeUnknown
a revert in `call`                      Reverted
no such block yet, too many questions   RpcUnavailable
any other error, asking                 Permanent, with the node's words
======================================  ==========================================================

Not here: what a log means (`domain/chain`), which fee or nonce to take.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from domain.chain.types import Log, Receipt
from domain.errors import OutcomeUnknown, RpcUnavailable, SchemaDrift
from domain.identity import told_host
from live.chain import decoding
from live.chain.calldata import call_data, decode_words
from live.chain.decoding import BlockHead
from live.chain.refusals import message_of, refusal
from live.chain.send_answers import Accepted, SendAnswer, read_send_error
from live.chain.socket import DEFAULT_TIMEOUT_S, Lost, NodeSocket

__all__ = ["BlockHead", "ChainClient"]

RECEIPT_POLL_S = 0.005
"""web3's own 0.1 s would add 110 ms to the median of 10 ms."""

_HASH_LENGTH = 66


class ChainClient:
    """One node's JSON-RPC, asked from one event loop.

    Args:
        rpc_url: ``http://host:port``.
        timeout_s: Longest wait for one answer.
        socket: Asked instead while it is open; whoever made it runs it.
    """

    def __init__(
        self,
        rpc_url: str,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        socket: NodeSocket | None = None,
    ) -> None:
        import aiohttp
        from web3.providers.rpc import AsyncHTTPProvider

        self.rpc_url = rpc_url
        self._socket = socket
        self._provider = AsyncHTTPProvider(
            rpc_url,
            request_kwargs={"timeout": aiohttp.ClientTimeout(total=timeout_s)},
            exception_retry_configuration=None,
        )

    async def __aenter__(self) -> ChainClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._provider.disconnect()

    # --- blocks -----------------------------------------------------------------------------------

    async def head(self) -> BlockHead:
        """Read the latest block.

        Raises:
            RpcUnavailable: The node does not answer.
        """
        found = await self.block("latest")
        if found is None:
            raise RpcUnavailable(
                "the node has no latest block; wait for it to start", node=told_host(self.rpc_url)
            )
        return found

    async def block(self, which: int | str) -> BlockHead | None:
        """Read a block by height, hash or tag (``latest``, ``safe``, ``finalized``), if any."""
        is_hash = isinstance(which, str) and len(which) == _HASH_LENGTH
        method = "eth_getBlockByHash" if is_hash else "eth_getBlockByNumber"
        found = await self.request(method, [which if is_hash else _block_id(which), False])
        return None if found is None else decoding.block_head(found)

    async def chain_id(self) -> int:
        """Read which chain this is."""
        return decoding.quantity(await self.request("eth_chainId", []))

    # --- transactions -----------------------------------------------------------------------------

    async def receipt(self, tx_hash: str) -> Receipt | None:
        """Read what became of a transaction; None while it is not mined, or is no longer."""
        found = await self.request("eth_getTransactionReceipt", [tx_hash])
        return None if found is None else decoding.receipt(found)

    async def wait_receipt(self, tx_hash: str, timeout_s: float) -> Receipt | None:
        """Poll until a transaction is mined; None when that takes longer than `timeout_s`."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + timeout_s
        while (found := await self.receipt(tx_hash)) is None:
            if loop.time() >= deadline_s:
                return None
            await asyncio.sleep(RECEIPT_POLL_S)
        return found

    async def transaction(self, tx_hash: str) -> dict[str, Any] | None:
        """Read a transaction as the node's JSON; None when no pool and no block has it."""
        return await self.request("eth_getTransactionByHash", [tx_hash])

    async def send_raw(self, raw: bytes) -> SendAnswer:
        """Send a signed transaction once.

        Returns:
            `Accepted`, `Duplicate` or `Rejected`. A nonce that is too low may be this very
            transaction's own, mined already: ask for its receipt before believing it lost.

        Raises:
            RpcUnavailable: Nothing was sent; the node cannot be reached.
            OutcomeUnknown: It may have arrived; `intent_id` is the transaction hash.
        """
        tx_hash = _hash_of(raw)
        try:
            answer = await self._exchange("eth_sendRawTransaction", ["0x" + raw.hex()])
        except Lost as lost:
            if lost.is_surely_unsent:
                raise _unavailable(self.rpc_url) from None  # its cause names the whole URL
            raise _unknown(tx_hash, str(lost)) from None
        if "error" not in answer:
            return Accepted(tx_hash)
        message = message_of(answer)
        known = read_send_error(tx_hash, message)
        if known is None:
            raise _unknown(tx_hash, message)
        return known

    async def estimate_gas(self, sender: str, to: str, data: bytes) -> int:
        """Ask what a call would use at the latest block; a second later it may be more.

        Raises:
            Reverted: It would revert.
        """
        call = {"from": sender, "to": to, "data": "0x" + data.hex()}
        return decoding.quantity(await self.request("eth_estimateGas", [call]))

    # --- state ------------------------------------------------------------------------------------

    async def nonce(self, address: str, tag: str = "latest") -> int:
        """Count the transactions of an address: mined (``latest``) or waiting too (``pending``)."""
        return decoding.quantity(await self.request("eth_getTransactionCount", [address, tag]))

    async def balance_wei(self, address: str, block: int | str = "latest") -> int:
        """Read the native balance at the end of a block."""
        return decoding.quantity(await self.request("eth_getBalance", [address, _block_id(block)]))

    async def erc20_balance(
        self, token_address: str, holder: str, block: int | str = "latest"
    ) -> int:
        """Read a token balance, in base units, at the end of a block."""
        answer = await self.call(token_address, call_data("balanceOf(address)", holder), block)
        return decode_words("uint256", answer)[0]

    async def code(self, address: str, block: int | str = "latest") -> bytes:
        """Read a contract's code; empty where there is none."""
        return bytes.fromhex((await self.request("eth_getCode", [address, _block_id(block)]))[2:])

    async def logs(self, block_hash: str, addresses: Sequence[str] | None = None) -> list[Log]:
        """Read what some contracts logged in one block, or all; by hash: never of another fork."""
        query: dict[str, Any] = {"blockHash": block_hash}
        query |= {} if addresses is None else {"address": list(addresses)}
        return [decoding.log(entry) for entry in await self.request("eth_getLogs", [query])]

    async def call(
        self, to: str, data: bytes, block: int | str = "latest", sender: str | None = None
    ) -> bytes:
        """Run a call against a block's state.

        Raises:
            Reverted: The contract refused, with its reason.
        """
        call = {"to": to, "data": "0x" + data.hex()} | ({"from": sender} if sender else {})
        return bytes.fromhex((await self.request("eth_call", [call, _block_id(block)]))[2:])

    # --- the wire ---------------------------------------------------------------------------------

    async def request(self, method: str, params: list[Any]) -> Any:  # noqa: ANN401 (JSON)
        """Ask the node anything that changes nothing.

        Returns:
            The answer's `result`, as parsed JSON.

        Raises:
            RpcUnavailable: No answer, not one in JSON, or none to this yet.
            Reverted: A call or estimate reverted.
            Permanent: The node refused, with its own words.
        """
        try:
            answer = await self._exchange(method, params)
        except Lost as lost:
            raise _unavailable(self.rpc_url, str(lost)) from None
        if "error" not in answer:
            return answer.get("result")
        raise refusal(method, answer)

    async def _exchange(self, method: str, params: list[Any]) -> dict[str, Any]:
        answer = await self._asked(method, params)
        if not ({"result", "error"} & answer.keys()):
            raise Lost("the answer is not JSON-RPC", is_surely_unsent=False)
        return answer

    async def _asked(self, method: str, params: list[Any]) -> dict[str, Any]:
        if self._socket is not None and self._socket.is_open:
            try:
                return await self._socket.exchange(method, params)
            except Lost as lost:
                if not lost.is_surely_unsent:
                    raise
        return await self._asked_over_http(method, params)

    async def _asked_over_http(self, method: str, params: list[Any]) -> dict[str, Any]:
        import aiohttp

        try:
            answer = await self._provider.make_request(cast("Any", method), params)
        except aiohttp.ClientConnectorError as error:
            raise Lost("connection refused", is_surely_unsent=True) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Lost(type(error).__name__, is_surely_unsent=False) from error
        except ValueError as error:  # not JSON
            raise Lost("the answer is not JSON", is_surely_unsent=False) from error
        return cast("dict[str, Any]", answer)


def _unavailable(url: str, how: str = "connection refused") -> RpcUnavailable:
    return RpcUnavailable(
        "the chain's node does not answer; start it or mend its URL", node=told_host(url), how=how
    )


def _unknown(tx_hash: str, how: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        "this transaction may have arrived; ask for it by hash", intent_id=tx_hash, how=how
    )


def _block_id(block: int | str) -> str | dict[str, str]:
    if isinstance(block, int):
        return hex(block)
    return {"blockHash": block} if len(block) == _HASH_LENGTH else block


def _hash_of(raw: bytes) -> str:
    from eth_utils.crypto import keccak

    if not raw:
        raise SchemaDrift("there is nothing to send")
    return "0x" + keccak(raw).hex()
