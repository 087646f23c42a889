"""Why a market's word is not used, or a cycle not taken: closed lists, so that each is counted.

The value is the name in counters and reports. What is wrong with a book's own feed is said in
:mod:`domain.market.reason`; its words pass through here unchanged.
"""

from __future__ import annotations

from enum import StrEnum


class Bad(StrEnum):
    """Why a venue's word leads to no opportunity."""

    EMPTY_POOL = "empty_pool"
    NEGATIVE = "negative_reserve"
    OVERFLOW = "reserve_overflow"
    NO_PRICE = "no_price"
    ABSURD_RATE = "absurd_rate"
    EMPTY_BOOK = "empty"
    ONE_SIDED = "one_sided"
    CROSSED = "crossed"
    PRICE_NOT_POSITIVE = "price_not_positive"
    DUPLICATE = "duplicate"
    OUT_OF_ORDER = "out_of_order"
    UNKNOWN_VENUE = "unknown_venue"
    TAXED_TOKEN = "taxed_token"  # noqa: S105 (a reason, not a secret)
    TAX_UNKNOWN = "tax_unknown"
    AMBIGUOUS_SYMBOL = "ambiguous_symbol"
    COARSE_BASE = "coarse_base"
    STOPPED = "stopped"


class No(StrEnum):
    """Why a cycle that was looked at is no opportunity."""

    NO_EDGE = "no_edge"
    BELOW_MINIMUM = "below_minimum"
    NO_LIQUIDITY = "no_liquidity"
    OUTRANKED = "outranked"
    NO_CAPITAL = "no_capital"
    NOT_SIZED = "not_sized"
    NO_MARK = "no_mark"
    STALE = "stale"
