"""The Merkle tree of RFC 6962: a head over a list, and short proofs about it.

::

    leaf hash  SHA-256(0x00 ‖ data)          node  SHA-256(0x01 ‖ left ‖ right)
    empty tree SHA-256("")                   split n leaves at the largest power of two below n

An inclusion proof shows that an entry is in a list with a given head; a consistency proof shows
that a longer list begins with a shorter one, so that nothing was taken out or rewritten. The
frontier (the roots of the perfect trees the size is made of, left to right) appends in O(log n)
without the leaves. Hashes here are 32 bytes; how they are written for people is not decided here.

Source:
    RFC 6962 section 2.1; verification as in RFC 9162 sections 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

import msgspec

from domain.errors import InputRefused

EMPTY_ROOT = sha256(b"").digest()
HASH_BYTES = 32


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry's canonical bytes as a leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent; the prefix keeps nodes from posing as leaves."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Compute the head of a list of leaf hashes."""
    return Frontier.of(leaves).root()


# --- proving --------------------------------------------------------------------------------------


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Give the hashes that lead from one leaf to the head, from the bottom up.

    Raises:
        InputRefused: There is no leaf at `index`.
    """
    if not 0 <= index < len(leaves):
        raise InputRefused("prove a leaf that is in the tree", index=index, size=len(leaves))
    return _path(index, _Levels(leaves), 0, len(leaves))


def consistency_proof(earlier_size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Give the hashes that show the first `earlier_size` leaves to be what an earlier head covered.

    Returns:
        Empty when the sizes are equal.

    Raises:
        InputRefused: The earlier tree is empty (it proves nothing) or larger than this one.
    """
    if not 0 < earlier_size <= len(leaves):
        raise InputRefused(
            "prove consistency with an earlier tree", earlier=earlier_size, size=len(leaves)
        )
    return _subproof(earlier_size, _Levels(leaves), 0, len(leaves), is_whole=True)


class _Levels:
    """Subtree heads, each computed once."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves
        self._known: dict[tuple[int, int], bytes] = {}

    def head(self, start: int, end: int) -> bytes:
        """Compute the head over leaves [start, end), which are at least one."""
        if end - start == 1:
            return self._leaves[start]
        if (start, end) not in self._known:
            middle = start + _split(end - start)
            self._known[start, end] = node_hash(self.head(start, middle), self.head(middle, end))
        return self._known[start, end]


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def _path(index: int, levels: _Levels, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle - start:
        return [*_path(index, levels, start, middle), levels.head(middle, end)]
    return [*_path(index - (middle - start), levels, middle, end), levels.head(start, middle)]


def _subproof(size: int, levels: _Levels, start: int, end: int, *, is_whole: bool) -> list[bytes]:
    if size == end - start:
        return [] if is_whole else [levels.head(start, end)]
    middle = start + _split(end - start)
    if size <= middle - start:
        lower = _subproof(size, levels, start, middle, is_whole=is_whole)
        return [*lower, levels.head(middle, end)]
    upper = _subproof(size - (middle - start), levels, middle, end, is_whole=False)
    return [*upper, levels.head(start, middle)]


# --- verifying ------------------------------------------------------------------------------------


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], head: bytes) -> bool:
    """Ask whether a proof leads from a leaf hash at `index` to the head of a tree of `size`."""
    if not 0 <= index < size or not _are_hashes((leaf, head, *proof)):
        return False
    at, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            computed = node_hash(sibling, computed)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and computed == head


def is_consistent(
    earlier_size: int,
    size: int,
    proof: Sequence[bytes],
    earlier_head: bytes,
    head: bytes,
) -> bool:
    """Ask whether a proof shows the tree of `size` to begin with the tree of `earlier_size`.

    An empty earlier tree is consistent with everything and so proves nothing: the answer is no.
    """
    if not 0 < earlier_size <= size:
        return False
    if earlier_size == size:
        return not proof and earlier_head == head
    if not _are_hashes((earlier_head, head, *proof)):
        return False
    steps = [earlier_head, *proof] if earlier_size & (earlier_size - 1) == 0 else list(proof)
    return bool(proof) and _climb(earlier_size - 1, size - 1, steps) == (earlier_head, head)


def _climb(at: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Rebuild both heads from the deepest subtree they share; None when the steps do not fit."""
    while at & 1:
        at, last = at >> 1, last >> 1
    earlier = later = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            earlier, later = node_hash(sibling, earlier), node_hash(sibling, later)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            later = node_hash(later, sibling)
        at, last = at >> 1, last >> 1
    return (earlier, later) if last == 0 else None


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)


# --- appending ------------------------------------------------------------------------------------


class Frontier(msgspec.Struct, frozen=True):
    """All that is needed to append: the size, and the heads of its perfect subtrees, left to right.

    Args:
        size: Leaves so far.
        peaks: One head for each bit set in `size`, the largest subtree first.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, leaves: Iterable[bytes], onto: Frontier | None = None) -> Frontier:
        """Append many leaf hashes to a frontier, or to nothing."""
        peaks = list(onto.peaks) if onto else []
        size = onto.size if onto else 0
        for leaf in leaves:
            size = _push(peaks, size, leaf)
        return cls(size, tuple(peaks))

    def append(self, leaf: bytes) -> Frontier:
        """Give the frontier after one more leaf hash."""
        return Frontier.of((leaf,), self)

    def root(self) -> bytes:
        """Compute the head from the peaks, right to left."""
        if not self.peaks:
            return EMPTY_ROOT
        computed = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            computed = node_hash(peak, computed)
        return computed


def _push(peaks: list[bytes], size: int, leaf: bytes) -> int:
    carried = leaf
    for _ in range(_trailing_ones(size)):
        carried = node_hash(peaks.pop(), carried)
    peaks.append(carried)
    return size + 1


def _trailing_ones(size: int) -> int:
    return (~size & (size + 1)).bit_length() - 1
