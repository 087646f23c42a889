"""Postings and entries, the accounts they may name, and the check that an entry balances.

An own account is named as in :mod:`domain.identity`; every other account starts with one of
`NOMINAL` and says where value came from or went to. The balance of an own account is what we hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from operator import attrgetter

import msgspec
import orjson

from domain.errors import InvariantBroken

PENDING = "pending:"
"""Before the name of an own account: what is on its way there or from there, and may not happen."""
NOMINAL = (
    "equity:",
    "external:",
    "trading:",
    "income:",
    "expense:",
    "conversion:",
    "liquidity:",
    "suspense:",
    PENDING,
)
"""Prefixes of accounts that hold nothing of ours."""

OPENING = "opening"
DEPOSIT = "deposit"
WITHDRAWAL = "withdrawal"
TRADE = "trade"
EXCHANGE_FEE = "exchange_fee"
GAS = "gas"
FAILED_GAS = "failed_gas"
TRANSFER = "internal_transfer"
CONVERSION = "conversion"
UNEXPLAINED = "unexplained"
FUNDING = "funding"
REBATE = "rebate"
FLASH_LOAN_PREMIUM = "flash_loan_premium"
TRANSFER_TAX = "transfer_tax"
REBASE = "rebase"
AIRDROP = "airdrop"
LIQUIDITY = "liquidity"
BUST = "bust"
AMENDMENT = "amendment"
PENDING_CAUSE = "pending"
CORRECTION = "correction"
PRIOR_PERIOD = "prior_period"
"""Causes of entries; the last two are those of bookings that mend earlier ones."""


class Posting(msgspec.Struct, frozen=True, order=True, gc=False):
    """One signed amount on one account; positive is received by it."""

    entry_id: str
    account: str
    asset: str
    units: int


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One economic event, balanced.

    Args:
        entry_id: Deterministic: derived from the cause and what caused it.
        strategy: ``desk`` where no strategy is answerable.
        correlation_id: The opportunity, wherever there is one.
        evidence: Trade id, transaction hash and logs, statement line: what proves it.
        purpose: Of a trade: ``leg``, ``hedge`` or ``unwind``.
        subject: What it books: leg id, transaction hash, flow id, movement id.
    """

    entry_id: str
    at_ns: int
    cause: str
    strategy: str
    venue: str
    execution_id: str
    correlation_id: str
    evidence: str
    postings: tuple[Posting, ...]
    purpose: str = ""
    subject: str = ""


def pair(entry_id: str, to: str, source: str, asset: str, units: int) -> tuple[Posting, Posting]:
    """Post an amount and its counterpart: what one account receives the other gives."""
    return Posting(entry_id, to, asset, units), Posting(entry_id, source, asset, -units)


@cache
def is_own(account: str) -> bool:
    """Ask whether a balance on this account is something we hold."""
    return not account.startswith(NOMINAL)


def imbalance(entry: Entry) -> dict[str, int]:
    """Give the assets whose postings do not sum to zero, with the sum; empty when it balances."""
    sums: dict[str, int] = {}
    for posting in entry.postings:
        sums[posting.asset] = sums.get(posting.asset, 0) + posting.units
    return {asset: units for asset, units in sums.items() if units} if any(sums.values()) else {}


def is_pairs(postings: tuple[Posting, ...]) -> bool:
    """Ask whether each posting is followed by its own counterpart, as builders write them.

    Such postings balance; others may.
    """
    if len(postings) == 2:  # noqa: PLR2004 (most entries are one pair)
        one, other = postings
        return one.units + other.units == 0 and one.asset == other.asset
    others = iter(postings)
    for one in others:
        other = next(others, one)
        if one.units + other.units or one.asset != other.asset:
            return False
    return True


def balanced(entry: Entry) -> Entry:
    """Hand an entry back if it balances.

    Raises:
        InvariantBroken: Some asset's postings do not sum to zero.
    """
    wrong = {} if is_pairs(entry.postings) else imbalance(entry)
    if wrong:
        raise InvariantBroken(
            "postings of this entry do not sum to zero", entry_id=entry.entry_id, sums=wrong
        )
    return entry


def entry_order(entry: Entry) -> tuple[int, str]:
    """Order entries by time, then by id, so that any interleaving of facts gives one book."""
    return entry.at_ns, entry.entry_id


_book_order = attrgetter("at_ns", "entry_id")


def in_book_order(entries: list[Entry]) -> list[Entry]:
    """Put entries in `entry_order`; those that are already cost no more than a look."""
    return entries if _is_in_book_order(entries) else sorted(entries, key=_book_order)


def _is_in_book_order(entries: list[Entry]) -> bool:
    last_ns, last_id = -1, ""
    for entry in entries:
        at_ns = entry.at_ns
        if at_ns <= last_ns and (at_ns < last_ns or entry.entry_id < last_id):
            return False
        last_ns, last_id = at_ns, entry.entry_id
    return True


def canonical_entry(entry: Entry) -> bytes:
    """Write one entry as the byte string that is hashed: sorted keys, integers as text."""
    fields = msgspec.to_builtins(entry)
    fields["at_ns"] = str(entry.at_ns)
    for posting in fields["postings"]:
        posting["units"] = str(posting["units"])
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)


def canonical_bytes(entries: Iterable[Entry]) -> bytes:
    """Write a book as bytes: one canonical entry a line, in `entry_order`."""
    return b"".join(canonical_entry(entry) + b"\n" for entry in sorted(entries, key=entry_order))
