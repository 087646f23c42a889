"""One booked line of one side, and one event as both sides tell it.

The left side is the desk's own, the right side the venue's or the chain's. Nothing is drawn here.
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction

import msgspec

from rehearsal.desks.catalog import Asset


class Kind(Enum):
    """What kind of thing happened; a desk without faults has all of them."""

    TRADE = "trade"
    SWAP = "swap"
    TRANSFER = "transfer"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    WRAP = "wrap"
    MIGRATION = "migration"
    RECEIPT = "receipt"
    REBASE = "rebase"
    AIRDROP = "airdrop"
    FUNDING = "funding"
    APPROVAL = "approval"
    BALANCE = "balance"


class Line(msgspec.Struct, frozen=True):
    """One signed amount on one account, as one side booked it.

    Args:
        units: Signed base units of `asset`; what came in is positive.
        fee_units: Base units of `fee_asset` charged beside `units`, negative for a rebate.
        ref: The key both sides share, "" where this side does not know it.
        kind: What the side says the line is.
        order: The second key: client order id, or ``sender:nonce`` of a transaction.
        status: What the side says became of it, "" for the usual.
        block: Hash of the block it is in, "" elsewhere.
        price: Quote units for one base unit where the line is the base leg of a trade.
    """

    id: str
    time_ns: int
    account: str
    asset: Asset
    units: int
    ref: str
    kind: str
    fee_asset: Asset | None = None
    fee_units: int = 0
    order: str = ""
    status: str = ""
    block: str = ""
    price: Fraction | None = None


class Event(msgspec.Struct, frozen=True):
    """One thing that happened, as each side tells it.

    Args:
        number: From 0, in order of time.
        left, right: Leg by leg the same lines where nothing is wrong.
    """

    number: int
    kind: Kind
    time_ns: int
    left: tuple[Line, ...]
    right: tuple[Line, ...]
