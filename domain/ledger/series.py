"""A day's entries by what they have in common: the amounts of our accounts as columns.

A day has a million entries and some dozens of ways to write them: by this cause, for that strategy,
on these accounts. What is the same is said once a series; what differs, when and how much and about
what, stands side by side, so that who sums a day walks over numbers and not over entries. The
entries are kept beside their amounts. What a sum means is not here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, compress, islice
from operator import gt, itemgetter
from typing import Any, overload

import msgspec

from domain.ledger.types import Entry, in_book_order, is_own

_Cut = Callable[[list[Any]], list[Any]]


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

    @property
    def ids(self) -> list[str]:
        """Of each entry."""
        return [entry.entry_id for entry in self.entries]

    def before(self, ns: int) -> Series:
        """Give the part that happened before an instant."""
        return self._part(0, bisect_left(self.times_ns, ns))

    def since(self, ns: int) -> Series:
        """Give the part that happened at an instant or after it."""
        return self._part(bisect_left(self.times_ns, ns), len(self.times_ns))

    def sums(self) -> Iterator[tuple[tuple[str, str], int]]:
        """Sum by account and asset; nothing where nothing is left of the series."""
        if self.times_ns:
            for one in self.flows:
                yield (one.account, one.asset), sum(one.units)

    def where(self, chosen: Sequence[object]) -> Series:
        """Give the entries beside which something true stands."""
        return self if all(chosen) else self._cut(lambda column: list(compress(column, chosen)))

    def in_time(self) -> Series:
        """Put entries in the order of time; those that are already cost no more than a look."""
        times_ns = self.times_ns
        if not any(map(gt, times_ns, islice(times_ns, 1, None))):
            return self
        order = sorted(range(len(times_ns)), key=times_ns.__getitem__)
        return self._cut(lambda column: [column[at] for at in order])

    def _part(self, start: int, end: int) -> Series:
        if (start, end) == (0, len(self.times_ns)):
            return self
        return self._cut(itemgetter(slice(start, end)))

    def _cut(self, cut: _Cut) -> Series:
        """Do the same to every column."""
        return Series(
            self.cause, self.strategy, self.venue, self.purpose,
            tuple(Flow(one.account, one.asset, cut(one.units)) for one in self.flows),
            cut(self.entries), cut(self.times_ns),
        )  # fmt: skip


class Read(Sequence[Entry]):
    """Entries to be summed more than once, in the order of the book; their series are made once.

    Args:
        entries: In any order. Who gives an iterator and asks for series first has each entry
            arranged when it is made, while a processor still has it at hand.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._given = entries

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """All of them."""
        return in_book_order([*self._given])

    @cached_property
    def series(self) -> list[Series]:
        """The entries as `series_of` gives them."""
        if "entries" in self.__dict__:
            return _arranged(self.entries)
        made: list[Entry] = []
        self.series = _arranged(chain.from_iterable(_kept(self._given, made)))
        self.entries = in_book_order(made)  # after the series: so entries are freed as they lie
        return self.series

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Entry]: ...
    def __getitem__(self, at: int | slice) -> Entry | Sequence[Entry]:
        return self.entries[at]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


def series_of(entries: Iterable[Entry]) -> list[Series]:
    """Arrange entries in series; the order they come in does not matter.

    Returns:
        Each entry in one series. Not empty, and in the order of time within.
    """
    return entries.series if isinstance(entries, Read) else _arranged(entries)


_Key = tuple[str, ...]
"""Cause, strategy, venue and purpose, then account and asset of each posting."""
_NAMES = 4
_SOME = 2_000
"""So many entries are in a processor's cache at once."""
_Lists = tuple[list[Entry], list[int], list[list[int]]]
"""Entries, instants, and units by posting."""


class _Columns(dict[_Key, _Lists]):
    """What is found so far."""

    def __missing__(self, key: _Key) -> _Lists:
        postings = (len(key) - _NAMES) // 2
        found: _Lists = ([], [], [[] for _ in range(postings)])
        self[key] = found
        return found


def _kept(entries: Iterable[Entry], made: list[Entry]) -> Iterator[list[Entry]]:
    """Have entries made some at a time, and keep them."""
    rest = iter(entries)
    while some := list(islice(rest, _SOME)):
        made += some
        yield some


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
    return [_series(key, *lists).in_time() for key, lists in found.items()]


def _places(entry: Entry) -> Iterable[str]:
    for posting in entry.postings:
        yield posting.account
        yield posting.asset


def _series(key: _Key, entries: list[Entry], times_ns: list[int], units: list[list[int]]) -> Series:
    cause, strategy, venue, purpose, *names = key
    flows = map(Flow, names[::2], names[1::2], units)
    own = tuple(one for one in flows if is_own(one.account))
    return Series(cause, strategy, venue, purpose, own, entries, times_ns)
