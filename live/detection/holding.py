"""Whether a find holds by the newest market: asked when it is made, and again once it is on disk.

Between the two lie a queue and a disk; blocks, books and reorgs do not wait for either. Pools are
asked again for what their legs were quoted; an order at a book is bounded by its own price. Pure.
Whether the transaction would succeed is for who signs it (`live.execution.chain_lane`).
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from domain.cycles.hop import Hop, paid_along
from domain.cycles.validation import Invalid, Limits, Measured, fault_of, share_bps
from domain.market.price import BUY
from journal.records import OpportunityFound, QuotedLeg
from live.detection.market import Market
from live.detection.rules import Rules
from live.detection.venues import pool_of


class _Asked(NamedTuple):
    """A pool's leg, asked again.

    Args:
        promised, quoted: Units it was to pay, and would pay now.
        share_bps: Of its depth that this is.
    """

    promised: int
    quoted: int
    share_bps: int

    @property
    def kept(self) -> Fraction:
        """Give the share of what was promised that it would pay."""
        return Fraction(self.quoted, max(self.promised, 1))


def fault_now(market: Market, found: OpportunityFound, rules: Rules, now_ns: int) -> Invalid | None:
    """Say why a find may not be announced by the market as it is; ``None`` when it may."""
    age_ns = max(rules.max_book_age_ns, rules.max_head_age_ns)
    return fault_of(_measured(market, found, now_ns), Limits(most_age_ns=age_ns))


def _measured(market: Market, found: OpportunityFound, now_ns: int) -> Measured:
    pools = {pool.venue for pool in market.card.chain.pools}
    on_chain = [leg for leg in found.legs if leg.venue in pools]
    heard = [_heard_ns(market, leg.venue, is_pool=leg.venue in pools) for leg in found.legs]
    asked = [leg for leg in (_asked(market, leg) for leg in on_chain) if leg is not None]
    worst = min(asked, key=lambda leg: leg.kept, default=_Asked(1, 1, 0))
    head = market.head
    return Measured(
        now_ns=now_ns,
        expires_ns=found.expires_ns,
        oldest_word_ns=min((one for one in heard if one is not None), default=now_ns),
        found_block=found.block_number if on_chain else None,
        head_block=head.number if head else found.block_number,
        is_block_canonical=head is None or _leads_to(head.number, head.hash, found),
        has_gap=None in heard,
        share_bps=max((leg.share_bps for leg in asked), default=0),
        promised_units=worst.promised,
        quoted_units=worst.quoted,
    )


def _heard_ns(market: Market, venue: str, *, is_pool: bool) -> int | None:
    """Say when a venue's word came; ``None`` where something of it was missed since."""
    if is_pool:
        is_known = market.head is not None and venue in market.pools
        return market.head_heard_ns if is_known else None
    if venue == market.card.exchange.venue:
        return market.book_heard_ns if market.book else None
    return market.books[venue].heard_ns if venue in market.books else None


def _leads_to(number: int, block_hash: str, found: OpportunityFound) -> bool:
    """Say whether a head can have the block a find was made on beneath it."""
    return number > found.block_number or block_hash == found.block_hash


def _asked(market: Market, leg: QuotedLeg) -> _Asked | None:
    heard = market.pools.get(leg.venue)
    if heard is None:
        return None
    listed = market.card.pool(leg.venue)
    base = 0 if listed.token0 == leg.base_asset else 1
    is_buy = leg.side == BUY
    hop = Hop(pool_of(heard.pool.curve), 1 - base if is_buy else base, base if is_buy else 1 - base)
    given, promised = (
        (leg.quote_units, leg.base_units) if is_buy else (leg.base_units, leg.quote_units)
    )
    amounts = paid_along((hop,), given)
    return _Asked(
        promised,
        amounts[-1] if amounts else 0,
        share_bps((hop,), (given, promised)),
    )
