"""A desk with three tokens and a second exchange to look at, and its market in a few words."""

from __future__ import annotations

from typing import Any

import msgspec

from domain.desk import Asset, DeskCard, Pool
from domain.identity import erc20_asset, venue_asset
from live.protocol import v1
from tests.kit.clock import NOON_NS
from tests.kit.facts import CHAIN_ID, USDC, WETH, a_card
from tests.kit.market import ETH, a_head, block_hash
from tests.kit.wire import a_pool_state

DAI = erc20_asset(CHAIN_ID, "0x" + "33" * 20)
OTHER_ETH, OTHER_USD = venue_asset("other", "ETH"), venue_asset("other", "USD")
SYMBOL = v1.symbol_hash("other:ETH-USDC")


def a_wide_card(**changes: Any) -> DeskCard:
    """Build the desk of the house with pools of a third token and a watched exchange."""
    card = a_card()
    watched = msgspec.structs.replace(
        card.exchange, venue="other", base_asset=OTHER_ETH, quote_asset=OTHER_USD
    )
    pools = (
        card.chain.pools[0],
        Pool("dai-weth", "v2", "0x" + "d1" * 20, WETH, DAI, 3000),
        Pool("dai-usdc", "v2", "0x" + "d2" * 20, USDC, DAI, 500),
    )
    wide = msgspec.structs.replace(
        card,
        assets=(
            *card.assets,
            Asset(DAI, "DAI", 18, "DAI"),
            Asset(OTHER_ETH, "ETH", 10, "ETH"),
            Asset(OTHER_USD, "USD", 8, "USDC"),
        ),
        chain=msgspec.structs.replace(card.chain, pools=pools),
        watched=(watched,),
    )
    return msgspec.structs.replace(wide, **changes)


def a_wide_block(number: int, dai_per_eth: int = 3000) -> list[Any]:
    """State a head and three pools at it; `dai_per_eth` moves one of them."""
    stated = {
        "univ2-a": (300 * ETH, 900_000 * 10**6),
        "dai-weth": (300 * ETH, 300 * dai_per_eth * 10**18),
        "dai-usdc": (900_000 * 10**6, 900_000 * 10**18),
    }
    states = [
        a_pool_state(name, number, block_hash=block_hash(number), reserve0=first, reserve1=second)
        for name, (first, second) in stated.items()
    ]
    return [a_head(number), *states]


def other_book(sequence: int, mid_usdc: int, eth: int = 5) -> v1.L2Snapshot:
    """State the watched exchange's book: three levels a side, half a dollar from its middle."""
    sides = [
        tuple(
            v1.Level((2 * mid_usdc + sign * (2 * step - 1)) * 10**8 // 2, eth * 10**8)
            for step in (1, 2, 3)
        )
        for sign in (-1, 1)
    ]
    return v1.L2Snapshot(NOON_NS, SYMBOL, sequence, *sides)
