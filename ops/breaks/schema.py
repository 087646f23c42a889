"""The tables of cases and of their audit rows, on SQLite and on PostgreSQL alike.

What is in them is `store.py`'s; here is what the database is told to hold and to refuse, and
how one made by an earlier version becomes one of this.
"""

from __future__ import annotations

import sqlalchemy as sa

_META = sa.MetaData()
CASES = sa.Table(
    "break_case",
    _META,
    sa.Column("break_id", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("last_day", sa.Text),
)
"""`day` is the one a case is worked on for; a case from before `last_day` was kept has none."""
CHANGES = sa.Table(
    "break_change",
    _META,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("break_id", sa.Text, nullable=False, index=True),
    sa.Column("at_ns", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("prev_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
_GUARDS = {
    "sqlite": tuple(
        f"create trigger if not exists break_change_keeps_{verb} before {verb} on break_change"
        " begin select raise(abort, 'audit rows are append-only'); end"
        for verb in ("update", "delete")
    ),
    "postgresql": (
        "create or replace function break_change_is_kept() returns trigger language plpgsql as"
        " $$ begin raise exception 'audit rows are append-only'; end $$",
        "create or replace trigger break_change_kept before update or delete or truncate"
        " on break_change for each statement execute function break_change_is_kept()",
    ),
}


def make_ready(connection: sa.Connection) -> None:
    """Make an empty database ready, or one from before; cases and audit rows stay as they are."""
    _META.create_all(connection)
    columns = {one["name"] for one in sa.inspect(connection).get_columns(CASES.name)}
    if "last_day" not in columns:
        unless = "if not exists" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"alter table break_case add column {unless} last_day text")
    for statement in _GUARDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
