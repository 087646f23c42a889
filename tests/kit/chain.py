"""A real chain for tests: one prepared anvil a session, put back after each test.

It mines every transaction at once, so no test waits for a block; a test that needs a transaction to
stay waiting says `chain.rpc("evm_setAutomine", False)`. Stepping the clock is stepping blocks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.chain.types import Receipt
from domain.desk import Asset, ChainCard
from domain.identity import erc20_asset
from live.chain.calldata import call_data, decode_words
from live.chain.rpc import ChainClient
from live.chain.send_answers import Accepted, SendAnswer
from live.chain.signer import Eip1559Tx, LocalSigner, Signed
from rehearsal.chain.deploy import CHAIN_ID, Deployed
from rehearsal.chain.keys import STRANGER_INDEX, desk_key, key_at
from rehearsal.chain.node import Node, anvil_binary, start_node, stop_node
from rehearsal.chain.opening import prepare
from rehearsal.chain.raw import ask
from tests.kit.running import ended_with_us

GWEI = 10**9


class TestChain:
    """The prepared chain as a test speaks to it; synchronous where nothing has to be awaited."""

    __test__ = False

    def __init__(self, node: Node, deployed: Deployed) -> None:
        self.node = node
        self.rpc_url = node.rpc_url
        self.assets: tuple[Asset, ...] = deployed.assets
        self.card: ChainCard = deployed.card
        self.desk = LocalSigner.from_key(desk_key())
        self.stranger = LocalSigner.from_key(key_at(STRANGER_INDEX))
        self.weth = deployed.card.base_token.rpartition(":")[2]
        self.usdc = deployed.card.quote_token.rpartition(":")[2]
        self._miners = 0

    def rpc(self, method: str, *params: Any) -> Any:
        """Ask the node one raw question."""
        return ask(self.rpc_url, method, *params)

    def mine(self, blocks: int = 1) -> None:
        """Mine empty blocks, one second apart."""
        self.rpc("anvil_mine", hex(blocks))

    def reorg(self, blocks: int, *kept: str) -> None:
        """Replace the last blocks by ones of another miner, so that every hash differs.

        `kept` are raw transactions the first of the new blocks holds; the others are empty.
        """
        self._miners += 1
        self.rpc("anvil_setCoinbase", f"0x{self._miners:040x}")
        self.rpc("anvil_reorg", blocks, [[raw, 0] for raw in kept])

    def client(self) -> ChainClient:
        """Make a client; use it with `async with`, in the loop of the test."""
        return ChainClient(self.rpc_url)

    def view(self, to: str, signature: str, answer: str, *arguments: Any) -> tuple[Any, ...]:
        """Call a contract and decode its answer."""
        data = "0x" + call_data(signature, *arguments).hex()
        return decode_words(
            answer, bytes.fromhex(self.rpc("eth_call", {"to": to, "data": data}, "latest")[2:])
        )

    def units(self, token: str, holder: str) -> int:
        """Read a token balance."""
        return self.view(token, "balanceOf(address)", "uint256", holder)[0]

    def sign(
        self, signer: LocalSigner, to: str | None, data: bytes = b"", **changes: Any
    ) -> Signed:
        """Sign a call with the next nonce and generous gas; `changes` are fields of `Eip1559Tx`."""
        count = self.rpc("eth_getTransactionCount", signer.address, "pending")
        fields: dict[str, Any] = {
            "chain_id": CHAIN_ID,
            "nonce": int(count, 16),
            "to": to,
            "data": data,
            "gas_limit": 1_000_000,
            "max_fee_per_gas_wei": 20 * GWEI,
            "max_priority_fee_per_gas_wei": GWEI,
        }
        return signer.sign(Eip1559Tx(**(fields | changes)))

    def send(
        self, signer: LocalSigner, to: str | None, data: bytes = b"", **changes: Any
    ) -> Receipt:
        """Send a call, mined at once, and give its receipt, whatever its status."""
        signed = self.sign(signer, to, data, **changes)
        return asyncio.run(self._send(signed))

    async def _send(self, signed: Signed) -> Receipt:
        async with self.client() as client:
            answer: SendAnswer = await client.send_raw(signed.raw)
            assert isinstance(answer, Accepted), answer
            receipt = await client.wait_receipt(signed.tx_hash, 10)
        assert receipt is not None
        return receipt

    def token_asset(self, token: str) -> str:
        """Name a token as the desk card does."""
        return erc20_asset(CHAIN_ID, token)


@pytest.fixture(scope="session")
def chain_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestChain]:
    """One prepared node for the whole session; deployed once and kept between sessions."""
    if anvil_binary() is None:
        pytest.skip("anvil is not installed; run npm ci")
    folder: Path = tmp_path_factory.mktemp("chain")

    async def started() -> tuple[Node, Deployed]:
        state, deployed = await prepare()
        return await start_node(log=folder / "node.log", load=state), deployed

    node, deployed = asyncio.run(started())
    with ended_with_us(node.pid):
        ask(node.rpc_url, "evm_mine")
        yield TestChain(node, deployed)
    stop_node(node)


@pytest.fixture
def chain(chain_node: TestChain) -> Iterator[TestChain]:
    """The prepared chain, as it was before the test, after the test."""
    snapshot = chain_node.rpc("evm_snapshot")
    yield chain_node
    chain_node.rpc("evm_setIntervalMining", 0)
    chain_node.rpc("anvil_dropAllTransactions")
    chain_node.rpc("evm_setAutomine", True)
    chain_node.rpc("evm_mine")  # behind a block that is being mined now, so none comes after
    chain_node.rpc("evm_revert", snapshot)
