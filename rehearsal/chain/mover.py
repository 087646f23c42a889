"""The market makers: one wallet a pool, moving it towards the price it is told.

They are other people: their keys and money are not the desk's. A tick reads three pools, sends at
most three transactions and waits for no block; a maker whose last move is not mined yet sits the
tick out. They tip less than the desk, so that an arbitrage in the same block usually comes first.
Not here: which prices (`rehearsal/market.py`), how much to swap (`moves.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from fractions import Fraction
from functools import cache

from domain.desk import ChainCard, Pool
from domain.errors import OutcomeUnknown
from live.chain.calldata import call_data, decode_words
from live.chain.rpc import ChainClient
from live.chain.signer import Eip1559Tx, LocalSigner
from rehearsal.chain.deploy import (
    BASE_DECIMALS,
    MAKER_USDC_UNITS,
    MAKER_WETH_UNITS,
    QUOTE_DECIMALS,
    address_of,
    sqrt_price_x96,
)
from rehearsal.chain.keys import maker_key
from rehearsal.chain.moves import Move, constant_product_move, is_near

TIP_WEI = 10**6
"""A thousandth of a gwei, far below what the desk offers."""

_GAS_LIMIT = 600_000
_MAX = 2**256 - 1
_Q192 = 1 << 192
_ROUTERS = {"univ2-a": "router-a", "univ2-b": "router-b", "univ3": "v3-router"}
_V2_SWAP = "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)"
_V3_SWAP = "exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))"


class Mover:
    """The makers of one chain.

    Args:
        card: Names the pools and the tokens.
    """

    def __init__(self, card: ChainCard) -> None:
        self._card = card

    async def set_base_fee(self, client: ChainClient, base_fee_wei: int) -> None:
        """Say what the next block costs; without this an empty chain's fee decays to nothing.

        Only anvil can be told; elsewhere the fee follows the blocks, as on a real chain.

        Raises:
            RpcUnavailable: The node does not answer.
        """
        if self._card.engine == "anvil":
            await client.request("anvil_setNextBlockBaseFeePerGas", [hex(base_fee_wei)])

    async def move_pools(
        self,
        client: ChainClient,
        target_price_e6_by_venue: Mapping[str, int],
        base_fee_wei: int,
    ) -> None:
        """Send what brings each pool to its target, and return before any of it is mined.

        Args:
            client: Of the chain.
            target_price_e6_by_venue: Quote for one whole base, in millionths; a pool without one
                stays as it is.
            base_fee_wei: Of the next block. Makers offer just this and a thousandth of a gwei:
                nodes order by the cap as well as by the tip, and the desk should come first.

        Raises:
            RpcUnavailable: The node does not answer.
        """
        moves = (
            _move_pool(
                client,
                self._card,
                pool,
                target_price_e6_by_venue[pool.venue],
                base_fee_wei + TIP_WEI,
            )
            for pool in self._card.pools
            if pool.venue in target_price_e6_by_venue
        )
        await asyncio.gather(*moves)


async def _move_pool(
    client: ChainClient, card: ChainCard, pool: Pool, target_e6: int, max_fee_wei: int
) -> None:
    maker = _maker(pool.venue)
    mined, waiting, data = await asyncio.gather(
        client.nonce(maker.address),
        client.nonce(maker.address, "pending"),
        _calldata(client, card, pool, target_e6),
    )
    if data is None or waiting > mined:
        return
    tx = Eip1559Tx(
        chain_id=card.chain_id,
        nonce=mined,
        to=address_of(_ROUTERS[pool.venue]),
        data=data,
        gas_limit=_GAS_LIMIT,
        max_fee_per_gas_wei=max_fee_wei,
        max_priority_fee_per_gas_wei=TIP_WEI,
    )
    try:
        await client.send_raw(maker.sign(tx).raw)
    except OutcomeUnknown:
        return  # arrived or not, the next tick reads the pool anew


async def _calldata(
    client: ChainClient, card: ChainCard, pool: Pool, target_e6: int
) -> bytes | None:
    if pool.kind == "v2":
        return await _v2_calldata(client, card, pool, target_e6)
    return await _v3_calldata(client, card, pool, target_e6)


async def _v2_calldata(
    client: ChainClient, card: ChainCard, pool: Pool, target_e6: int
) -> bytes | None:
    answer = await client.call(pool.address, call_data("getReserves()"))
    reserves = decode_words("uint112,uint112", answer)
    base, quote = reserves if pool.token0 == card.base_token else reserves[::-1]
    move = constant_product_move(base, quote, _units_price(target_e6), pool.fee_pips)
    if move is None:
        return None
    to = _maker(pool.venue).address
    return call_data(_V2_SWAP, move.amount_in_units, 0, list(_path(card, move)), to, _MAX)


async def _v3_calldata(
    client: ChainClient, card: ChainCard, pool: Pool, target_e6: int
) -> bytes | None:
    is_base_first = pool.token0 == card.base_token
    slot = await client.call(pool.address, call_data("slot0()"))
    price_now = decode_words("uint160", slot)[0]
    price_then = sqrt_price_x96(target_e6, is_base_first=is_base_first)
    if is_near(Fraction(price_now**2, _Q192), Fraction(price_then**2, _Q192)):
        return None
    sells_base = (price_then < price_now) == is_base_first
    purse_units = (MAKER_WETH_UNITS if sells_base else MAKER_USDC_UNITS) // 4
    to = _maker(pool.venue).address
    path = _path(card, Move(sells_base, purse_units))
    return call_data(_V3_SWAP, (*path, pool.fee_pips, to, _MAX, purse_units, 0, price_then))


def _units_price(price_e6: int) -> Fraction:
    return Fraction(price_e6 * 10**QUOTE_DECIMALS, 10**6 * 10**BASE_DECIMALS)


def _path(card: ChainCard, move: Move) -> tuple[str, str]:
    base, quote = (name.rpartition(":")[2] for name in (card.base_token, card.quote_token))
    return (base, quote) if move.sells_base else (quote, base)


@cache
def _maker(venue: str) -> LocalSigner:
    return LocalSigner.from_key(maker_key(venue))
