"""The audit trail: what proves the day, and what anyone can check again.

A Merkle root over the day's facts, one over the ledger, the journal's head with its hash chain
recomputed, and a digest of every captured file. Signing, and keeping heads
elsewhere, is not done here.
"""

from hashlib import sha256

import dagster as dg
import msgspec

from domain.audit.merkle import leaf_hash, root
from journal.reader import JournalReader
from orchestration.assets.catalog import book_spec, done, step
from orchestration.day import ENTRIES, ROWS, TRAIL, Day
from orchestration.incremental.ledger_head import keep_leaves, ledger_head
from orchestration.resources.desk import Desk
from orchestration.resources.lake import read_columns, text_json, write_bytes
from orchestration.resources.lake_schema import FACTS, TABLES


class Trail(msgspec.Struct, frozen=True):
    """What commits to one day.

    Args:
        facts_root: RFC 6962 root over the hashes of the day's journal records, in sequence.
        ledger_root: RFC 6962 root over the day's canonical entries, in the order of the book.
        journal_seq, journal_hash: The journal's head when its chain was recomputed.
        manifest_sha256: Digest of the manifest of captured files.
    """

    day: str
    facts: int
    facts_root: str
    entries: int
    ledger_root: str
    journal_seq: int
    journal_hash: str
    files: int
    manifest_sha256: str


SPEC = book_spec(
    TRAIL,
    "audit",
    "One row per day: roots over facts and ledger, the journal's verified head, the manifest.",
    Trail,
    (ENTRIES, ROWS, "raw_journal__facts", *sorted(set(TABLES) - {"raw_journal__facts"})),
)


@step("seal_trail", SPEC)
def trail_sealed(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Recompute the journal's chain and commit to the day."""
    day = Day(desk.home, context.partition_key)
    trail = seal(day)
    keep_leaves(day)
    day.lake.save(TRAIL, day.name, Trail, [trail])
    return done(1, facts_root=trail.facts_root, ledger_root=trail.ledger_root, files=trail.files)


def seal(day: Day) -> Trail:
    """Compute what commits to a day.

    Raises:
        JournalTampered: A record was changed, removed or moved.
    """
    with JournalReader(day.home.journal_db) as reader:
        seq, head = reader.verify()
    facts = _facts(day)
    ledger = ledger_head(day)
    manifest = captured_files(day)
    text = text_json(manifest).encode()
    write_bytes(day.home.exports / f"manifest-{day.name}.json", text)
    return Trail(
        day=day.name,
        facts=len(facts),
        facts_root=root([leaf_hash(bytes.fromhex(told)) for _, told in facts]).hex(),
        entries=ledger.size,
        ledger_root=ledger.root_hex,
        journal_seq=seq,
        journal_hash=head,
        files=len(manifest),
        manifest_sha256=sha256(text).hexdigest(),
    )


def _facts(day: Day) -> list[tuple[int, str]]:
    """Read sequence and hash of each of a day's journal records, in sequence."""
    parts = (read_columns(path, ["seq", "hash"]) for path in day.lake.parts(FACTS.name, day.name))
    return sorted({fact for part in parts for fact in zip(part["seq"], part["hash"], strict=True)})


def captured_files(day: Day) -> dict[str, str]:
    """Digest every captured file of a day: path under the lake -> SHA-256."""
    return {
        str(path.relative_to(day.home.lake)): sha256(path.read_bytes()).hexdigest()
        for table in sorted(TABLES)
        for path in day.lake.parts(table, day.name)
    }


AUDIT = [trail_sealed]
