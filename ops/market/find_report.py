"""The best cycle of each asset in a file of pools, as JSON.

Pools are one market where they were seen on the same chain at the same block: prices of two blocks
never met, and a profit between them is invented. An asset is a contract's address; where it is
printed it is called by its symbol, unless that means two assets of the file.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from domain.arbitrage.best_cycle import BestCycle, best_cycle, start_assets
from domain.arbitrage.cycle import ListedPool
from ops.market.pool_file import StatedPool


def find_rows(pools: list[StatedPool], most_hops: int | None, effort: int) -> list[dict[str, Any]]:
    """Find the best cycle from every asset that has one, and write it as a JSON object.

    Raises:
        InputRefused: The number of hops is out of bounds.
    """
    called = _called(pools)
    found = (
        best_cycle(market, start, most_hops, effort)
        for market in markets(pools)
        for start in start_assets(market)
    )
    return [_row(cycle, called) for cycle in found if cycle]


def markets(pools: list[StatedPool]) -> list[list[ListedPool]]:
    """Group pools by chain and block, in the order of both."""
    grouped: dict[tuple[str, str], list[ListedPool]] = defaultdict(list)
    for stated in pools:
        coins = tuple(coin.identity for coin in stated.coins)
        grouped[stated.anchor].append(ListedPool(stated.name, coins, stated.pool))
    return [grouped[anchor] for anchor in sorted(grouped)]


def _called(pools: list[StatedPool]) -> dict[str, str]:
    """Say what to call each asset: its symbol where that means no other."""
    symbols: dict[str, set[str]] = defaultdict(set)
    for stated in pools:
        for coin in stated.coins:
            symbols[coin.symbol].add(coin.identity)
    return {
        coin.identity: coin.symbol if len(symbols[coin.symbol]) == 1 else coin.identity
        for stated in pools
        for coin in stated.coins
    }


def _row(found: BestCycle, called: dict[str, str]) -> dict[str, Any]:
    amounts = found.size.amounts
    return {
        "path": [called[coin] for coin in found.coins],
        "pools": list(found.pools),
        "amount_in": str(amounts[0]),
        "amount_out": str(amounts[-1]),
        "profit": str(found.size.gain_units),
        "hops": len(found.hops),
        "amounts": [str(units) for units in amounts],
        "is_proven_best": found.size.is_proven,
        "searched_hops": found.searched_hops,
    }
