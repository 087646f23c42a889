"""degenbot's own optimiser on given cycles: a script for its own environment, which lacks ours.

Reads cycles of constant products as JSON on standard input, ``[[[in, out], ...], ...]``, and prints
``{"us_a_cycle", "gain_e18", "version"}``. It imports nothing of ours; degenbot needs an older web3
than this project, so `bench detection` runs it under `uv run --no-project --with degenbot`. Tokens
are made without a chain to ask, which is all that is changed of it.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from typing import Any


def main() -> None:
    """Size every cycle and say how long one took."""
    cycles = [_cycle(number, one) for number, one in enumerate(json.load(sys.stdin))]
    began = time.perf_counter()
    found = [cycle.calculate().profit_amount for cycle in cycles]
    spent = time.perf_counter() - began
    answer = {
        "us_a_cycle": spent / len(cycles) * 1e6,
        "gain_e18": sum(found) / 1e18,
        "version": importlib.metadata.version("degenbot"),
    }
    print(json.dumps(answer))  # noqa: T201 (its answer)


def _cycle(number: int, pools: list[list[int]]) -> Any:  # noqa: ANN401 (a foreign class)
    from degenbot.arbitrage.uniswap_lp_cycle import (  # pyright: ignore[reportMissingImports]
        UniswapLpCycle,
    )

    tokens = [_token(number * 16 + at + 1) for at in range(len(pools))]
    chain = [*tokens, tokens[0]]
    made = [
        _pool(number * 16 + at + 1, chain[at], chain[at + 1], pair) for at, pair in enumerate(pools)
    ]
    return UniswapLpCycle(tokens[0], made, id=str(number), max_input=pools[0][0])


def _token(number: int) -> Any:  # noqa: ANN401 (a foreign class)
    from degenbot.erc20_token import Erc20Token  # pyright: ignore[reportMissingImports]

    token = object.__new__(Erc20Token)
    token.address, token.symbol = f"0x{number:040x}", f"T{number}"
    token.name, token.decimals = token.symbol, 18
    return token


def _pool(number: int, sold: Any, bought: Any, pair: list[int]) -> Any:  # noqa: ANN401
    from degenbot.uniswap.types import UniswapV2PoolState  # pyright: ignore[reportMissingImports]
    from degenbot.uniswap.v2_liquidity_pool import (  # pyright: ignore[reportMissingImports]
        UnregisteredLiquidityPool,
    )

    pool = UnregisteredLiquidityPool(f"0x{1 << 32 | number:040x}", [sold, bought])
    first, second = pair if pool.token0 == sold else pair[::-1]
    pool._state = UniswapV2PoolState(  # noqa: SLF001 (an unregistered pool has no other door)
        pool=pool.address, reserves_token0=first, reserves_token1=second
    )
    pool.name = pool.address
    return pool


if __name__ == "__main__":
    main()
