"""Who holds what where: every own account and asset, parted by the strategy that answers for it.

What was carried in keeps its strategy from day to day; capital and whatever no strategy answers for
is the desk's. Settled and pending apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from domain.ledger.types import PENDING, Entry, is_own


class Held(msgspec.Struct, frozen=True, order=True):
    """One strategy's part of one account and asset; parts of an account sum to its balance.

    Args:
        settled_units: Final; negative where a strategy gave more than it received there.
        pending_units: On its way, signed; not settled.
    """

    account: str
    asset: str
    strategy: str
    settled_units: int
    pending_units: int = 0

    @property
    def provisional_units(self) -> int:
        """What it will be if everything pending happens."""
        return self.settled_units + self.pending_units


def held_by_strategy(entries: Iterable[Entry], carried: Iterable[Held] = ()) -> list[Held]:
    """Sum entries onto what was carried in.

    Args:
        entries: In any order; those behind `carried` left out.
        carried: What the day before ended with. Its pending part is taken from the entries again,
            since pending ones stay in the book until they are released.

    Returns:
        Ordered; parts that are wholly 0 are left out.
    """
    settled: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    pending: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for one in carried:
        settled[one.account, one.asset, one.strategy] += one.settled_units
    for entry in entries:
        for posting in entry.postings:
            if is_own(posting.account):
                settled[posting.account, posting.asset, entry.strategy] += posting.units
            elif posting.account.startswith(PENDING):
                owner = posting.account.removeprefix(PENDING)
                pending[owner, posting.asset, entry.strategy] += posting.units
    return [
        Held(*key, settled.get(key, 0), pending.get(key, 0))
        for key in sorted({*settled, *pending})
        if settled.get(key, 0) or pending.get(key, 0)
    ]
