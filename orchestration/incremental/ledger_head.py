"""The audit head of a day's ledger, for what hashing costs: entries are written out once.

An entry's canonical bytes take ten times as long to make as to hash, so each document's leaf is
kept under the document's SHA-256. A document that differs in one byte has another, and its leaf is
worked out. What the head is, is `domain.audit.head`'s to say; proving a closed day works out all of
it and believes nothing that is kept.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

import msgspec
import pyarrow as pa

from domain.audit.head import AuditHead
from domain.audit.merkle import leaf_hash, root
from domain.ledger.types import Entry, canonical_entry
from orchestration.day import ENTRIES, Day
from orchestration.incremental.kept import keep, kept, rules_digest
from orchestration.resources.arrow import ordered_by

LEAVES = "kept_audit__leaves"
_BOOK_ORDER = ("at_ns", "entry_id")


class _Worked(msgspec.Struct, frozen=True):
    """A head, the digest and the leaf of each document, and whether any was not kept."""

    head: AuditHead
    names: tuple[bytes, ...] = ()
    leaves: tuple[bytes, ...] = ()
    is_new: bool = False


def ledger_head(day: Day) -> AuditHead:
    """Commit to a day's ledger as it stands, as `audit_head` of its entries does; write nothing."""
    return _worked(day, _written(day)).head


def keep_leaves(day: Day) -> None:
    """Keep what the next look need not work out; for the step that seals the day."""
    worked = _worked(day, _written(day))
    if worked.is_new:
        columns = {"document": worked.names, "leaf": worked.leaves}
        made = pa.table({name: pa.array(said, pa.binary()) for name, said in columns.items()})
        keep(day.home, LEAVES, day.name, made, rules_digest())


def _written(day: Day) -> str:
    content = [path.read_bytes() for path in day.lake.parts(ENTRIES, day.name)]
    return sha256(b"".join(content)).hexdigest()


@lru_cache(maxsize=1)
def _worked(day: Day, _written: str) -> _Worked:
    """Work out a head once for each content of the ledger's file: seal and report ask for it."""
    entries = day.lake.table(ENTRIES, day.name, [*_BOOK_ORDER, "document"])
    if entries is None:
        return _Worked(AuditHead(0, root([]).hex()))
    documents = ordered_by(entries, _BOOK_ORDER)["document"].to_pylist()
    names = [sha256(document.encode()).digest() for document in documents]
    known, decode = _known(day), msgspec.json.Decoder(Entry).decode
    new = {
        name: leaf_hash(canonical_entry(decode(document)))
        for name, document in zip(names, documents, strict=True)
        if name not in known
    }
    leaves = [new.get(name) or known[name] for name in names]
    head = AuditHead(len(leaves), root(leaves).hex())
    return _Worked(head, tuple(names), tuple(leaves), bool(new))


def _known(day: Day) -> dict[bytes, bytes]:
    """Read the leaf of each document that was hashed before; none if what was kept is damaged."""
    found = kept(day.home, LEAVES, day.name, rules_digest())
    if found is None:
        return {}
    return dict(zip(found["document"].to_pylist(), found["leaf"].to_pylist(), strict=True))
