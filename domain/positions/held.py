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
        incoming_units: Pending receipts, positive; not ours yet.
        outgoing_units: Pending payments, positive: settled still, but not free.
    """

    account: str
    asset: str
    strategy: str
    settled_units: int
    incoming_units: int = 0
    outgoing_units: int = 0

    @property
    def pending_units(self) -> int:
        """What is on its way, signed."""
        return self.incoming_units - self.outgoing_units

    @property
    def free_units(self) -> int:
        """What may be spent again: settled and not promised."""
        return self.settled_units - self.outgoing_units

    @property
    def provisional_units(self) -> int:
        """What it will be if everything pending happens."""
        return self.settled_units + self.pending_units


def held_by_strategy(entries: Iterable[Entry], carried: Iterable[Held] = ()) -> list[Held]:
    """Sum entries onto what was carried in.

    What one execution will bring does not pay for what another will take: pending receipts and
    payments are summed apart, each execution by itself, and so is what belongs to none.

    Args:
        entries: In any order; those behind `carried` left out.
        carried: What the day before ended with. Its pending part is taken from the entries again,
            since pending ones stay in the book until they are released.

    Returns:
        Ordered; parts that are wholly 0 are left out.
    """
    settled: defaultdict[_Part, int] = defaultdict(int)
    waiting: defaultdict[tuple[_Part, str], int] = defaultdict(int)
    for one in carried:
        settled[one.account, one.asset, one.strategy] += one.settled_units
    for entry in entries:
        for posting in entry.postings:
            if is_own(posting.account):
                settled[posting.account, posting.asset, entry.strategy] += posting.units
            elif posting.account.startswith(PENDING):
                owner = posting.account.removeprefix(PENDING)
                part = owner, posting.asset, entry.strategy
                waiting[part, entry.execution_id or entry.subject] += posting.units
    incoming: defaultdict[_Part, int] = defaultdict(int)
    outgoing: defaultdict[_Part, int] = defaultdict(int)
    for (part, _), units in waiting.items():
        (incoming if units > 0 else outgoing)[part] += abs(units)
    parts = (
        Held(*part, settled.get(part, 0), incoming.get(part, 0), outgoing.get(part, 0))
        for part in sorted({*settled, *incoming, *outgoing})
    )
    return [one for one in parts if one.settled_units or one.incoming_units or one.outgoing_units]


_Part = tuple[str, str, str]
"""Account, asset and strategy."""
