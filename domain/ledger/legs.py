"""What a leg books: the exchange of base for quote, and apart from it each fee charged for it.

The other side of a trade is the venue that gave it, of a fee its expense; a rebate is a negative
cost. A leg is hashed once: one half of the digest names its trade, the other its first fee. All of
it is said twice: as entries, and as the columns (`series.py`) that a million of them add up from
without being written out. Every other builder is `build.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from domain.identity import digests_of, fact_id, framed
from domain.ledger.series import Flow, Series, series_of
from domain.ledger.types import EXCHANGE_FEE, TRADE, Entry, Posting, is_own, pair
from domain.settlement.outcome import Leg, Move

_A_TRADE = framed("ledger.entry") + framed(TRADE)
_ID = 32
"""Where the half of a digest ends that names a trade, and that begins which names its fee."""
_SOME = 1_000
"""So many legs are in the processor's cache between being hashed and being arranged."""


def leg_entries(legs: Sequence[Leg]) -> list[Entry]:
    """Book legs entry by entry, each balanced by construction.

    Returns:
        Leg after leg, and in the order of the book within a leg of one fee, as most are.
    """
    entries: list[Entry] = []
    write, nominal = entries.append, _Nominal()
    for leg, digest in _hashed(legs):
        trading, expense = nominal[leg.venue]
        trade_id, fee_id = digest[:_ID], digest[_ID:]
        write(_leg_entry(leg, TRADE, trade_id, against(trade_id, trading, leg.moves)))
        for position, fee in enumerate(leg.fees):
            if position:
                fee_id = fact_id("ledger.entry", EXCHANGE_FEE, leg.leg_id, position)
            charged = pair(fee_id, fee.account, expense, fee.asset, fee.units)
            write(_leg_entry(leg, EXCHANGE_FEE, fee_id, charged))
        if len(leg.fees) == 1 and fee_id < trade_id:
            entries[-1], entries[-2] = entries[-2], entries[-1]
    return entries


def leg_series(legs: Sequence[Leg]) -> list[Series]:
    """Book legs column by column: the series that :func:`leg_entries` would be arranged in.

    Legs of two moves and one fee, as exchanges have, are never written out; others are.
    """
    found, others = _Alike(), list[Leg]()
    for leg, digest in _hashed(legs):
        moves, fees = leg.moves, leg.fees
        if len(moves) != 2 or len(fees) != 1:  # noqa: PLR2004 (base and quote)
            others.append(leg)
            continue
        base, quote = moves
        fee = fees[0]
        times_ns, digests, subjects, opportunities, of_base, of_quote, of_fee = found[
            leg.strategy, leg.venue, leg.purpose, base.account, base.asset,
            quote.account, quote.asset, fee.account, fee.asset,
        ]  # fmt: skip
        times_ns.append(leg.at_ns)
        digests.append(digest)
        subjects.append(leg.leg_id)
        opportunities.append(leg.opportunity_id)
        of_base.append(base.units)
        of_quote.append(quote.units)
        of_fee.append(fee.units)
    booked = chain.from_iterable(_two_series(key, columns) for key, columns in found.items())
    return [*booked, *series_of(leg_entries(others))]


def against(entry_id: str, nominal: str, moves: Sequence[Move]) -> tuple[Posting, ...]:
    """Post moves of ours, each with its counterpart on one nominal account."""
    if len(moves) == 2:  # noqa: PLR2004 (base and quote, as most trades have)
        one, other = moves
        asset, units, of, received = one.asset, one.units, other.asset, other.units
        return (
            Posting(entry_id, one.account, asset, units),
            Posting(entry_id, nominal, asset, -units),
            Posting(entry_id, other.account, of, received),
            Posting(entry_id, nominal, of, -received),
        )
    pairs = (pair(entry_id, move.account, nominal, move.asset, move.units) for move in moves)
    return tuple(chain.from_iterable(pairs))


def _hashed(legs: Sequence[Leg]) -> Iterator[tuple[Leg, str]]:
    """Give each leg with its digest, some at a time, so that both are still at hand when used."""
    parts = (legs[start : start + _SOME] for start in range(0, len(legs), _SOME))
    return chain.from_iterable(
        zip(some, digests_of(_A_TRADE, [leg.leg_id for leg in some]), strict=True) for some in parts
    )


def _leg_entry(leg: Leg, cause: str, entry_id: str, postings: tuple[Posting, ...]) -> Entry:
    """Write an entry of a leg; by position, since a day has a million of these."""
    return Entry(
        entry_id, leg.at_ns, cause, leg.strategy, leg.venue, leg.execution_id, leg.opportunity_id,
        leg.evidence, postings, leg.purpose, leg.leg_id,
    )  # fmt: skip


class _Nominal(dict[str, tuple[str, str]]):
    """Venue -> what its trades and its fees are booked against."""

    def __missing__(self, venue: str) -> tuple[str, str]:
        self[venue] = found = f"trading:{venue}", f"expense:fee:{venue}"
        return found


_Key = tuple[str, str, str, str, str, str, str, str, str]
"""Strategy, venue and purpose, then account and asset of base, quote and fee."""
_Columns = tuple[list[int], list[str], list[str], list[str], list[int], list[int], list[int]]
"""Instants, digests, subjects, opportunities; units of base, quote and fee."""


class _Alike(dict[_Key, _Columns]):
    """Legs of two moves and one fee, by what they have in common."""

    def __missing__(self, key: _Key) -> _Columns:
        found: _Columns = ([], [], [], [], [], [], [])
        self[key] = found
        return found


def _two_series(key: _Key, columns: _Columns) -> tuple[Series, Series]:
    """Give the series of trades and that of their fees."""
    strategy, venue, purpose, *places = key
    times_ns, digests, subjects, opportunities, *units = columns
    base, quote, fee = map(Flow, places[::2], places[1::2], units)
    trades = [digest[:_ID] for digest in digests]
    fees = [digest[_ID:] for digest in digests]
    return (
        Series(
            TRADE, strategy, venue, purpose, _own(base, quote), times_ns, trades, subjects,
            opportunities,
        ).in_time(),
        Series(
            EXCHANGE_FEE, strategy, venue, purpose, _own(fee), times_ns, fees, subjects,
            opportunities,
        ).in_time(),
    )  # fmt: skip


def _own(*flows: Flow) -> tuple[Flow, ...]:
    return tuple(one for one in flows if is_own(one.account))
