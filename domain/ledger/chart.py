"""The chart of accounts: what class each account is of, and the trial balance over it.

Own accounts are assets: wallets on a chain, accounts at an exchange, and what is on its way between
them. The others are named by what they say (equity, external, income, expense, ...). A trial
balance lists every account with its strategy, venue and asset, from what it opened with to what it
closes with; per asset all lines sum to zero, or the book is broken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from domain.identity import TRANSIT
from domain.ledger.types import PENDING, Entry, is_own

WALLET = "wallet"
VENUE = "venue account"
UNDERWAY = "in transit"
OWN = frozenset({WALLET, VENUE, UNDERWAY})
"""Classes of accounts of ours."""


class AccountLine(msgspec.Struct, frozen=True, order=True):
    """One account of the chart in one asset.

    Args:
        kind: ``wallet``, ``venue account``, ``in transit``, ``pending``, or the first word of a
            nominal account.
        strategy, venue: Answerable for what is on it; ``desk`` where none is.
        opening_units: What it stood at before, signed.
        received_units, given_units: What came and went since; both positive.
    """

    kind: str
    account: str
    strategy: str
    venue: str
    asset: str
    opening_units: int
    received_units: int
    given_units: int

    @property
    def closing_units(self) -> int:
        """Opening, and what was received less what was given."""
        return self.opening_units + self.received_units - self.given_units


def kind_of(account: str) -> str:
    """Say what class of the chart an account is of."""
    if account.startswith(PENDING):
        return PENDING.removesuffix(":")
    if not is_own(account):
        return account.partition(":")[0]
    if account.startswith(TRANSIT):
        return UNDERWAY
    return WALLET if account.startswith("eip155:") else VENUE


def trial_balance(entries: Iterable[Entry], before: Iterable[Entry] = ()) -> list[AccountLine]:
    """List what every account opened with, received and gave, by strategy, venue and asset.

    Args:
        entries: Of the span, in any order.
        before: All earlier ones.

    Returns:
        In the order of the chart; an account that nothing is left of and nothing came to is absent.
    """
    opened, received, given = Counter[_Place](), Counter[_Place](), Counter[_Place]()
    for place, units in _postings(before):
        opened[place] += units
    for place, units in _postings(entries):
        (received if units > 0 else given)[place] += abs(units)
    return sorted(
        AccountLine(kind_of(place[0]), *place, opened[place], received[place], given[place])
        for place in {*opened, *received, *given}
        if opened[place] or received[place] or given[place]
    )


def imbalances(lines: Iterable[AccountLine]) -> dict[str, int]:
    """Give the assets whose lines do not sum to zero, with the sum; empty for a sound book."""
    sums = Counter[str]()
    for line in lines:
        sums[line.asset] += line.closing_units
    return {asset: units for asset, units in sums.items() if units}


_Place = tuple[str, str, str, str]
"""Account, strategy, venue and asset."""


def _postings(entries: Iterable[Entry]) -> Iterator[tuple[_Place, int]]:
    for entry in entries:
        for one in entry.postings:
            yield (one.account, entry.strategy, entry.venue, one.asset), one.units
