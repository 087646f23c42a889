"""The desk's venues as cycles see them: one asset is one number, wherever it is traded.

What the desk card says is worth the same (its `underlying`) is the same asset here: the token on
the chain where there is one, and whatever exchanges call it. Where an exchange's coin may mean two
tokens its book is not used, and neither is one whose base has fewer digits than a book's lots.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from domain.amm.concentrated import Concentrated
from domain.amm.constant_product import ConstantProduct
from domain.amm.pair_pool import Curve
from domain.amm.pool import Pool
from domain.amm.uniswap_v2 import UniswapV2
from domain.amm.uniswap_v3 import UniswapV3
from domain.cycles.ladder import Ladder
from domain.cycles.reason import Bad
from domain.desk import DeskCard, ExchangeCard
from domain.desk import Pool as PoolCard
from domain.errors import InputRefused
from domain.money import PIPS, exact_units

_BOOK_DECIMALS = 8


@dataclass(frozen=True, slots=True)
class Venue:
    """A place of the desk in the graph.

    Args:
        coins: Assets as its pool or book numbers them.
        shape: Decimals, lot and fee of a book; ``None`` for a pool.
    """

    name: str
    coins: tuple[str, str]
    shape: Ladder | None


def venues_of(card: DeskCard) -> tuple[list[Venue], Counter[Bad]]:
    """List the venues that cycles may use, and count those that they may not, by reason."""
    venues, refused = list[Venue](), Counter[Bad]()
    for pool in card.chain.pools:
        fault = token_fault(card, pool)
        if fault is None:
            venues.append(Venue(pool.venue, (pool.token0, pool.token1), None))
        else:
            refused[fault] += 1
    for exchange in (card.exchange, *card.watched):
        book = _book(card, exchange)
        if isinstance(book, Bad):
            refused[book] += 1
        else:
            venues.append(book)
    return venues, refused


def token_fault(card: DeskCard, pool: PoolCard) -> Bad | None:
    """Say why nothing may be sent through a pool: a token that taxes transfers, or may do so."""
    taxes = {card.asset(token).taxes_transfers for token in (pool.token0, pool.token1)}
    if True in taxes:
        return Bad.TAXED_TOKEN
    return Bad.TAX_UNKNOWN if None in taxes else None


def asset_of(card: DeskCard, identity: str) -> str | Bad:
    """Give what stands for an asset of an exchange: the one token, or the first exchange's coin."""
    underlying = card.asset(identity).underlying
    tokens = {
        token
        for pool in card.chain.pools
        for token in (pool.token0, pool.token1)
        if card.asset(token).underlying == underlying
    }
    if len(tokens) > 1:
        return Bad.AMBIGUOUS_SYMBOL
    return tokens.pop() if tokens else next(_coins(card, underlying))


def pool_of(curve: Curve) -> Pool:
    """Write a curve of the desk as a pool of its family.

    Raises:
        InputRefused: It is of no family that is known here.
    """
    if isinstance(curve, ConstantProduct):
        return UniswapV2((curve.reserve0_units, curve.reserve1_units), curve.fee_pips, PIPS)
    if isinstance(curve, Concentrated):
        return UniswapV3(curve)
    raise InputRefused("teach cycles this family of pools first", family=type(curve).__name__)


def _book(card: DeskCard, exchange: ExchangeCard) -> Venue | Bad:
    base, quote = (asset_of(card, coin) for coin in (exchange.base_asset, exchange.quote_asset))
    if isinstance(base, Bad) or isinstance(quote, Bad):
        return Bad.AMBIGUOUS_SYMBOL
    decimals = card.asset(base).decimals
    if decimals < _BOOK_DECIMALS:
        return Bad.COARSE_BASE
    shape = Ladder(
        (),
        (),
        base_decimals=decimals,
        quote_decimals=card.asset(quote).decimals,
        lot_e8=exact_units(exchange.lot, _BOOK_DECIMALS),
        fee_pips=exchange.taker_fee_pips,
    )
    return Venue(exchange.venue, (base, quote), shape)


def _coins(card: DeskCard, underlying: str) -> Iterator[str]:
    for exchange in (card.exchange, *card.watched):
        for coin in (exchange.base_asset, exchange.quote_asset):
            if card.asset(coin).underlying == underlying:
                yield coin
