"""The strategies: each looks at a changed market and answers for every pair of venues affected.

A strategy is anything with a `name` and a `look`; :mod:`live.detection.registry` says which ones
the process runs. An answer follows from the market alone: no clock but the instant given, no memory
of earlier looks. Those of the desk's own pair are here, longer rounds in
:mod:`live.detection.rounds`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Protocol

from domain.arbitrage import cex_dex, dex_dex
from domain.arbitrage.edge import Edge, NoOpportunity, Terms
from domain.desk import DeskCard, Pool
from domain.errors import EmptyPool
from domain.market.book import Book, rungs
from domain.market.price import BUY, SELL
from domain.money import exact_units
from live.detection.market import Market, PoolHeard
from live.detection.round import Round
from live.detection.rules import Rules
from live.detection.venues import token_fault

NO_MARK = NoOpportunity("no_mark")
"""The exchange's book is unknown or old, so nothing can be valued."""
STALE_POOL = NoOpportunity("stale_pool")
"""A pool is not stated at the head, or the head is old."""
EMPTY_POOL = NoOpportunity("empty_pool")
"""A pool has no price."""


@dataclass(frozen=True, slots=True)
class Look:
    """One strategy's answer for the venues of one trade, in its order; a buy before its sale.

    Args:
        venues: None for an answer that stands for `count` trades that were not told apart.
        evidence: What each leg was quoted on: ``block:<hash>`` or ``book:<sequence>``.
        pools: Curves looked at; while they are equal, the pools have not moved.
        state: Everything looked at; while it is equal, a second look gives the same answer.
    """

    strategy: str
    venues: tuple[str, ...]
    evidence: tuple[str, ...]
    pools: Hashable
    state: Hashable
    answer: Edge | Round | NoOpportunity
    count: int = 1


class Strategy(Protocol):
    """A way to find edges."""

    @property
    def name(self) -> str:
        """As in facts and P&L."""
        ...

    def look(
        self, market: Market, changed: frozenset[str], rules: Rules, now_ns: int
    ) -> Iterator[Look]:
        """Answer for each trade that a change of `changed` can have affected."""
        ...


@dataclass(frozen=True, slots=True)
class DexDex:
    """Every ordered pair of pools at the same block, taken atomically by our executor."""

    name: str = dex_dex.STRATEGY

    def look(
        self, market: Market, changed: frozenset[str], rules: Rules, now_ns: int
    ) -> Iterator[Look]:
        """Answer for each ordered pair with a changed pool; see :class:`Strategy`."""
        terms = _terms(market, rules, rules.dex_dex_gas, now_ns)
        venues = [pool.venue for pool in pair_pools(market.card)]
        for buy in venues:
            for sell in venues:
                if buy != sell and changed & {buy, sell}:
                    yield self._look_at(market, buy, sell, terms, rules, now_ns)

    def _look_at(
        self, market: Market, buy: str, sell: str, terms: Terms | None, rules: Rules, now_ns: int
    ) -> Look:
        cheap = market.current_pool(buy, now_ns, rules)
        dear = market.current_pool(sell, now_ns, rules)
        answer: Edge | NoOpportunity = STALE_POOL
        if cheap and dear:
            answer = _dex_answer(cheap, dear, terms)
        curves = tuple(heard.pool.curve if heard else None for heard in (cheap, dear))
        return Look(self.name, (buy, sell), (_block(cheap), _block(dear)), curves, curves, answer)


@dataclass(frozen=True, slots=True)
class CexDex:
    """Each pool against the exchange's book, in both directions, in two legs."""

    name: str = cex_dex.STRATEGY

    def look(
        self, market: Market, changed: frozenset[str], rules: Rules, now_ns: int
    ) -> Iterator[Look]:
        """Answer for both directions of each affected pool; see :class:`Strategy`."""
        terms = _terms(market, rules, rules.cex_dex_gas, now_ns)
        book = market.fresh_book(now_ns, rules)
        exchange = market.card.exchange.venue
        for pool in pair_pools(market.card):
            if changed & {pool.venue, exchange}:
                heard = market.current_pool(pool.venue, now_ns, rules)
                for pool_side in (BUY, SELL):
                    yield self._look_at(market, pool.venue, heard, book, pool_side, terms)

    def _look_at(
        self,
        market: Market,
        venue: str,
        heard: PoolHeard | None,
        book: Book | None,
        pool_side: str,
        terms: Terms | None,
    ) -> Look:
        exchange = market.card.exchange.venue
        answer: Edge | NoOpportunity = STALE_POOL if heard is None else NO_MARK
        if heard and book and terms:
            answer = _cex_answer(market, heard, book, pool_side, terms)
        at_pool, at_book = (venue, _block(heard)), (exchange, _sequence(book))
        buy, sell = (at_pool, at_book) if pool_side == BUY else (at_book, at_pool)
        curve = heard.pool.curve if heard else None
        levels = (book.asks if pool_side == SELL else book.bids) if book else ()
        venues, evidence = zip(buy, sell, strict=True)
        return Look(self.name, venues, evidence, curve, (curve, levels), answer)


def pair_pools(card: DeskCard) -> tuple[Pool, ...]:
    """Give the usable pools of the desk's own pair; others only take part in longer rounds."""
    pair = {card.chain.base_token, card.chain.quote_token}
    return tuple(
        pool
        for pool in card.chain.pools
        if {pool.token0, pool.token1} == pair and token_fault(card, pool) is None
    )


def _dex_answer(cheap: PoolHeard, dear: PoolHeard, terms: Terms | None) -> Edge | NoOpportunity:
    if terms is None:
        return NO_MARK
    try:
        return dex_dex.best_edge(cheap.pool, dear.pool, terms)
    except EmptyPool:
        return EMPTY_POOL


def _cex_answer(
    market: Market, heard: PoolHeard, book: Book, pool_side: str, terms: Terms
) -> Edge | NoOpportunity:
    try:
        return cex_dex.best_edge(
            heard.pool, _exchange_side(market, book, pool_side), pool_side, terms
        )
    except EmptyPool:
        return EMPTY_POOL


def _exchange_side(market: Market, book: Book, pool_side: str) -> cex_dex.ExchangeSide:
    card = market.card.exchange
    return cex_dex.ExchangeSide(
        venue=card.venue,
        ladder=rungs(book.bids if pool_side == BUY else book.asks),
        base_decimals=market.card.asset(card.base_asset).decimals,
        quote_decimals=market.card.asset(card.quote_asset).decimals,
        lot_e8=exact_units(card.lot, 8),
        fee_pips=card.taker_fee_pips,
    )


def _terms(market: Market, rules: Rules, gas: int, now_ns: int) -> Terms | None:
    mark_e6 = market.mark_e6(now_ns, rules)
    if mark_e6 is None or market.head is None:
        return None
    return Terms(
        mark_e6=mark_e6,
        gas_wei=gas * market.head.base_fee_wei * rules.base_fee_multiple,
        min_net_usd_e24=rules.min_net_usd_e24,
        max_notional_usd_e24=rules.max_notional_usd_e24,
    )


def _block(heard: PoolHeard | None) -> str:
    return f"block:{heard.block_hash}" if heard else ""


def _sequence(book: Book | None) -> str:
    return f"book:{book.sequence}" if book else ""
