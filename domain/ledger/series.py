"""A day's entries by what they have in common: the amounts of our accounts as columns.

A day has a million entries and some dozens of ways to write them: by this cause, for that strategy,
on these accounts. What is the same is said once a series; what differs, when and how much, stands
side by side, so that who sums a day walks over numbers and not over entries. The entries are kept
beside their amounts. What a sum means is not here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import compress, islice
from operator import gt

import msgspec

from domain.ledger.types import Entry, is_own


class Flow(msgspec.Struct, frozen=True):
    """What one account of ours received of one asset, signed, entry by entry of its series."""

    account: str
    asset: str
    units: list[int]


class Series(msgspec.Struct, frozen=True):
    """Entries alike in everything but when, how much and about what.

    Args:
        flows: One for each posting on an account of ours, in the order of postings.
        entries: In the order of time.
        times_ns: Of each.
    """

    cause: str
    strategy: str
    venue: str
    purpose: str
    flows: tuple[Flow, ...]
    entries: list[Entry]
    times_ns: list[int]

    def before(self, ns: int) -> Series:
        """Give the part that happened before an instant."""
        return self._part(0, bisect_left(self.times_ns, ns))

    def since(self, ns: int) -> Series:
        """Give the part that happened at an instant or after it."""
        return self._part(bisect_left(self.times_ns, ns), len(self.times_ns))

    def sums(self) -> Iterator[tuple[tuple[str, str], int]]:
        """Sum by account and asset; nothing where nothing is left of the series."""
        if self.entries:
            for one in self.flows:
                yield (one.account, one.asset), sum(one.units)

    def where(self, chosen: Sequence[object]) -> Series:
        """Give the entries beside which something true stands."""
        if all(chosen):
            return self
        flows = (_replaced(one, list(compress(one.units, chosen))) for one in self.flows)
        return msgspec.structs.replace(
            self,
            flows=tuple(flows),
            entries=list(compress(self.entries, chosen)),
            times_ns=list(compress(self.times_ns, chosen)),
        )

    def _part(self, start: int, end: int) -> Series:
        if (start, end) == (0, len(self.times_ns)):
            return self
        return msgspec.structs.replace(
            self,
            flows=tuple(_replaced(one, one.units[start:end]) for one in self.flows),
            entries=self.entries[start:end],
            times_ns=self.times_ns[start:end],
        )


class Read(tuple[Entry, ...]):  # noqa: SLOT001 (its series are kept beside it)
    """Entries to be summed more than once: their series are made once."""

    @cached_property
    def series(self) -> list[Series]:
        """The entries as `series_of` gives them."""
        return _arranged(self)


def series_of(entries: Iterable[Entry]) -> list[Series]:
    """Arrange entries in series; the order they come in does not matter.

    Returns:
        Each entry in one series. Not empty, and in the order of time within.
    """
    return entries.series if isinstance(entries, Read) else _arranged(entries)


_Key = tuple[str, ...]
"""Cause, strategy, venue and purpose, then account and asset of each posting."""
_NAMES = 4
_Lists = tuple[list[Entry], list[int], list[list[int]]]
"""Entries, instants, and units by posting."""


class _Columns(dict[_Key, _Lists]):
    """What is found so far."""

    def __missing__(self, key: _Key) -> _Lists:
        postings = (len(key) - _NAMES) // 2
        found: _Lists = ([], [], [[] for _ in range(postings)])
        self[key] = found
        return found


def _arranged(entries: Iterable[Entry]) -> list[Series]:
    """Walk the entries once; those of one pair or two, of which most are, written out."""
    found = _Columns()
    for entry in entries:
        cause, strategy, venue, purpose = entry.cause, entry.strategy, entry.venue, entry.purpose
        match entry.postings:
            case (a, b):
                made, times_ns, (of_a, of_b) = found[
                    cause, strategy, venue, purpose, a.account, a.asset, b.account, b.asset
                ]
                of_a.append(a.units)
                of_b.append(b.units)
            case (a, b, c, d):
                made, times_ns, (of_a, of_b, of_c, of_d) = found[
                    cause, strategy, venue, purpose, a.account, a.asset, b.account, b.asset,
                    c.account, c.asset, d.account, d.asset,
                ]  # fmt: skip
                of_a.append(a.units)
                of_b.append(b.units)
                of_c.append(c.units)
                of_d.append(d.units)
            case postings:
                key = (cause, strategy, venue, purpose, *_places(entry))
                made, times_ns, columns = found[key]
                for column, posting in zip(columns, postings, strict=True):
                    column.append(posting.units)
        made.append(entry)
        times_ns.append(entry.at_ns)
    return [_series(key, *_in_time(*lists)) for key, lists in found.items()]


def _places(entry: Entry) -> Iterable[str]:
    for posting in entry.postings:
        yield posting.account
        yield posting.asset


def _in_time(entries: list[Entry], times_ns: list[int], units: list[list[int]]) -> _Lists:
    """Put lists in the order of time; those that are already cost no more than a look."""
    if not any(map(gt, times_ns, islice(times_ns, 1, None))):
        return entries, times_ns, units
    order = sorted(range(len(times_ns)), key=times_ns.__getitem__)
    return (
        [entries[at] for at in order],
        [times_ns[at] for at in order],
        [[column[at] for at in order] for column in units],
    )


def _series(key: _Key, entries: list[Entry], times_ns: list[int], units: list[list[int]]) -> Series:
    cause, strategy, venue, purpose, *names = key
    places = zip(names[::2], names[1::2], units, strict=True)
    flows = tuple(Flow(*place) for place in places if is_own(place[0]))
    return Series(cause, strategy, venue, purpose, flows, entries, times_ns)


def _replaced(flow: Flow, units: list[int]) -> Flow:
    return Flow(flow.account, flow.asset, units)
