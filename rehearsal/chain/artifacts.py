"""Contract artifacts: the published ones from npm, read where npm put them, and our own.

Nothing published is copied into this repository. The two Uniswap generations pack their bytecode
differently: v2 under ``evm.bytecode.object`` without 0x, v3 under ``bytecode`` with it.
"""

from __future__ import annotations

import json
from pathlib import Path

from domain.errors import ConfigRefused
from live.chain.executor import bytecode as executor_bytecode

ROOT = Path(__file__).parents[2]
NODE_MODULES = ROOT / "node_modules"
TOKEN_BYTECODE = ROOT / "rehearsal" / "contracts" / "token.bytecode.txt"

_V3_PERIPHERY = "@uniswap/v3-periphery/artifacts/contracts"
_POSITIONS = "NonfungiblePositionManager"
_PUBLISHED = {
    "v2-factory": "@uniswap/v2-core/build/UniswapV2Factory.json",
    "v2-router": "@uniswap/v2-periphery/build/UniswapV2Router02.json",
    "v3-factory": "@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json",
    "v3-positions": f"{_V3_PERIPHERY}/{_POSITIONS}.sol/{_POSITIONS}.json",
    "v3-router": f"{_V3_PERIPHERY}/SwapRouter.sol/SwapRouter.json",
    "v3-quoter": f"{_V3_PERIPHERY}/lens/QuoterV2.sol/QuoterV2.json",
}


def creation_code(name: str) -> bytes:
    """Read the creation code of a contract the rehearsal deploys.

    Raises:
        ConfigRefused: The npm package is not installed.
    """
    if name == "executor":
        return executor_bytecode()
    if name == "token":
        return bytes.fromhex(TOKEN_BYTECODE.read_text().strip().removeprefix("0x"))
    return _published_code(NODE_MODULES / _PUBLISHED[name])


def _published_code(path: Path) -> bytes:
    try:
        artifact = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise ConfigRefused(
            "the published contracts are not installed; run ./alphapulse, which runs npm ci",
            missing=path.relative_to(ROOT),
        ) from error
    packed = artifact.get("bytecode") or artifact["evm"]["bytecode"]["object"]
    return bytes.fromhex(packed.removeprefix("0x"))
