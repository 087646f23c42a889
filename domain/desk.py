"""The desk card: what this desk trades, where it is deployed and who it is.

Reference data only, the same for loop and books: assets with decimals and what they are worth the
same as, pools with their fee, the exchange, our own addresses. It is written once when a desk is
opened, journalled as a fact, and read by every process. Prices, balances and secrets do not belong
here.
"""

from __future__ import annotations

import msgspec

from domain.errors import InputRefused
from domain.identity import told_url

BOOK_CURRENCY = "USDC"
"""The underlying the books value everything in; its mark is 1 by definition."""


class Asset(msgspec.Struct, frozen=True):
    """One thing that can be owned.

    Args:
        asset: Identity (:mod:`domain.identity`).
        symbol: For people only; never a key.
        decimals: Digits of the base unit, read from the contract or the exchange.
        underlying: Whose mark values it; wrapped, native and exchange-held coins share one.
        taxes_transfers: Whether its contract keeps a part of what is sent; None when nobody knows.
    """

    asset: str
    symbol: str
    decimals: int
    underlying: str
    taxes_transfers: bool | None = False


class Pool(msgspec.Struct, frozen=True):
    """One on-chain venue for one pair.

    Args:
        venue: Its name in facts, books and P&L, for example ``univ2-a``.
        kind: ``v2`` (constant product) or ``v3`` (concentrated liquidity).
        address: The pool contract.
        token0, token1: Asset identities in the contract's order.
        fee_pips: Swap fee in millionths of the input (3000 = 0.30 %).
        tick_spacing: Of a v3 pool; 0 for others.
    """

    venue: str
    kind: str
    address: str
    token0: str
    token1: str
    fee_pips: int
    tick_spacing: int = 0


class ChainCard(msgspec.Struct, frozen=True):
    """One chain, the contracts on it and our addresses.

    Args:
        engine: ``anvil`` or ``eth-tester``.
        wallet: Our externally owned account, which signs and pays gas.
        executor: Our contract for atomic arbitrage; holds nothing between transactions.
        opening_block: The last block before the desk could act; balances there are the opening.
    """

    chain_id: int
    engine: str
    rpc_url: str
    native: str
    base_token: str
    quote_token: str
    pools: tuple[Pool, ...]
    wallet: str
    executor: str
    opening_block: int


class ExchangeCard(msgspec.Struct, frozen=True):
    """One centralised exchange as the desk uses it.

    Args:
        dialect: The ccxt class that speaks to it unmodified.
        symbol: The ccxt unified symbol of the pair.
        account: Account identity of ours.
        price_tick: Smallest price step, as decimal text.
        lot: Smallest quantity step of the base, as decimal text.
        taker_fee_pips: Fee in millionths of the cost.
        deposit_addresses: Addresses on the chain that the exchange credits to our account.
    """

    venue: str
    dialect: str
    rest_url: str
    ws_url: str
    symbol: str
    base_asset: str
    quote_asset: str
    account: str
    price_tick: str
    lot: str
    taker_fee_pips: int
    deposit_addresses: tuple[str, ...] = ()


class DeskCard(msgspec.Struct, frozen=True):
    """Everything a process has to know about the desk it belongs to.

    Args:
        metrics_ports: Process name -> loopback port of its metrics and health pages.
        watched: Further books, looked at and never traded on.
        mark_policy: How the books mark what is held, one of `domain.pnl.policies`.
    """

    desk_id: str
    seed: int
    opened_ns: int
    assets: tuple[Asset, ...]
    chain: ChainCard
    exchange: ExchangeCard
    metrics_ports: dict[str, int]
    watched: tuple[ExchangeCard, ...] = ()
    mark_policy: str = "cex_mid"

    def asset(self, identity: str) -> Asset:
        """Look an asset up by identity.

        Raises:
            InputRefused: The desk does not know it.
        """
        for known in self.assets:
            if known.asset == identity:
                return known
        raise InputRefused("add this asset to the desk's reference data first", asset=identity)

    @property
    def pair(self) -> str:
        """Name the pair this desk trades by what both sides are worth, wherever: ``ETH-USDC``."""
        base = self.asset(self.exchange.base_asset).underlying
        return f"{base}-{self.asset(self.exchange.quote_asset).underlying}"

    def pool(self, venue: str) -> Pool:
        """Look a pool up by venue name.

        Raises:
            InputRefused: The desk does not know it.
        """
        for known in self.chain.pools:
            if known.venue == venue:
                return known
        raise InputRefused("add this pool to the desk's reference data first", venue=venue)

    def own_addresses(self) -> frozenset[str]:
        """Give every on-chain address whose holdings are ours."""
        return frozenset({self.chain.wallet, self.chain.executor})


def told_card(card: DeskCard) -> DeskCard:
    """Give a card as a fact may tell it: a hosted node's user, path and query are secrets."""
    return msgspec.structs.replace(
        card,
        chain=msgspec.structs.replace(card.chain, rpc_url=told_url(card.chain.rpc_url)),
        exchange=_told_exchange(card.exchange),
        watched=tuple(map(_told_exchange, card.watched)),
    )


def _told_exchange(card: ExchangeCard) -> ExchangeCard:
    return msgspec.structs.replace(
        card, rest_url=told_url(card.rest_url), ws_url=told_url(card.ws_url)
    )


def read_card(text: bytes) -> DeskCard:
    """Parse a desk card.

    Raises:
        InputRefused: It is not one.
    """
    try:
        return msgspec.json.decode(text, type=DeskCard)
    except msgspec.DecodeError as error:
        raise InputRefused(f"this is not a desk card: {error}; open the desk again") from error
