"""The bulk of a residue: rows whose key nobody else has, so that no other row has a say in them.

A pair that alone shares a key, and a row that shares its key with nobody, come out of the steps as
they went in; they are told at once, and what is left is little. Anything that could make a row part
of something larger leaves it to the steps: the answer is the same either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from domain.reconciliation.exact import BALANCE, Key, KeyKinds, Residue, instant
from domain.reconciliation.fields import COSTS
from domain.reconciliation.rules import Rules
from domain.reconciliation.singles import UNBOOKED
from domain.reconciliation.types import Row

_PLAIN_ALONE = {*COSTS, *UNBOOKED, BALANCE}
"""Kinds that a row alone is told by."""


class Bulk(NamedTuple):
    """What is told at once.

    Args:
        rule: The key pairs share, ``ref`` or ``id``.
        pairs: One row a side, which nothing else can be meant with.
        left: Internal rows that have no other.
        right: External rows that have no other.
    """

    rule: str
    pairs: Sequence[tuple[Row, Row]] = ()
    left: Sequence[Row] = ()
    right: Sequence[Row] = ()


def take_bulk(residue: Residue, kinds: KeyKinds, rules: Rules) -> tuple[Bulk, Residue]:
    """Part the bulk from what needs the steps.

    Args:
        residue: What the exact step left.
        kinds: Which keys mean the same on both sides of it.
        rules: What the reader states.
    """
    sides = residue.left, residue.right
    if not kinds.refs and (not kinds.ids or _mixes_keys(sides)):
        return Bulk(""), residue
    rule = "ref" if kinds.refs else "id"
    shared = _Shared(residue, kinds, rule)
    mine, theirs = (
        {shared.key(row): row for row in rows if shared.is_apart(row, side)}
        for side, rows in enumerate(sides)
    )
    pairs = [
        (row, other)
        for key, row in mine.items()
        if (other := theirs.get(key)) is not None and shared.is_pair(row, other)
    ]
    left, right = (
        [row for key, row in of.items() if shared.is_alone(key, row, side, rules)]
        for side, of in enumerate((mine, theirs))
    )
    gone = [{shared.key(row) for row, _ in pairs} | {*map(shared.key, of)} for of in (left, right)]
    rest = (
        [row for row in rows if shared.key(row) not in gone[side]]
        for side, rows in enumerate(sides)
    )
    return Bulk(rule, pairs, left, right), residue._replace(left=next(rest), right=next(rest))


def _mixes_keys(sides: tuple[Sequence[Row], Sequence[Row]]) -> bool:
    """Ask whether something beside the id could bring rows together."""
    return any(row.order for row in chain(*sides)) or all(
        any(row.ref for row in rows) for rows in sides
    )


class _Shared:
    """What rows have in common with others, so that one look says whether a row is apart.

    Args:
        residue: All of it.
        kinds: Which keys mean the same on both sides.
        rule: The key pairs share.
    """

    def __init__(self, residue: Residue, kinds: KeyKinds, rule: str) -> None:
        self.key: Callable[[Row], str] = _ref if rule == "ref" else _id
        self._by_ref, self._ids_are_keys = rule == "ref", kinds.ids
        rows = residue.left, residue.right
        seen = residue.left_witnesses, residue.right_witnesses
        everything = [[*rows[side], *seen[side]] for side in (0, 1)]
        self._keys = [set(map(self.key, of)) for of in everything]
        self._ids = [set(map(_id, of)) for of in everything]
        self._orders = [set(map(_order, of)) for of in rows]
        self._crowded = [
            _repeated(map(self.key, of)) | {*map(self.key, chain(*seen))} for of in everything
        ]
        self._crowded_ids = [_repeated(map(_id, of)) for of in everything]
        self._crowded_orders = [_repeated(map(_order, of)) for of in rows]
        bare = [row for row in chain(*rows) if not row.ref] if self._by_ref else []
        self._instants = [
            {*map(instant, bare)} if self._by_ref else _repeated(map(instant, of))
            for of in everything
        ]
        self._bare_accounts = {row.account for row in bare}
        self._bare_amounts = {abs(row.amount_units) for row in bare}

    def is_apart(self, row: Row, side: int) -> bool:
        """Ask whether no other row of its side shares anything with a row."""
        key = row.ref if self._by_ref else row.id
        return (
            bool(key)
            and not row.status
            and key not in self._crowded[side]
            and row.id not in self._crowded_ids[side]
            and not (row.order and row.order in self._crowded_orders[side])
            and not (self._instants[side] and instant(row) in self._instants[side])
        )

    def is_pair(self, row: Row, other: Row) -> bool:
        """Ask whether two rows of one key are one event, differ how they may."""
        return (
            row.account == other.account
            and row.asset == other.asset
            and row.kind == other.kind
            and (row.order == other.order or not self._orders_meet(row, other))
            and (row.id == other.id or not self._ids_meet(row, other))
        )

    def _orders_meet(self, row: Row, other: Row) -> bool:
        return bool(
            (row.order and row.order in self._orders[1])
            or (other.order and other.order in self._orders[0])
        )

    def _ids_meet(self, row: Row, other: Row) -> bool:
        return self._ids_are_keys and (row.id in self._ids[1] or other.id in self._ids[0])

    def is_alone(self, key: str, row: Row, side: int, rules: Rules) -> bool:
        """Ask whether a row whose key is there once can be brought together with nothing."""
        known = rules.own_accounts, rules.failed_accounts, self._bare_accounts
        return (
            key not in self._keys[1 - side]
            and row.kind not in _PLAIN_ALONE
            and row.block not in rules.orphaned_blocks
            and not any(row.account in accounts for accounts in known)
            and abs(row.amount_units) not in self._bare_amounts
            and not (row.order and row.order in self._orders[1 - side])
            and not (self._ids_are_keys and row.id in self._ids[1 - side])
        )


def _ref(row: Row) -> str:
    return row.ref


def _id(row: Row) -> str:
    return row.id


def _order(row: Row) -> str:
    return row.order


def _repeated(names: Iterable[str] | Iterable[Key]) -> set[object]:
    """Give what is there more than once."""
    seen: set[object] = set()
    again: set[object] = set()
    for name in names:
        (again if name in seen else seen).add(name)
    return again
