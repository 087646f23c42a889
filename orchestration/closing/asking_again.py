"""Asking the sources of a closed day again, in a copy of its lake, up to the same anchor.

Each source by itself: one that does not answer, or not wholly, keeps what it said before. A chain
that has another block at the anchor than it had was reorganised beyond what it called final; the
day is then read from the chain as it is.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

import msgspec

from domain.errors import PlatformError
from domain.home import DeskHome
from orchestration.captures import chain, exchange
from orchestration.captures.anchor import day_anchor
from orchestration.captures.rebases import capture_rebases
from orchestration.resources.chain_source import ChainSource
from orchestration.resources.desk import desk_card
from orchestration.resources.lake import Lake
from orchestration.resources.lake_schema import (
    ANCHORS,
    BLOCKS,
    CHAIN_BALANCES,
    EXCHANGE_BALANCES,
    FILLS,
    LEDGER_LINES,
    LOGS,
    PAYMENTS,
    REBASES,
    TRANSACTIONS,
)

STATEMENTS = (FILLS.name, LEDGER_LINES.name, PAYMENTS.name, EXCHANGE_BALANCES.name)
SCANS = (BLOCKS.name, TRANSACTIONS.name, LOGS.name, REBASES.name, CHAIN_BALANCES.name)
ASKED = (*STATEMENTS, ANCHORS.name, *SCANS)
"""Tables that are captured anew."""


def ask_the_sources(copy: DeskHome, day: str) -> str:
    """Capture a day anew from exchange and chain; answers how it went."""
    return f"{ask_the_exchange(copy, day)}; {ask_the_chain(copy, day)}"


def ask_the_exchange(copy: DeskHome, day: str) -> str:
    """Capture the exchange's statements of a day anew."""
    return _anew(copy, day, "the exchange", STATEMENTS, _told_by_the_exchange)


def ask_the_chain(copy: DeskHome, day: str) -> str:
    """Capture the blocks of a day anew, and what we held at its anchor."""
    return _anew(copy, day, "the chain", SCANS, _told_by_the_chain)


def _told_by_the_exchange(copy: DeskHome, day: str) -> str:
    lines = exchange.capture_ledger_lines(copy, day)
    fills = exchange.capture_fills(copy, day)
    exchange.capture_payments(copy, day)
    exchange.capture_exchange_balances(copy, day)
    return f"the exchange told {fills} fills and {lines} lines"


def _told_by_the_chain(copy: DeskHome, day: str) -> str:
    was_replaced = _anchored_anew(copy, day)
    blocks = chain.capture_blocks(copy, day)
    capture_rebases(copy, day)
    chain.capture_balances(copy, day)
    others = ", and another one at the anchor than it had" if was_replaced else ""
    return f"the chain told {blocks} blocks{others}"


def _anchored_anew(copy: DeskHome, day: str) -> bool:
    """Follow the chain to its block at the anchor's height now; say whether it is another."""
    anchor = day_anchor(copy, day)
    block = ChainSource(desk_card(copy).chain.rpc_url).block(anchor.block_number)
    if block["hash"] == anchor.block_hash:
        return False
    anew = msgspec.structs.replace(
        anchor, block_hash=block["hash"], timestamp_s=int(block["timestamp"], 16)
    )
    Lake(copy).replace(ANCHORS.name, day, [msgspec.structs.asdict(anew)])
    return True


def _anew(
    copy: DeskHome,
    day: str,
    source: str,
    tables: tuple[str, ...],
    ask: Callable[[DeskHome, str], str],
) -> str:
    lake, kept = Lake(copy), copy.root / "before"
    for table in (ANCHORS.name, *tables):
        if lake.folder(table, day).exists():
            shutil.copytree(lake.folder(table, day), kept / table, dirs_exist_ok=True)
    for table in tables:
        shutil.rmtree(lake.folder(table, day), ignore_errors=True)
    try:
        return ask(copy, day)
    except PlatformError as error:
        for table in (ANCHORS.name, *tables):
            shutil.rmtree(lake.folder(table, day), ignore_errors=True)
            if (kept / table).exists():
                shutil.copytree(kept / table, lake.folder(table, day))
        return f"{source} was not asked again: {error}"
