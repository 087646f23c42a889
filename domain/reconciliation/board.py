"""The residue on the table: which rows are still open, and which may be the same event at all.

Rows lie sorted by time and content, so that nothing hangs on the order they came in. A row is in
one pairing at most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from domain.reconciliation.exact import KeyKinds, Residue, instant
from domain.reconciliation.rules import Rules
from domain.reconciliation.types import Margin, Row, content, sort_key

LEFT, RIGHT = 0, 1
Positions = tuple[int, ...]


class Pair(NamedTuple):
    """Rows brought together as one event, not yet compared."""

    lefts: Positions
    rights: Positions
    rule: str
    runner_up: tuple[str, ...] = ()
    margin: Margin | None = None
    is_clear: bool = True


class Board:
    """Both sides' rows by position, and whether each is still open.

    Args:
        residue: What is left to reconcile.
        rules: What the reader states.
        kinds: Which keys mean the same on both sides.
    """

    def __init__(self, residue: Residue, rules: Rules, kinds: KeyKinds) -> None:
        self.rules = rules
        self.refs_are_keys, self.ids_are_keys = kinds
        self.rows = sorted(residue.left, key=sort_key), sorted(residue.right, key=sort_key)
        self.is_open = [True] * len(self.rows[LEFT]), [True] * len(self.rows[RIGHT])
        self.pairs: list[Pair] = []
        self._settled: tuple[defaultdict[str, list[Row]], defaultdict[str, list[Row]]] = (
            defaultdict(list),
            defaultdict(list),
        )
        self._siblings: tuple[set[object], set[object]] = set(), set()
        self._ids: tuple[defaultdict[object, list[str]], defaultdict[object, list[str]]] = (
            defaultdict(list),
            defaultdict(list),
        )
        self._refs = tuple({row.ref for row in rows} for rows in self.rows)
        for side, rows in ((LEFT, residue.left_witnesses), (RIGHT, residue.right_witnesses)):
            for row in rows:
                self._settled[side][row.ref].append(row)
                self._remember(side, row)

    def open(self, side: int) -> Iterator[int]:
        """Give the positions of a side that are still open, in order."""
        return (at for at, is_open in enumerate(self.is_open[side]) if is_open)

    def groups(self, key: Callable[[Row], object]) -> Iterator[tuple[list[int], list[int]]]:
        """Give open rows that share a key on both sides; a row whose key is empty is in none."""
        found: defaultdict[object, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for side in (LEFT, RIGHT):
            for at in self.open(side):
                name = key(self.rows[side][at])
                if name:
                    found[name][side].append(at)
        return ((mine, theirs) for mine, theirs in found.values() if mine and theirs)

    def take(self, pair: Pair) -> None:
        """Bring rows together for good."""
        self.pairs.append(pair)
        self.close(LEFT, pair.lefts)
        self.close(RIGHT, pair.rights)

    def close(self, side: int, positions: Iterable[int]) -> None:
        """Settle rows, so that later ones may be found to repeat them."""
        for at in positions:
            self.is_open[side][at] = False
            self._remember(side, self.rows[side][at])

    def _remember(self, side: int, row: Row) -> None:
        seen = self._siblings[side]
        seen.add(("id", row.id))
        if row.ref:
            seen.add(("ref", row.ref, content(row)))
        self._ids[side][instant(row)].append(row.id)

    def knows_ref(self, side: int, ref: str) -> bool:
        """Ask whether a side has any row of a ref, matched before or lying here."""
        return ref in self._settled[side] or ref in self._refs[side]

    def settled(self, side: int, ref: str) -> Sequence[Row]:
        """Give a side's rows of a ref that the exact step matched; "" has none."""
        return self._settled[side].get(ref, ()) if ref else ()

    def may_be_one(self, left: Row, right: Row) -> bool:
        """Ask whether the keys allow two rows to be one event.

        Where both files share a kind of key, another key is another event, however alike. A ref
        that one row alone states compares with nothing: a deposit's hash is often absent.
        """
        if left.ref and right.ref:
            return left.ref == right.ref or not self.refs_are_keys
        if self.refs_are_keys and (left.ref or right.ref):
            return True
        return left.id == right.id or not self.ids_are_keys

    def repeated_key(self, side: int, row: Row) -> str:
        """Say how an open row repeats a settled one under its own key; "" when it does not."""
        seen = self._siblings[side]
        if ("id", row.id) in seen:
            return "the id is there already"
        if row.ref and ("ref", row.ref, content(row)) in seen:
            return "the same ref and content are there already"
        return ""

    def repeated(self, side: int, row: Row) -> str:
        """Say how an open row repeats a settled one of its own side; "" when it does not."""
        by_key = self.repeated_key(side, row)
        if by_key or (row.ref and self.refs_are_keys):
            return by_key
        for other in self._ids[side].get(instant(row), ()):
            if not self.ids_are_keys or _is_copy_of(row.id, other):
                return f"it repeats {other} in everything but its id"
        return ""


def _is_copy_of(name: str, other: str) -> bool:
    """Ask whether an id is another with something added that does not make another number."""
    added = name.removeprefix(other) if name.startswith(other) else name.removesuffix(other)
    return added != name and not added.isdigit()
