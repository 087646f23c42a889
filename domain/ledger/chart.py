"""The chart of accounts: what class each account is of, and the trial balance over it.

Own accounts are assets: wallets on a chain, accounts at an exchange, and what is on its way between
them. The others are named by what
they say (equity, external, income, expense, ...). A trial balance lists every account with its
strategy, venue and asset; per asset all lines sum to zero, or the book is broken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

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
        received_units, given_units: Both positive.
    """

    kind: str
    account: str
    strategy: str
    venue: str
    asset: str
    received_units: int
    given_units: int

    @property
    def balance_units(self) -> int:
        """Received less given."""
        return self.received_units - self.given_units


def kind_of(account: str) -> str:
    """Say what class of the chart an account is of."""
    if account.startswith(PENDING):
        return PENDING.removesuffix(":")
    if not is_own(account):
        return account.partition(":")[0]
    if account.startswith(TRANSIT):
        return UNDERWAY
    return WALLET if account.startswith("eip155:") else VENUE


def trial_balance(entries: Iterable[Entry]) -> list[AccountLine]:
    """List what every account received and gave, by strategy, venue and asset, in order."""
    received: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
    given: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
    for entry in entries:
        for one in entry.postings:
            key = one.account, entry.strategy, entry.venue, one.asset
            (received if one.units > 0 else given)[key] += abs(one.units)
    return sorted(
        AccountLine(kind_of(key[0]), *key, received[key], given[key]) for key in {*received, *given}
    )


def imbalances(lines: Iterable[AccountLine]) -> dict[str, int]:
    """Give the assets whose lines do not sum to zero, with the sum; empty for a sound book."""
    sums: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.asset] += line.balance_units
    return {asset: units for asset, units in sums.items() if units}
