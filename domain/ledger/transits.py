"""Booking transfers between our wallet and an exchange: each side when it happened, by itself.

What left stands on the account in transit until it comes, so that neither side waits for the other
and a day may end between them. The chain's asset and the exchange's are two, so an arrival converts
one into the other, one for one. What the exchange charged or kept on the way is its fee; what gas
cost is booked as any gas is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from domain.identity import fact_id
from domain.ledger.types import EXCHANGE_FEE, TRANSFER, Entry, Posting, pair
from domain.settlement.outcome import Move, Transit

CARRIED = "conversion:carried"
"""What the chain's asset becomes the exchange's through, or the other way round."""


def transit_entries(one: Transit) -> list[Entry]:
    """Book one side of a transfer, and apart from it what was charged for it."""
    name = fact_id("ledger.entry", TRANSFER, one.transit_id)
    moved = _entry(one, TRANSFER, name, _postings(name, one.moves))
    return [moved, *(_fee(one, position, fee) for position, fee in enumerate(one.fees))]


def _fee(one: Transit, position: int, fee: Move) -> Entry:
    name = fact_id("ledger.entry", EXCHANGE_FEE, one.transit_id, position)
    postings = pair(name, fee.account, f"expense:fee:{one.venue}", fee.asset, fee.units)
    return _entry(one, EXCHANGE_FEE, name, postings)


def _postings(name: str, moves: Sequence[Move]) -> tuple[Posting, ...]:
    """Post moves of one asset as they are, of two through the conversion of one to the other."""
    sums: Counter[str] = Counter()
    for move in moves:
        sums[move.asset] += move.units
    if not any(sums.values()):
        return tuple(Posting(name, move.account, move.asset, move.units) for move in moves)
    pairs = (pair(name, move.account, CARRIED, move.asset, move.units) for move in moves)
    return tuple(chain.from_iterable(pairs))


def _entry(one: Transit, cause: str, name: str, postings: tuple[Posting, ...]) -> Entry:
    return Entry(
        entry_id=name,
        at_ns=one.at_ns,
        cause=cause,
        strategy="desk",
        venue=one.venue,
        execution_id="",
        correlation_id="",
        evidence=f"{one.evidence} {one.departed}".strip(),
        postings=postings,
        subject=one.transit_id,
    )
