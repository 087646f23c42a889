"""Who holds what where: every own account and asset, parted by the strategy that answers for it.

What was carried in keeps its strategy from day to day; capital and whatever no strategy answers for
is the desk's. Settled, pending and bound apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from domain.ledger.types import PENDING, Entry, is_own
from domain.positions.bound import Bound


class Held(msgspec.Struct, frozen=True, order=True):
    """One strategy's part of one account and asset; parts of an account sum to its balance.

    Args:
        settled_units: Final; negative where a strategy gave more than it received there.
        incoming_units: Pending receipts, positive; not ours yet.
        outgoing_units: Pending payments, positive: settled still, but not free.
        bound_units: What orders and transactions that are not through may spend besides, at most.
    """

    account: str
    asset: str
    strategy: str
    settled_units: int
    incoming_units: int = 0
    outgoing_units: int = 0
    bound_units: int = 0

    @property
    def pending_units(self) -> int:
        """What is on its way, signed."""
        return self.incoming_units - self.outgoing_units

    @property
    def locked_units(self) -> int:
        """What is spoken for: on its way out, kept for orders, or about to be spent."""
        return self.outgoing_units + self.bound_units

    @property
    def free_units(self) -> int:
        """What may be spent again: settled and not spoken for."""
        return self.settled_units - self.locked_units

    @property
    def provisional_units(self) -> int:
        """What it will be if everything pending happens."""
        return self.settled_units + self.pending_units


class Waiting(msgspec.Struct, frozen=True):
    """What one execution, or whatever belongs to none, has pending in a part; signed."""

    account: str
    asset: str
    strategy: str
    subject: str
    units: int


class Holdings(msgspec.Struct, frozen=True):
    """What entries add up to: settled by part, pending by part and execution.

    Args:
        settled: Its pending amounts are 0: those are in `waiting`.
        waiting: What one execution will bring does not pay for what another will take, so each
            stands by itself.
    """

    settled: tuple[Held, ...] = ()
    waiting: tuple[Waiting, ...] = ()


def holdings_of(entries: Iterable[Entry], past: Holdings) -> Holdings:
    """Add entries to what is held; their order does not matter."""
    settled = defaultdict[_Part, int](int)
    waiting = defaultdict[tuple[_Part, str], int](int)
    for one in past.settled:
        settled[one.account, one.asset, one.strategy] += one.settled_units
    for one in past.waiting:
        waiting[(one.account, one.asset, one.strategy), one.subject] += one.units
    for entry in entries:
        for posting in entry.postings:
            if is_own(posting.account):
                settled[posting.account, posting.asset, entry.strategy] += posting.units
            elif posting.account.startswith(PENDING):
                owner = posting.account.removeprefix(PENDING)
                part = owner, posting.asset, entry.strategy
                waiting[part, entry.execution_id or entry.subject] += posting.units
    return Holdings(
        tuple(Held(*part, units) for part, units in sorted(settled.items())),
        tuple(Waiting(*part, name, units) for (part, name), units in sorted(waiting.items())),
    )


def held_of(holdings: Holdings) -> list[Held]:
    """Give each part what it has settled, will receive and will give.

    Returns:
        Ordered; parts that are wholly 0 are left out.
    """
    settled = {
        (one.account, one.asset, one.strategy): one.settled_units for one in holdings.settled
    }
    incoming = defaultdict[_Part, int](int)
    outgoing = defaultdict[_Part, int](int)
    for one in holdings.waiting:
        ways = incoming if one.units > 0 else outgoing
        ways[one.account, one.asset, one.strategy] += abs(one.units)
    parts = (
        Held(*part, settled.get(part, 0), incoming.get(part, 0), outgoing.get(part, 0))
        for part in sorted({*settled, *incoming, *outgoing})
    )
    return [one for one in parts if one.settled_units or one.incoming_units or one.outgoing_units]


def held_by_strategy(entries: Iterable[Entry], carried: Iterable[Held] = ()) -> list[Held]:
    """Sum entries onto what was carried in.

    Args:
        entries: In any order; those behind `carried` left out.
        carried: What the day before ended with.

    Returns:
        As :func:`held_of`.
    """
    return held_of(holdings_of(entries, carried_in(carried)))


def with_bound(held: Iterable[Held], bound: Iterable[Bound]) -> list[Held]:
    """Add what is bound to what is held.

    A strategy that may spend what another has a part of its own for it, with nothing settled:
    parts still sum to what the account holds, and what is free of it.

    Returns:
        Ordered.
    """
    units = defaultdict[_Part, int](int)
    for one in bound:
        units[one.account, one.asset, one.strategy] += one.units
    parts = {(one.account, one.asset, one.strategy): one for one in held}
    for part in units.keys() - parts.keys():
        parts[part] = Held(*part, 0)
    return [
        msgspec.structs.replace(one, bound_units=units.get(part, 0))
        for part, one in sorted(parts.items())
    ]


def carried_in(carried: Iterable[Held]) -> Holdings:
    """Take what the day before ended with as what a day begins with.

    Its pending part is taken from the entries again, since pending ones stay in the book until they
    are released.
    """
    return Holdings(
        tuple(Held(one.account, one.asset, one.strategy, one.settled_units) for one in carried)
    )


_Part = tuple[str, str, str]
"""Account, asset and strategy."""
