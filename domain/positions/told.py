"""What an exchange told the loop of an account of ours, beside what the books say of it then.

An exchange says what is there, not of which instant: of one between the question and its answer, by
a clock that is not ours. So what it said is right if the books ran through it, all assets together,
at one instant around that; nothing else is. What it keeps for orders is right if it is what orders
of ours promise then (`promised.py`); what the exchange itself says of them has no part in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from domain.clock import SECOND_NS
from domain.ledger.types import Entry
from domain.positions.live import Disagreement
from domain.positions.promised import Promised

DRIFT_NS = SECOND_NS
"""How far an exchange's clock may be from ours: a hundred times what a clock kept by NTP is off."""
LOCKED = " kept for orders"
"""What a difference about them calls its account, besides its name."""


class Told(msgspec.Struct, frozen=True):
    """What an account holds by the exchange's word, at some instant between the two.

    Args:
        owned: Asset -> units, free or not.
        locked: Asset -> units of those that are kept for orders.
    """

    account: str
    asked_ns: int
    answered_ns: int
    owned: Mapping[str, int]
    locked: Mapping[str, int]

    @property
    def window_ns(self) -> tuple[int, int]:
        """The first and the last instant, by the exchange's clock, it can be about."""
        return self.asked_ns - DRIFT_NS, self.answered_ns + DRIFT_NS


def comparable_told(told: Iterable[Told], until_ns: int) -> dict[str, Told]:
    """Choose, for each account, the newest reading that is wholly before the books' cut-off.

    Args:
        told: In any order.
        until_ns: What the books are complete up to.
    """
    whole = [one for one in told if one.window_ns[1] <= until_ns]
    newest = sorted(whole, key=lambda one: (one.answered_ns, one.asked_ns))
    return {one.account: one for one in newest}


def owned_disagreements(
    told: Told, entries: Iterable[Entry], carried: Mapping[tuple[str, str], int]
) -> list[Disagreement]:
    """List where what an account holds is at no instant around the reading what the books say.

    Args:
        told: What the exchange said; an asset it did not name is not compared.
        entries: Of the day, in any order.
        carried: (account, asset) -> units the day began with, where entries do not say it.

    Returns:
        Against the instant at which the fewest assets differ, the latest of such.
    """
    found = [_differing(told, booked) for booked in _states(told, entries, carried)]
    fewest = min(map(len, found))
    return next(one for one in reversed(found) if len(one) == fewest)


def locked_disagreements(told: Told, promised: Mapping[str, Promised]) -> list[Disagreement]:
    """List where more is kept than orders can have promised, or less than they surely did.

    Args:
        told: What the exchange said.
        promised: Asset -> what orders promise in the reading's window; nothing where absent.
    """
    found: list[Disagreement] = []
    for asset, units in told.locked.items():
        least, most = promised.get(asset, Promised(0, 0))
        if not least <= units <= most:
            nearest = least if units < least else most
            found.append(Disagreement(told.account + LOCKED, asset, units, nearest))
    return sorted(found)


def _differing(told: Told, booked: Mapping[str, int]) -> list[Disagreement]:
    return [
        Disagreement(told.account, asset, units, booked[asset])
        for asset, units in sorted(told.owned.items())
        if units != booked[asset]
    ]


def _states(
    told: Told, entries: Iterable[Entry], carried: Mapping[tuple[str, str], int]
) -> Iterator[Mapping[str, int]]:
    """Run through what the account held: as the window begins, and after each instant in it."""
    start_ns, end_ns = told.window_ns
    moved: defaultdict[int, list[tuple[str, int]]] = defaultdict(list, {start_ns: []})
    for entry in entries:
        if entry.at_ns <= end_ns:
            moved[max(entry.at_ns, start_ns)] += [
                (one.asset, one.units)
                for one in entry.postings
                if one.account == told.account and one.asset in told.owned
            ]
    held = {asset: carried.get((told.account, asset), 0) for asset in told.owned}
    for at_ns in sorted(moved):
        for asset, units in moved[at_ns]:
            held[asset] += units
        yield held
