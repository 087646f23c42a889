"""Messages of v2 for those tests to whom most of their fields do not matter."""

from __future__ import annotations

from typing import Any

from live.protocol import v2

HASH = "0x" + "0" * 64
PAIR = "ETH-USDC"
_CHAIN = "eip155:31337"


def a_chain_head(number: int = 1, block_hash: str = HASH, parent_hash: str = HASH) -> v2.ChainHead:
    """Say that a block is the head."""
    return v2.ChainHead(v2.Routing(), number, block_hash, parent_hash, 1, 10**9)


def a_pool_state(venue: str = "univ2-a", block: int = 1, **told: Any) -> v2.PoolState:
    """State a V2 pool; whatever is told replaces what it would say."""
    usual: dict[str, Any] = {
        "routing": v2.Routing(venues=(venue,), pairs=(PAIR,)),
        "venue": venue,
        "pool": f"{_CHAIN}:0x" + "a" * 40,
        "kind": "v2",
        "asset0": f"{_CHAIN}/erc20:0x" + "1" * 40,
        "asset1": f"{_CHAIN}/erc20:0x" + "2" * 40,
        "fee_pips": 3000,
        "block_number": block,
        "block_hash": HASH,
        "log_index": -1,
        "reserve0": 10,
        "reserve1": 20,
        "sqrt_price_x96": 0,
        "tick": 0,
        "liquidity": 0,
        "ticks": (),
    }
    return v2.PoolState(**{**usual, **told})


def an_opportunity(
    number: int = 1,
    *,
    strategy: str = "dex_dex",
    venues: tuple[str, ...] = ("univ2-a", "univ2-b"),
    profit_usd_e6: int | None = 1_000_000,
    confidence_ppm: int | None = None,
    expires_ns: int = 0,
    record: bytes = b"",
) -> v2.ArbitrageOpportunity:
    """Tell of an opportunity; its number makes its id."""
    correlation = number.to_bytes(16, "big")
    routing = v2.Routing(
        strategy, venues, (PAIR,), profit_usd_e6, confidence_ppm, expires_ns, correlation
    )
    weth, usdc = f"{_CHAIN}/erc20:0x" + "1" * 40, f"{_CHAIN}/erc20:0x" + "2" * 40
    buy = v2.Hop(venues[0], "", usdc, weth, 3000 * 10**6, 10**18, 3000, HASH)
    sell = v2.Hop(venues[-1], "", weth, usdc, 10**18, 3010 * 10**6, 3000, HASH)
    return v2.ArbitrageOpportunity(
        routing=routing,
        opportunity_id=correlation.hex(),
        hops=(buy, sell),
        gas_asset=f"{_CHAIN}/slip44:60",
        gas_amount=10**14,
        gross_usd_e24=10**25,
        fee_usd_e24=0,
        net_usd_e24=10**24,
        mark_e6=3_000_000_000,
        block_number=1,
        block_hash=HASH,
        found_ns=1,
        record=record,
    )
