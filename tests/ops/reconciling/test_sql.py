"""The models of the exact step: one text for every engine, and a hash that decides nothing."""

# ruff: noqa: S608 (names and folders of the test are all that is put into SQL)

import duckdb
import pytest

from ops.reconciling import sql

COLUMNS = (
    "id, time_ns, account, asset, amount, fee_asset, fee, ref, order_id, kind, status, block, price"
)
ROWS = {
    sql.LEFT: "('a', 1, '1'), ('b', 1, '2'), ('c', 1, '3'), ('c2', 1, '3')",
    sql.RIGHT: "('A', 2, '1'), ('B', 2, '9'), ('C', 2, '3')",
}
LIMITS = {"window_before_ns": 0, "window_after_ns": 5}


def laid(mark: str) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    for table, rows in ROWS.items():
        database.execute(
            f"create table {table} as select *, {mark} as content_hash, true as is_plain, "
            "true as is_by_ref, amount as match_key, row_number() over () as line "
            "from (select column0 as id, column1 as time_ns, "
            "'k' as account, 'BTC' as asset, column2 as amount, '' as fee_asset, '0' as fee, "
            "column2 as ref, '' as order_id, '' as kind, '' as status, '' as block, '' as price "
            f"from (values {rows}) as t(column0, column1, column2))"
        )
    return database


def paired(database: duckdb.DuckDBPyConnection) -> sql.Paired:
    sizes = [database.execute(f"select count(*) from {side}").fetchall()[0][0] for side in ROWS]
    found = sql.pair(database, LIMITS, *sizes)
    for model in sql.OPEN.values():
        database.execute(f"create or replace table {model} as {sql.rendered(model, {})}")
    return found


def opened(database: duckdb.DuckDBPyConnection) -> set[str]:
    paired(database)
    both = " union all ".join(f"select id from {model}" for model in sql.OPEN.values())
    return {name for (name,) in database.execute(both).fetchall()}


def test_what_is_there_once_on_both_sides_and_equal_is_settled_and_copies_are_not():
    assert opened(laid(sql.fingerprint(["amount"]))) == {"b", "B", "c", "c2", "C"}


def test_rows_whose_hashes_collide_are_left_to_be_compared_in_full():
    database = laid("(case when id in ('a', 'b') then 1 else hash(id) end)")
    assert {"a", "A", "b"} <= opened(database)


def test_without_copies_rows_pair_though_nobody_looked_for_any():
    database = laid("1")  # every row's hash repeats, so that whoever asked would settle nothing
    database.execute(f"delete from {sql.LEFT} where id like 'c%'")
    assert paired(database) == (1, 0)
    tables = {name for (name,) in database.execute("show tables").fetchall()}
    assert sql.REPEATED not in tables


def test_copies_of_many_by_many_are_found_before_they_are_paired():
    database = laid(sql.fingerprint(["amount"]))
    for side, name in ((sql.LEFT, "c"), (sql.RIGHT, "C")):
        database.execute(
            f"insert into {side} select * exclude (n) replace (100 + n as line, id || n as id) "
            f"from {side}, range(20_000) numbers(n) where id = '{name}'"
        )
    assert paired(database) == (1, 0)
    assert database.execute(f"select count(*) from {sql.PAIRED}").fetchall() == [(40_006,)]


def test_the_residue_has_the_open_rows_and_those_that_share_a_key_with_them():
    database = laid(sql.fingerprint(["amount"]))
    for side in (sql.LEFT, sql.RIGHT):
        database.execute(
            f"insert into {side} select * replace (9 as line, 'z' as id, 'ETH' as asset, "
            f"'5' as amount, hash('5') as content_hash) from {side} where lower(id) = 'c'"
        )
    paired(database)
    found = [
        dict(sql.residue(database, side, "id", f"from {side} semi join {{}} using (line)".format))
        for side in (sql.LEFT, sql.RIGHT)
    ]
    assert found == [
        {"b": True, "c": True, "c2": True, "z": False},
        {"B": True, "C": True, "z": False},
    ]
    for side, expected in zip((sql.LEFT, sql.RIGHT), found, strict=True):
        alike = sql.ALIKE[side]
        database.execute(f"create or replace table {alike} as {sql.rendered(alike, {})}")
        whole = f"select id, is_open from ({sql.rendered(sql.RESIDUE[side], {})})"
        assert dict(database.execute(whole).fetchall()) == expected


@pytest.mark.parametrize("target", ["duckdb", "postgres", "spark"])
def test_every_engine_has_its_own_hash_and_the_same_models(target):
    words = {"duckdb": "hash(", "postgres": "hashtextextended(", "spark": "xxhash64("}
    assert sql.fingerprint(["a", "b"], target).startswith(words[target])
    models = {sql.rendered(sql.PAIRED, LIMITS, one) for one in words}
    assert len(models) == 1
