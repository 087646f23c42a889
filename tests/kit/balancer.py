"""Balancer's own weighted pools, both generations, on the local chain: asked as their Vault asks.

The contracts are those of the package of deployments, read where npm put them. A pool is told the
balances with each question, so thousands of random states are asked without a transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import encode

from domain.amm.balancer_weighted import Weighted
from live.chain.calldata import call_data
from live.chain.signer import LocalSigner
from rehearsal.chain.artifacts import NODE_MODULES, creation_code
from rehearsal.chain.keys import DEPLOYER_INDEX, key_at
from tests.kit.chain import TestChain
from tests.kit.chain_states import Asked

_TASKS = NODE_MODULES / "@balancer-labs" / "v2-deployments" / "dist" / "tasks"
_VAULT = "20210418-vault/artifact/Vault.json"
_FEES = "20220725-protocol-fee-percentages-provider/artifact/ProtocolFeePercentagesProvider.json"
_FIRST = "20210418-weighted-pool/bytecode/WeightedPool.json"
_SECOND = "20230206-weighted-pool-v3/artifact/WeightedPool.json"
_ON_SWAP = (
    "onSwap((uint8,address,address,uint256,bytes32,uint256,address,address,bytes),uint256,uint256)"
)
_DAY_S = 86_400
_WINDOWS_S = (90 * _DAY_S, 30 * _DAY_S)
_GAS = 20_000_000
_HALF = 5 * 10**17
NOBODY = "0x" + "00" * 20


@dataclass(frozen=True)
class Deployed:
    """A pool on the chain.

    Args:
        empty: What it is by its deployment; balances are given with each question.
    """

    vault: str
    address: str
    pool_id: bytes
    tokens: tuple[str, ...]
    empty: Weighted

    def swap(self, pool: Weighted, sold: int, bought: int, units: int, *, is_in: bool) -> Asked:
        """Word the Vault's question about a swap."""
        who = (NOBODY, NOBODY, b"")
        request = (int(not is_in), self.tokens[sold], self.tokens[bought], units, self.pool_id, 0)
        data = call_data(_ON_SWAP, (*request, *who), pool.balances[sold], pool.balances[bought])
        return Asked(self.address, data, {}, self.vault)


class Foundry:
    """Deploys on one chain, with a Vault of its own.

    Args:
        chain: The chain.
    """

    def __init__(self, chain: TestChain) -> None:
        self._chain = chain
        self._deployer = LocalSigner.from_key(key_at(DEPLOYER_INDEX))
        owner = self._deployer.address
        self.vault = self._deploy(
            _code(_VAULT),
            ["address", "address", "uint256", "uint256"],
            owner,
            chain.weth,
            *_WINDOWS_S,
        )
        self._fees = self._deploy(
            _code(_FEES), ["address", "uint256", "uint256"], self.vault, _HALF, _HALF
        )

    def token(self, decimals: int) -> str:
        """Deploy a token of the rehearsal's."""
        arguments = ["string", "string", "uint8", "uint256"]
        return self._deploy(creation_code("token"), arguments, "Coin", "COIN", decimals, 0)

    def weighted(
        self, decimals: Sequence[int], weights: Sequence[int], fee: int, *, is_first: bool
    ) -> Deployed:
        """Deploy a weighted pool of the first generation or a later one."""
        tokens = sorted((self.token(digits), digits) for digits in decimals)
        addresses = [token for token, _ in tokens]
        owner, count = self._deployer.address, len(tokens)
        named = ("Pool", "POOL", addresses, list(weights))
        if is_first:
            types = ["address", "string", "string", "address[]", "uint256[]", *["uint256"] * 3]
            given = (self.vault, *named, fee, *_WINDOWS_S, owner)
            address = self._deploy(_code(_FIRST), [*types, "address"], *given)
        else:
            inner = "(string,string,address[],uint256[],address[],address[],uint256)"
            types = [inner, "address", "address", "uint256", "uint256", "address", "string"]
            params = (*named, [NOBODY] * count, [NOBODY] * count, fee)
            given = (params, self.vault, self._fees, *_WINDOWS_S, owner, "")
            address = self._deploy(_code(_SECOND), types, *given)
        (pool_id,) = self._chain.view(address, "getPoolId()", "bytes32")
        scales = tuple(10 ** (18 - digits) for _, digits in tokens)
        empty = Weighted((0,) * count, tuple(weights), scales, fee, not is_first)
        return Deployed(self.vault, address, pool_id, tuple(addresses), empty)

    def _deploy(self, code: bytes, types: Sequence[str], *arguments: Any) -> str:
        receipt = self._chain.send(
            self._deployer, None, code + encode(types, arguments), gas_limit=_GAS
        )
        assert receipt.status == 1
        assert receipt.contract_address is not None
        return receipt.contract_address


def _code(path: str) -> bytes:
    file: Path = _TASKS / path
    if not file.exists():
        pytest.skip("Balancer's contracts are not installed; run ./alphapulse, which runs npm ci")
    artifact = json.loads(file.read_bytes())
    packed = artifact.get("bytecode") or artifact["creationCode"]
    return bytes.fromhex(packed.removeprefix("0x"))
