"""Every SQL statement of the journal, in one place, so that another engine means another such file.

`MIGRATIONS[n]` takes a store from schema n to n + 1; a released one is never edited.
"""

from __future__ import annotations

from collections.abc import Sequence

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        create table meta (
            name text primary key,
            value text not null
        ) strict, without rowid
        """,
        """
        create table fact (
            seq integer primary key,
            record_id text not null unique,
            kind text not null,
            version integer not null,
            correlation_id text not null,
            causation_id text not null,
            venue_ns integer,
            observed_ns integer not null,
            recorded_ns integer not null,
            payload text not null,
            prev_hash text not null,
            hash text not null
        ) strict
        """,
        "create index fact_by_kind on fact (kind, seq)",
        """
        create trigger fact_is_never_changed before update on fact
        begin
            select raise(abort, 'facts are append-only: write a compensating fact');
        end
        """,
        """
        create trigger fact_is_never_deleted before delete on fact
        begin
            select raise(abort, 'facts are append-only: write a compensating fact');
        end
        """,
        # `insert or replace` deletes without asking the trigger above.
        """
        create trigger fact_is_never_replaced before insert on fact
        when exists (select 1 from fact where seq = new.seq or record_id = new.record_id)
        begin
            select raise(abort, 'facts are append-only: write a compensating fact');
        end
        """,
        "insert into meta (name, value) values ('schema_version', '0')",
    ),
)
SCHEMA_VERSION = len(MIGRATIONS)

WRITER_PRAGMAS = (
    "pragma journal_mode = wal",  # readers never wait for the writer
    "pragma synchronous = full",  # a commit that returned survives a power cut
    "pragma busy_timeout = 2000",  # a reader's snapshot can hold a checkpoint for a moment
)
READER_PRAGMAS = ("pragma query_only = on", "pragma busy_timeout = 2000")

HAS_META = "select count(*) from sqlite_master where type = 'table' and name = 'meta'"
READ_VERSION = "select value from meta where name = 'schema_version'"
WRITE_VERSION = "update meta set value = ? where name = 'schema_version'"

BEGIN = "begin immediate"
HEAD = "select seq, hash from fact order by seq desc limit 1"
LAST = "select seq, hash, recorded_ns from fact order by seq desc limit 1"
CONTENT_BY_ID = "select seq, kind, version, payload from fact where record_id = ?"

COLUMNS = (
    "seq, record_id, kind, version, correlation_id, causation_id, venue_ns, observed_ns,"
    " recorded_ns, payload, prev_hash, hash"
)
INSERT = f"insert into fact ({COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 (a constant)
_PAGE = f"select {COLUMNS} from fact where seq > ? and seq <= ? order by seq limit ?"  # noqa: S608 (likewise)
TIMES = "select seq, recorded_ns from fact where seq > ? order by seq limit ?"
_PAGE_OF_KIND = (
    f"select * from (select {COLUMNS} from fact"  # noqa: S608 (likewise)
    " where kind = ? and seq > ? and seq <= ? order by seq limit ?)"
)
NO_LIMIT_SEQ = 2**63 - 1


def page(
    after_seq: int, until_seq: int | None, limit: int, kinds: Sequence[str] | None
) -> tuple[str, tuple[object, ...]]:
    """Write the query for one page of facts, ordered by seq, with its parameters.

    Each kind is a range scan of its own on ``(kind, seq)``, merged in one statement: the cost is
    what is new, and one statement is one snapshot, so that no fact slips in behind the cursor.
    """
    until = NO_LIMIT_SEQ if until_seq is None else until_seq
    if kinds is None:
        return _PAGE, (after_seq, until, limit)
    parts = [_PAGE_OF_KIND] * len(kinds)
    bounds = [value for kind in kinds for value in (kind, after_seq, until, limit)]
    return f"{' union all '.join(parts)} order by seq limit ?", (*bounds, limit)
