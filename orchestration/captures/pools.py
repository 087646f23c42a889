"""What the desk's pools showed, block by block: read from their own logs, once, up to the anchor.

A v2 pair says its whole state in each Sync, a v3 pool its price in each Swap; where the day begins
both are asked. Read only for a desk that marks by pools. What a state is worth is `domain.pnl`'s.
"""

from __future__ import annotations

from typing import Any

from domain.chain.events import V2_SYNC_TOPIC, V3_SWAP_TOPIC
from domain.chain.words import split_words, word_uint
from domain.clock import SECOND_NS, day_bounds_ns
from domain.desk import DeskCard, Pool
from domain.errors import SchemaDrift
from domain.home import DeskHome
from domain.pnl.policies import POOL
from orchestration.captures.anchor import day_anchor
from orchestration.captures.chain import block_ranges
from orchestration.resources.chain_source import ChainSource
from orchestration.resources.desk import desk_card
from orchestration.resources.lake import Cursor, Lake
from orchestration.resources.lake_schema import POOLS

V2, V3 = "v2", "v3"
GET_RESERVES, SLOT0 = "0x0902f1ac", "0x3850c7bd"
"""Selectors of ``getReserves()`` and ``slot0()``."""
WHERE_IT_BEGAN = -1
"""Stands for the position of a log where a state was asked and not told."""


def capture_pools(home: DeskHome, day: str) -> int:
    """Read the day's new states of the desk's pools, if it marks by them.

    Returns:
        How many were added.

    Raises:
        RpcUnavailable: The chain does not answer; nothing is written then.
    """
    lake, anchor, card = Lake(home), day_anchor(home, day), desk_card(home)
    if card.mark_policy != POOL:
        return 0
    known = [one for one in lake.days(POOLS.name) if one <= day]
    read = [lake.cursor(POOLS.name, one).position for one in known]
    before = max([card.chain.opening_block, *read])
    if before >= anchor.block_number and lake.parts(POOLS.name, day):
        return 0
    source = ChainSource(card.chain.rpc_url)
    rows = [] if lake.parts(POOLS.name, day) else _asked(source, card, before)
    start_s = day_bounds_ns(day)[0] // SECOND_NS
    told = _told(source, card, before + 1, anchor.block_number)
    rows += [row for row in told if row["timestamp_s"] >= start_s]
    lake.append(POOLS.name, day, rows, Cursor(anchor.block_number, anchor.block_hash))
    return len(rows)


def _asked(source: ChainSource, card: DeskCard, number: int) -> list[dict[str, Any]]:
    block = source.block(number)
    rows: list[dict[str, Any]] = []
    for pool in card.chain.pools:
        place = (pool, block["hash"], number, int(block["timestamp"], 16), WHERE_IT_BEGAN)
        if pool.kind == V3:
            rows.append(_row(*place, sqrt_price_x96=source.words(pool.address, SLOT0, number)[0]))
        elif pool.kind == V2:
            reserve0, reserve1, _ = source.words(pool.address, GET_RESERVES, number)
            rows.append(_row(*place, reserve0=reserve0, reserve1=reserve1))
    return rows


def _told(source: ChainSource, card: DeskCard, first: int, last: int) -> list[dict[str, Any]]:
    pools = {pool.address: pool for pool in card.chain.pools}
    times: dict[int, int] = {}
    rows: list[dict[str, Any]] = []
    for low, high in block_ranges(first, last):
        for log in source.logs(low, high, sorted(pools), (V2_SYNC_TOPIC, V3_SWAP_TOPIC)):
            number, pool = int(log["blockNumber"], 16), pools[log["address"].lower()]
            if number not in times:
                times[number] = int(source.block(number)["timestamp"], 16)
            words = _words(log)
            place = (pool, log["blockHash"], number, times[number], int(log["logIndex"], 16))
            if pool.kind == V2 and log["topics"][0] == V2_SYNC_TOPIC:
                rows.append(_row(*place, reserve0=words[0], reserve1=words[1]))
            elif pool.kind == V3 and log["topics"][0] == V3_SWAP_TOPIC:
                rows.append(_row(*place, sqrt_price_x96=words[2]))
    return rows


def _words(log: dict[str, Any]) -> list[int]:
    words = split_words(log["data"])
    if words is None or len(words) < 2:  # noqa: PLR2004 (the shorter of the two has two)
        raise SchemaDrift(
            "a pool of the desk says a state in other words", tx=log["transactionHash"]
        )
    return [word_uint(word) for word in words]


def _row(
    pool: Pool,
    block_hash: str,
    number: int,
    timestamp_s: int,
    log_index: int,
    *,
    reserve0: int = 0,
    reserve1: int = 0,
    sqrt_price_x96: int = 0,
) -> dict[str, Any]:
    return {
        "venue": pool.venue,
        "block_number": number,
        "block_hash": block_hash,
        "timestamp_s": timestamp_s,
        "log_index": log_index,
        "reserve0": str(reserve0),
        "reserve1": str(reserve1),
        "sqrt_price_x96": str(sqrt_price_x96),
    }
