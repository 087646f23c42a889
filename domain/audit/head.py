"""The audit head of a close: one line that commits to every entry of the book, in its order.

What is committed to is `domain.ledger.types.canonical_entry`; how is RFC 6962 (`merkle.py`). A head
does not stop who holds it from rewriting both: it has to be kept elsewhere too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from domain.audit.merkle import inclusion_proof, leaf_hash, root
from domain.errors import InputRefused
from domain.ledger.types import Entry, canonical_entry, entry_order


class AuditHead(msgspec.Struct, frozen=True):
    """What a book of `size` entries hashes to; `root_hex` is 64 hex digits."""

    size: int
    root_hex: str

    def __str__(self) -> str:
        return f"{self.size}:{self.root_hex}"


def leaves_of(entries: Iterable[Entry]) -> list[bytes]:
    """Hash every entry as a leaf, in the order of the book."""
    return [leaf_hash(canonical_entry(entry)) for entry in sorted(entries, key=entry_order)]


def audit_head(entries: Iterable[Entry]) -> AuditHead:
    """Commit to a whole book."""
    leaves = leaves_of(entries)
    return AuditHead(len(leaves), root(leaves).hex())


def entry_proof(entry_id: str, entries: Sequence[Entry]) -> tuple[int, list[str]]:
    """Prove that an entry is in the book.

    Returns:
        Its index and the proof's hashes as hex, from the bottom up.

    Raises:
        InputRefused: The book has no such entry.
    """
    ordered = sorted(entries, key=entry_order)
    for index, entry in enumerate(ordered):
        if entry.entry_id == entry_id:
            return index, [one.hex() for one in inclusion_proof(index, leaves_of(ordered))]
    raise InputRefused("this book holds no such entry", entry_id=entry_id)
