"""Whether a closed day is still what was closed: everything it was sealed with, worked out again.

The journal's chain, digests of captures, the ledger's root, the lock that covers it, and what was
published, compared with what ledger and captures give now. Reads only. It shows that files do not
agree with each other; whoever can rewrite all of them needs a head kept elsewhere to be caught.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec

from domain.audit.head import audit_head
from domain.errors import InputRefused, JournalTampered, StorageFailed
from domain.home import DeskHome
from domain.ledger.types import Entry
from domain.pnl.attribute import attribute
from domain.pnl.types import Attribution
from journal.reader import JournalReader
from orchestration.assets.audit import Trail, captured_files
from orchestration.closing.explain import stage
from orchestration.closing.periods import closed_days, period_marks
from orchestration.day import ATTRIBUTION, CLOSE, ENTRIES, TRAIL, Day
from orchestration.resources.lake import read_parquet
from orchestration.resources.warehouse import mart_path

_Check = Callable[[Day, Trail], list[str]]
"""Names where a day differs from what it was sealed with."""


class Proof(msgspec.Struct, frozen=True):
    """One thing a closed day has to agree with.

    Args:
        name: A sentence that holds if nothing was changed.
        differs: Where it does not; empty if it holds.
    """

    name: str
    differs: tuple[str, ...]


def prove(home: DeskHome, name: str) -> list[Proof]:
    """Work out again what a published day was sealed with.

    Raises:
        InputRefused: It was not closed.
    """
    day = Day(home, name)
    trails = day.lake.load(TRAIL, name, Trail)
    if name not in closed_days(home) or not trails:
        raise InputRefused("close this day first; only a published day can be verified", day=name)
    return [Proof(sentence, _differing(check, day, trails[0])) for sentence, check in _CHECKS]


def _differing(check: _Check, day: Day, trail: Trail) -> tuple[str, ...]:
    try:
        return tuple(check(day, trail))
    except (JournalTampered, StorageFailed) as error:
        return (str(error),)


def _journal(day: Day, trail: Trail) -> list[str]:
    with JournalReader(day.home.journal_db) as reader:
        reader.verify((trail.journal_seq, trail.journal_hash))
    return []


def _captures(day: Day, trail: Trail) -> list[str]:
    manifest = day.home.exports / f"manifest-{day.name}.json"
    text = manifest.read_bytes() if manifest.exists() else b"{}"
    if sha256(text).hexdigest() != trail.manifest_sha256:
        return [manifest.name]
    sealed, now = msgspec.json.decode(text, type=dict[str, str]), captured_files(day)
    return sorted(path for path in {*sealed, *now} if sealed.get(path) != now.get(path))


def _ledger(day: Day, trail: Trail) -> list[str]:
    head = audit_head(day.lake.load(ENTRIES, day.name, Entry))
    published = read_parquet(mart_path(day.home, CLOSE, day.name))[0]["audit_head"]
    locks = [one for one in period_marks(day.home) if one.day == day.name]
    locked = locks[-1].audit_head if locks and locks[-1].is_locked else str(head)
    known = {"seal": f"{trail.entries}:{trail.ledger_root}", "close": published, "lock": locked}
    return [f"{where}: {text}" for where, text in known.items() if text != str(head)]


def _postings(day: Day, _trail: Trail) -> list[str]:
    booked = Counter(
        (entry.entry_id, one.account, one.asset, one.units)
        for entry in day.lake.load(ENTRIES, day.name, Entry)
        for one in entry.postings
    )
    published = Counter(
        (row["entry_id"], row["account"], row["asset"], int(row["units"]))
        for row in _published(day, "fct_postings")
    )
    return sorted({key[0] for key in (booked - published) + (published - booked)})


def _profit(day: Day, _trail: Trail) -> list[str]:
    from orchestration.assets.pnl import attribution_input

    stage(day)
    again = {row.row_id: row.amount_usd_e24 for row in attribute(attribution_input(day)).rows}
    stored = day.lake.load(ATTRIBUTION, day.name, Attribution)[0]
    kept = {row.row_id: row.amount_usd_e24 for row in stored.rows}
    shown = {row["row_id"]: row["amount_usd_e24"] for row in _published(day, "fct_pnl")}
    names = {*again, *kept, *shown}
    return sorted(
        name for name in names if not again.get(name) == kept.get(name) == shown.get(name)
    )


def _published(day: Day, mart: str) -> list[dict[str, Any]]:
    return read_parquet(mart_path(day.home, mart, day.name))


_CHECKS: tuple[tuple[str, _Check], ...] = (
    ("the journal's chain leads over the head the day was sealed with", _journal),
    ("captured files are those the day was sealed with", _captures),
    ("the ledger has the root the day was sealed, published and locked with", _ledger),
    ("published postings are the ledger's", _postings),
    ("published profit is what ledger and captures give", _profit),
)
