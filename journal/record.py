"""What a reader gets back: a fact as it was kept, with its place in the sequence and its seal.

The seal is a hash chain: ``hash = SHA-256(hash of the record before || envelope)``. A chain shows
that nothing inside it was changed, left out or moved; that nothing was cut off its end shows only
against a checkpoint kept elsewhere (the audit trail keeps one).
"""

from __future__ import annotations

import hashlib

import msgspec
import orjson

from journal.records import Fact, parse_payload

GENESIS_HASH = "0" * 64
"""What the first record names as the hash before it."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One kept fact.

    Args:
        seq: Its place, from 1, without holes.
        record_id: Derived from the fact's natural key; unique in the journal.
        payload: Canonical JSON of the fact (:func:`journal.records.canonical_payload`).
        prev_hash, hash: 64 hex digits each; the second is empty until :meth:`sealed` gave it.
    """

    seq: int
    record_id: str
    kind: str
    version: int
    correlation_id: str
    causation_id: str
    venue_ns: int | None
    observed_ns: int
    recorded_ns: int
    payload: bytes
    prev_hash: str
    hash: str = ""

    def fact(self) -> Fact:
        """Read the payload back as its kind.

        Raises:
            InputRefused: The kind or the shape is newer than this program.
        """
        return parse_payload(self.kind, self.payload)

    def envelope(self) -> bytes:
        """Write everything but the hashes as one byte string: what the seal covers.

        RFC 8785 JSON, integers as text, the payload as one string.
        """
        fields = {
            "causation_id": self.causation_id,
            "correlation_id": self.correlation_id,
            "kind": self.kind,
            "observed_ns": str(self.observed_ns),
            "payload": self.payload.decode(),
            "record_id": self.record_id,
            "recorded_ns": str(self.recorded_ns),
            "seq": str(self.seq),
            "venue_ns": None if self.venue_ns is None else str(self.venue_ns),
            "version": str(self.version),
        }
        return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)

    def sealed(self) -> Record:
        """Give it with the hash of what it says and of all before it."""
        return msgspec.structs.replace(self, hash=seal(self.prev_hash, self.envelope()))


def seal(prev_hash: str, sealed: bytes) -> str:
    """Compute the hash of a record from the hash before it and its envelope."""
    return hashlib.sha256(bytes.fromhex(prev_hash) + sealed).hexdigest()
