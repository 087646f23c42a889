"""The market as the relay tells it: one book, the chain's head, every pool. A pure state machine.

Each message gives the next market; whoever holds an earlier one still holds that moment. What is no
longer certain is absent (`book is None`) or shows by its block hash, and nothing is found on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from domain.amm.concentrated import Concentrated
from domain.amm.constant_product import ConstantProduct
from domain.amm.pair_pool import Curve, PairPool
from domain.desk import DeskCard, ExchangeCard, Pool
from domain.market.book import Book, Change, Gap, Level, followed, snapshot
from live.detection.rules import Rules
from live.protocol import v1, v2

_E8 = Decimal("1e-8")


@dataclass(frozen=True, slots=True)
class PoolHeard:
    """A pool at the end of a block."""

    pool: PairPool
    block_number: int
    block_hash: str


@dataclass(frozen=True, slots=True)
class BookHeard:
    """A watched book, and when its last word came."""

    book: Book
    heard_ns: int


_NO_BOOKS: Mapping[str, BookHeard] = MappingProxyType({})
_NONE_WATCHED: Mapping[int, str] = MappingProxyType({})
_NO_POOLS: Mapping[str, PoolHeard] = MappingProxyType({})
_NO_VENUES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Market:
    """Everything detection knows of the world.

    Args:
        card: Reference data.
        symbol_hash: Of the desk's pair at the exchange, in v1.
        book: ``None`` while it is not known.
        book_heard_ns: Last sign of life of the exchange's feed.
        head: Last block, ``None`` while the chain is not known.
        head_heard_ns: When.
        pools: By venue, at whatever block each was last stated.
        gaps: Book messages that were missing so far.
        watched: Hash of a watched pair, to its exchange.
        books: Watched books that are known, by exchange.
    """

    card: DeskCard
    symbol_hash: int
    book: Book | None = None
    book_heard_ns: int = 0
    head: v2.ChainHead | None = None
    head_heard_ns: int = 0
    pools: Mapping[str, PoolHeard] = field(default_factory=lambda: _NO_POOLS)
    gaps: int = 0
    watched: Mapping[int, str] = field(default_factory=lambda: _NONE_WATCHED)
    books: Mapping[str, BookHeard] = field(default_factory=lambda: _NO_BOOKS)

    @classmethod
    def unheard(cls, card: DeskCard) -> Market:
        """Begin knowing nothing but reference data."""
        watched = {_hash_of(exchange): exchange.venue for exchange in card.watched}
        return cls(card, _hash_of(card.exchange), watched=watched)

    def fresh_book(self, now_ns: int, rules: Rules) -> Book | None:
        """Give the book if it may be acted on: known, alive and not crossed."""
        is_old = now_ns - self.book_heard_ns > rules.max_book_age_ns
        if self.book is None or is_old or self.book.is_crossed():
            return None
        return self.book

    def watched_book(self, venue: str, now_ns: int, rules: Rules) -> Book | None:
        """Give a watched book if its last word is fresh; only its own words keep it so."""
        heard = self.books.get(venue)
        is_fresh = heard is not None and now_ns - heard.heard_ns <= rules.max_book_age_ns
        return heard.book if heard is not None and is_fresh else None

    def mark_e6(self, now_ns: int, rules: Rules) -> int | None:
        """Give the decision mark of the base by the policy `cex_mid`."""
        book = self.fresh_book(now_ns, rules)
        return book.mid_e6() if book else None

    def current_pool(self, venue: str, now_ns: int, rules: Rules) -> PoolHeard | None:
        """Give a pool if it is stated at the head, and the head is no older than allowed."""
        heard = self.pools.get(venue)
        if self.head is None or heard is None or heard.block_hash != self.head.hash:
            return None
        return heard if now_ns - self.head_heard_ns <= rules.max_head_age_ns else None


@dataclass(frozen=True, slots=True)
class Heard:
    """The market after a message, and the venues whose quotes may be different now."""

    market: Market
    changed: frozenset[str] = _NO_VENUES


def hear_market(market: Market, messages: Sequence[Any], now_ns: int) -> Heard:
    """Take in v1 messages in order; other symbols and kinds leave the market as it is."""
    changed = _NO_VENUES
    for message in messages:
        heard = _hear_v1(market, message, now_ns)
        market, changed = heard.market, changed | heard.changed
    return Heard(market, changed)


def hear_defi(market: Market, messages: Sequence[Any], now_ns: int) -> Heard:
    """Take in v2 messages in order; signals and unknown schemas leave the market as it is."""
    changed = _NO_VENUES
    for message in messages:
        heard = _hear_v2(market, message, now_ns)
        market, changed = heard.market, changed | heard.changed
    return Heard(market, changed)


def without_market_data(market: Market) -> Market:
    """Forget all books: the relay was away and will state them anew."""
    return replace(market, book=None, books=_NO_BOOKS)


def without_chain(market: Market) -> Market:
    """Forget head and pools: the relay was away and will state them anew."""
    return replace(market, head=None, pools=_NO_POOLS)


def curve_of(pool: Pool, state: v2.PoolState) -> Curve:
    """Read a curve from its frame, with fee and spacing from the desk's reference data."""
    if pool.kind == "v2":
        return ConstantProduct(state.reserve0, state.reserve1, pool.fee_pips)
    return Concentrated(
        sqrt_price_x96=state.sqrt_price_x96,
        tick=state.tick,
        liquidity=state.liquidity,
        ticks=tuple((tick, net) for tick, net in state.ticks),
        fee_pips=pool.fee_pips,
        tick_spacing=pool.tick_spacing,
    )


