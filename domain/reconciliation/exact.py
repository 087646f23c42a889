"""The first step, which most rows never leave: one key, one content, once on each side.

The key is `ref`, or `id` where a row has none. Whatever is repeated, unpaired, late, flagged or
different in anything is residue, for the steps after this one. The warehouse takes the same step
in SQL (`dbt/models/reconciliation`); both give the same residue, so that both give one report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from domain.reconciliation.rules import Rules
from domain.reconciliation.types import Match, Row, content, sort_key

BALANCE = "balance"


class Residue(NamedTuple):
    """What is left to reconcile, and what the rows already matched say about it.

    Args:
        left: Internal rows not matched.
        right: External rows not matched.
        left_witnesses: Matched rows that share a ref with the residue, or an id, or all but the id
            with one that has no ref.
        right_witnesses: The same of external's.
        matched_by_ref: How many pairs were matched by ref.
        matched_by_id: How many by id.
    """

    left: Sequence[Row]
    right: Sequence[Row]
    left_witnesses: Sequence[Row] = ()
    right_witnesses: Sequence[Row] = ()
    matched_by_ref: int = 0
    matched_by_id: int = 0


class KeyKinds(NamedTuple):
    """Whether refs, and whether ids, mean the same on both sides."""

    refs: bool
    ids: bool


Key = tuple[object, ...]


def exact_key(row: Row) -> Key:
    """Give what has to be unique on each side and equal on both."""
    by_ref = bool(row.ref)
    return by_ref, row.ref if by_ref else row.id, *content(row)


def instant(row: Row) -> Key:
    """Give everything of a row but its keys: two such rows look like one event."""
    return *content(row), row.time_ns


def agrees(left: Row, right: Row, rules: Rules) -> bool:
    """Ask whether two rows of one key and content differ in nothing else that either states."""
    return (
        rules.in_window(left.time_ns, right.time_ns)
        and left.price == right.price
        and _is_same(left.kind, right.kind)
        and _is_same(left.order, right.order)
        and _is_same(left.block, right.block)
    )


def _is_same(mine: str, theirs: str) -> bool:
    """Ask whether two sides say the same, as far as both say anything."""
    return mine == theirs or not mine or not theirs


def is_plain(row: Row, rules: Rules) -> bool:
    """Ask whether a row may be settled by its key alone: nothing about it calls for a look."""
    return (
        not row.status
        and row.kind != BALANCE
        and row.account not in rules.shared_accounts
        and row.block not in rules.orphaned_blocks
    )


def take_exact(
    left: Sequence[Row], right: Sequence[Row], rules: Rules
) -> tuple[list[Match], Residue]:
    """Match what agrees in everything and is there once; give the rest."""
    keys = [exact_key(row) for row in left], [exact_key(row) for row in right]
    mine, theirs = _once(left, keys[0]), _once(right, keys[1])
    matched_by = {
        key: (row, other)
        for key, row in mine.items()
        if row is not None
        and (other := theirs.get(key)) is not None
        and is_plain(row, rules)
        and is_plain(other, rules)
        and agrees(row, other, rules)
    }
    pairs = matched_by.values()
    rest_left, rest_right = (
        [row for row, key in zip(rows, of, strict=True) if key not in matched_by]
        for rows, of in zip((left, right), keys, strict=True)
    )
    by_ref = sum(bool(row.ref) for row, _ in pairs)
    matched = [Match((row.id,), (other.id,), "ref" if row.ref else "id") for row, other in pairs]
    refs = {row.ref for row in (*rest_left, *rest_right) if row.ref}
    return matched, Residue(
        rest_left,
        rest_right,
        _witnesses((row for row, _ in pairs), rest_left, refs),
        _witnesses((other for _, other in pairs), rest_right, refs),
        by_ref,
        len(pairs) - by_ref,
    )


def key_kinds(residue: Residue) -> KeyKinds:
    """Say which keys mean the same on both sides.

    Refs do when any is on both. Ids do unless the rows that share one mostly disagree: counters of
    two sources share numbers by chance.
    """
    refs = {row.ref for row in residue.left if row.ref}
    shares_ref = residue.matched_by_ref > 0 or any(row.ref in refs for row in residue.right)
    by_id: dict[str, Row] = {}
    for row in residue.left:
        other = by_id.get(row.id)
        if other is None or sort_key(other) < sort_key(row):
            by_id[row.id] = row
    agree, differ = residue.matched_by_id, 0
    for row in residue.right:
        other = by_id.get(row.id)
        if other is not None:
            is_alike = other.time_ns == row.time_ns or exact_key(other)[2:] == exact_key(row)[2:]
            agree, differ = agree + is_alike, differ + (not is_alike)
    return KeyKinds(shares_ref, agree > 0 and agree >= differ)


def _once(rows: Iterable[Row], keys: Iterable[Key]) -> dict[Key, Row | None]:
    found: dict[Key, Row | None] = {}
    for row, key in zip(rows, keys, strict=True):
        found[key] = None if key in found else row
    return found


def _witnesses(settled: Iterable[Row], rest: Sequence[Row], refs: set[str]) -> list[Row]:
    if not rest and not refs:
        return []
    ids = {row.id for row in rest}
    instants = {instant(row) for row in rest if not row.ref}
    return [row for row in settled if row.ref in refs or row.id in ids or instant(row) in instants]
