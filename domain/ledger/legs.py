"""What a leg books: the exchange of base for quote, and apart from it each fee charged for it.

The other side of a trade is the venue that gave it, of a fee its expense; a rebate is a negative
cost. A leg is hashed once: one half of the digest names its trade, the other its first fee. Every
other builder is `build.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from domain.identity import digests_of, fact_id, framed
from domain.ledger.types import EXCHANGE_FEE, TRADE, Entry, Posting, pair
from domain.settlement.outcome import Leg, Move

_A_TRADE = framed("ledger.entry") + framed(TRADE)
_ID = 32
"""Where the half of a digest ends that names a trade, and that begins which names its fee."""
_SOME = 1_000
"""So many legs, and what they book, are in a processor's cache at once."""


def each_leg_entry(legs: Sequence[Leg]) -> Iterator[Entry]:
    """Book legs some at a time, so that who arranges entries meets them while they are at hand."""
    parts = (legs[start : start + _SOME] for start in range(0, len(legs), _SOME))
    return chain.from_iterable(map(leg_entries, parts))


def leg_entries(legs: Sequence[Leg]) -> list[Entry]:
    """Book legs entry by entry, each balanced by construction.

    Returns:
        Leg after leg, and in the order of the book within a leg of one fee, as most are.
    """
    entries: list[Entry] = []
    nominal = _Nominal()
    digests = digests_of(_A_TRADE, [leg.leg_id for leg in legs])
    for leg, digest in zip(legs, digests, strict=True):
        is_usual = len(leg.moves) == 2 and len(leg.fees) == 1  # noqa: PLR2004 (base and quote)
        entries += (_two if is_usual else _all)(leg, digest, *nominal[leg.venue])
    return entries


def _two(leg: Leg, digest: str, trading: str, expense: str) -> tuple[Entry, Entry]:
    """Write out what nearly all legs book, in the order of the book; :func:`_all` says the same."""
    one, other = leg.moves
    asset, units, of, received = one.asset, one.units, other.asset, other.units
    fee = leg.fees[0]
    charged, cost = fee.asset, fee.units
    trade_id, fee_id = digest[:_ID], digest[_ID:]
    trade = Entry(
        trade_id, leg.at_ns, TRADE, leg.strategy, leg.venue, leg.execution_id, leg.opportunity_id,
        leg.evidence,
        (
            Posting(trade_id, one.account, asset, units),
            Posting(trade_id, trading, asset, -units),
            Posting(trade_id, other.account, of, received),
            Posting(trade_id, trading, of, -received),
        ),
        leg.purpose, leg.leg_id,
    )  # fmt: skip
    fees = Entry(
        fee_id, leg.at_ns, EXCHANGE_FEE, leg.strategy, leg.venue, leg.execution_id,
        leg.opportunity_id, leg.evidence,
        (Posting(fee_id, fee.account, charged, cost), Posting(fee_id, expense, charged, -cost)),
        leg.purpose, leg.leg_id,
    )  # fmt: skip
    return (fees, trade) if fee_id < trade_id else (trade, fees)


def _all(leg: Leg, digest: str, trading: str, expense: str) -> Iterator[Entry]:
    """Write the trade of a leg, and each of its fees."""
    trade_id, fee_id = digest[:_ID], digest[_ID:]
    yield _leg_entry(leg, TRADE, trade_id, against(trade_id, trading, leg.moves))
    for position, fee in enumerate(leg.fees):
        if position:
            fee_id = fact_id("ledger.entry", EXCHANGE_FEE, leg.leg_id, position)
        charged = pair(fee_id, fee.account, expense, fee.asset, fee.units)
        yield _leg_entry(leg, EXCHANGE_FEE, fee_id, charged)


def against(entry_id: str, nominal: str, moves: Sequence[Move]) -> tuple[Posting, ...]:
    """Post moves of ours, each with its counterpart on one nominal account."""
    pairs = (pair(entry_id, move.account, nominal, move.asset, move.units) for move in moves)
    return tuple(chain.from_iterable(pairs))


def _leg_entry(leg: Leg, cause: str, entry_id: str, postings: tuple[Posting, ...]) -> Entry:
    return Entry(
        entry_id, leg.at_ns, cause, leg.strategy, leg.venue, leg.execution_id, leg.opportunity_id,
        leg.evidence, postings, leg.purpose, leg.leg_id,
    )  # fmt: skip


class _Nominal(dict[str, tuple[str, str]]):
    """Venue -> what its trades and its fees are booked against."""

    def __missing__(self, venue: str) -> tuple[str, str]:
        self[venue] = found = f"trading:{venue}", f"expense:fee:{venue}"
        return found