def _hear_v1(market: Market, message: Any, now_ns: int) -> Heard:  # noqa: ANN401 (any v1 message)
    if isinstance(message, v1.Heartbeat):
        return Heard(replace(market, book_heard_ns=now_ns))
    symbol_hash: int = getattr(message, "symbol_hash", 0)
    if symbol_hash in market.watched:
        return _hear_watched(market, market.watched[symbol_hash], message, now_ns)
    return (
        _hear_own(market, message, now_ns) if symbol_hash == market.symbol_hash else Heard(market)
    )


def _hear_own(market: Market, message: Any, now_ns: int) -> Heard:  # noqa: ANN401 (any v1 message)
    if isinstance(message, v1.L2Snapshot):
        return _with_book(market, _snapshot_of(message, now_ns), now_ns)
    if isinstance(message, v1.L2Delta):
        return _hear_delta(market, message, now_ns)
    if isinstance(message, v1.L2Reset):
        return Heard(replace(market, book=None))
    return Heard(market)


def _hear_watched(market: Market, venue: str, message: Any, now_ns: int) -> Heard:  # noqa: ANN401
    known = market.books.get(venue)
    after = known.book if known else None
    if isinstance(message, v1.L2Snapshot):
        after = _snapshot_of(message, now_ns)
    elif isinstance(message, v1.L2Delta) and after is not None:
        after = _followed(after, message, now_ns) or after
    elif isinstance(message, v1.L2Reset):
        after = None
    books = {name: heard for name, heard in market.books.items() if name != venue}
    if after is None or isinstance(after, Gap):
        gaps = market.gaps + isinstance(after, Gap)
        return Heard(replace(market, books=books, gaps=gaps), frozenset({venue}))
    books[venue] = BookHeard(after, now_ns)
    return Heard(replace(market, books=books), frozenset({venue}))


def _hash_of(exchange: ExchangeCard) -> int:
    base, quote = exchange.symbol.split("/")
    return v1.symbol_hash(v1.pair_symbol(exchange.venue, base, quote))


def _followed(book: Book, message: v1.L2Delta, now_ns: int) -> Book | Gap | None:
    changes = [
        Change(update.side, _display(update.price_e8), _display(update.volume_e8))
        for update in message.updates
    ]
    return followed(book, changes, sequence=message.sequence, observed_ns=now_ns)


def _hear_delta(market: Market, message: v1.L2Delta, now_ns: int) -> Heard:
    if market.book is None:
        return Heard(market)
    after = _followed(market.book, message, now_ns)
    if isinstance(after, Gap):
        return Heard(replace(market, book=None, gaps=market.gaps + 1))
    return Heard(market) if after is None else _with_book(market, after, now_ns)


def _with_book(market: Market, book: Book, now_ns: int) -> Heard:
    is_news = market.book is None or market.book.sequence != book.sequence
    changed = frozenset({market.card.exchange.venue}) if is_news else _NO_VENUES
    return Heard(replace(market, book=book, book_heard_ns=now_ns), changed)


def _snapshot_of(message: v1.L2Snapshot, now_ns: int) -> Book:
    return snapshot(
        [Level(_display(level.price_e8), _display(level.volume_e8)) for level in message.bids],
        [Level(_display(level.price_e8), _display(level.volume_e8)) for level in message.asks],
        sequence=message.sequence,
        observed_ns=now_ns,
    )


def _display(scaled_e8: int) -> Decimal:
    return scaled_e8 * _E8


def _hear_v2(market: Market, message: Any, now_ns: int) -> Heard:  # noqa: ANN401 (any v2 message)
    if isinstance(message, v2.ChainHead):
        if market.head is not None and market.head.hash == message.hash:
            return Heard(market)
        return Heard(replace(market, head=message, head_heard_ns=now_ns))
    if isinstance(message, v2.PoolState):
        return _hear_pool(market, message)
    if isinstance(message, v2.GapNotice):
        return Heard(_after_notice(market, message))
    return Heard(market)


def _hear_pool(market: Market, state: v2.PoolState) -> Heard:
    known = {pool.venue: pool for pool in market.card.chain.pools}
    if state.venue not in known:
        return Heard(market)
    heard = PoolHeard(
        _pair_pool(market.card, known[state.venue], state), state.block_number, state.block_hash
    )
    if market.pools.get(state.venue) == heard:
        return Heard(market)
    return Heard(
        replace(market, pools={**market.pools, state.venue: heard}), frozenset({state.venue})
    )


def _pair_pool(card: DeskCard, pool: Pool, state: v2.PoolState) -> PairPool:
    return PairPool(
        venue=pool.venue,
        is_base_token0=pool.token0 == card.chain.base_token,
        base_decimals=card.asset(card.chain.base_token).decimals,
        quote_decimals=card.asset(card.chain.quote_token).decimals,
        curve=curve_of(pool, state),
    )


def _after_notice(market: Market, notice: v2.GapNotice) -> Market:
    """Forget a pool that was stopped; after any other gap every pool waits to be stated again."""
    scope, _, venue = notice.source.partition(":")
    if scope == "pool":
        return replace(
            market, pools={name: heard for name, heard in market.pools.items() if name != venue}
        )
    return replace(market, pools=_NO_POOLS)
