"""Our executor contract as callers see it: calldata, ABI, bytecode. Pure but for reading its files.

The contract (`contracts/executor.vy`) buys exactly `base_units` on one pool and sells exactly that
on another within one transaction, or swaps the wallet's own tokens in one pool. How it keeps
strangers out is written there.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from domain.desk import Pool
from domain.errors import InputRefused
from live.chain.calldata import call_data

CONTRACTS = Path(__file__).parent / "contracts"

ARBITRAGE_GAS_LIMIT = 600_000
"""Measured 168k to 205k on anvil; the rest is room for V3 ticks to cross (`test_executor.py`)."""
ARBITRAGE_GAS = 205_000
"""The most that was measured: what a budget has to pay for."""
SWAP_GAS_LIMIT = 350_000
"""Measured 119k to 127k, with the same room."""
SWAP_GAS = 127_000
"""Likewise."""

_ARBITRAGE = "arbitrage(address,bool,address,bool,address,address,uint256,uint256,uint256)"
_SWAP = "swap_exact_in(address,bool,address,address,uint256,uint256,uint256)"
_KINDS = ("v2", "v3")


class Hop(msgspec.Struct, frozen=True):
    """One pool and the way it is spoken to, ``v2`` or ``v3``."""

    pool_address: str
    kind: str

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise InputRefused("the executor speaks to v2 and v3 pools only", kind=self.kind)


def hop_of(pool: Pool) -> Hop:
    """Name a pool of the desk card as a hop."""
    return Hop(pool.address, pool.kind)


def arbitrage_calldata(
    *,
    buy: Hop,
    sell: Hop,
    base_token: str,
    quote_token: str,
    base_units: int,
    min_profit_units: int,
    deadline_block: int,
) -> bytes:
    """Encode an atomic arbitrage.

    Args:
        buy: Where the base is bought.
        sell: Where it is sold; not the same pool.
        base_token: Its plain address.
        quote_token: Its plain address.
        base_units: Bought and sold, exactly.
        min_profit_units: Quote the wallet must gain at least, or nothing happens.
        deadline_block: The last block in which it may happen.
    """
    return call_data(
        _ARBITRAGE,
        buy.pool_address,
        buy.kind == "v3",
        sell.pool_address,
        sell.kind == "v3",
        base_token,
        quote_token,
        base_units,
        min_profit_units,
        deadline_block,
    )


def swap_exact_in_calldata(
    *,
    hop: Hop,
    token_in: str,
    token_out: str,
    amount_in_units: int,
    min_out_units: int,
    deadline_block: int,
) -> bytes:
    """Encode a swap of the wallet's own, approved tokens; the pool pays the wallet."""
    return call_data(
        _SWAP,
        hop.pool_address,
        hop.kind == "v3",
        token_in,
        token_out,
        amount_in_units,
        min_out_units,
        deadline_block,
    )


def approve_calldata(spender: str, units: int) -> bytes:
    """Encode an ERC-20 approval."""
    return call_data("approve(address,uint256)", spender, units)


@cache
def bytecode() -> bytes:
    """Read the executor's creation code; its constructor takes the owner."""
    return bytes.fromhex((CONTRACTS / "executor.bytecode.txt").read_text().strip()[2:])
