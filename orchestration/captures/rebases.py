"""Rebases into the lake: what each address of ours held just before and just after each of them.

A token that rebases says so by a log of its own and moves every balance without a Transfer; two
balances around its block prove by how much. A token that changes balances silently is not found
here: comparing what is held finds it.
"""

from __future__ import annotations

from typing import Any

from domain.clock import SECOND_NS, day_bounds_ns
from domain.desk import DeskCard
from domain.home import DeskHome
from domain.identity import wallet_account
from domain.settlement.rebases import REBASE_TOPICS
from orchestration.captures.anchor import day_anchor
from orchestration.captures.chain import block_ranges, tokens_of
from orchestration.resources.chain_source import ChainSource
from orchestration.resources.desk import desk_card
from orchestration.resources.lake import Cursor, Lake
from orchestration.resources.lake_schema import REBASES


def capture_rebases(home: DeskHome, day: str) -> int:
    """Look for rebases of our tokens in the day's new blocks.

    Returns:
        How many balances changed by one were captured.

    Raises:
        RpcUnavailable: The chain does not answer; nothing is written then.
    """
    lake, anchor, card = Lake(home), day_anchor(home, day), desk_card(home)
    before = max(
        [card.chain.opening_block]
        + [
            lake.cursor(REBASES.name, known).position
            for known in lake.days(REBASES.name)
            if known <= day
        ]
    )
    if before >= anchor.block_number and lake.parts(REBASES.name, day):
        return 0
    source = ChainSource(card.chain.rpc_url)
    start_ns = day_bounds_ns(day)[0]
    rows = rebase_rows(source, card, before + 1, anchor.block_number, start_ns)
    lake.append(REBASES.name, day, rows, Cursor(anchor.block_number, anchor.block_hash))
    return len(rows)


def rebase_rows(
    source: ChainSource, card: DeskCard, first: int, last: int, start_ns: int
) -> list[dict[str, Any]]:
    """Read what rebases in a closed range of blocks from an instant on did to our addresses."""
    once: dict[tuple[str, int], dict[str, Any]] = {}
    for low, high in block_ranges(first, last):
        for log in source.logs(low, high, tokens_of(card), REBASE_TOPICS):
            once.setdefault((log["address"].lower(), int(log["blockNumber"], 16)), log)
    rows: list[dict[str, Any]] = []
    for (token, number), log in once.items():
        block = source.block(number)
        if int(block["timestamp"], 16) * SECOND_NS >= start_ns:
            rows += _around(source, card, token, block, log)
    return rows


def _around(
    source: ChainSource, card: DeskCard, token: str, block: dict[str, Any], log: dict[str, Any]
) -> list[dict[str, Any]]:
    number = int(block["number"], 16)
    (asset,) = (name for name in tokens_of(card) if name.endswith(token))
    return [
        {
            "account": wallet_account(card.chain.chain_id, holder),
            "asset": asset,
            "block_number": number,
            "block_hash": block["hash"],
            "timestamp_s": int(block["timestamp"], 16),
            "tx_hash": log["transactionHash"],
            "log_index": int(log["logIndex"], 16),
            "before_units": str(source.token_units(token, holder, number - 1)),
            "after_units": str(source.token_units(token, holder, number)),
        }
        for holder in sorted(card.own_addresses())
    ]
