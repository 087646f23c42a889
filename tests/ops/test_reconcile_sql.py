"""The models of the exact step: one text for every engine, and a hash that decides nothing."""

# ruff: noqa: S608 (names and folders of the test are all that is put into SQL)

import duckdb
import pytest

from ops import reconcile_sql as sql

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


def opened(database: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    sql.run_models(database, LIMITS)
    return sorted(
        database.execute(f"select left_id, right_id from {sql.OPEN}").fetchall(), key=repr
    )


def test_what_is_there_once_on_both_sides_and_equal_is_settled_and_copies_are_not():
    found = opened(laid(sql.fingerprint(["amount"])))
    assert found == sorted(
        [("b", None), (None, "B"), ("c", None), ("c2", None), (None, "C")], key=repr
    )


def test_rows_whose_hashes_collide_are_left_to_be_compared_in_full():
    database = laid("(case when id in ('a', 'b') then 1 else hash(id) end)")
    assert {("a", None), (None, "A"), ("b", None)} <= set(opened(database))


def test_the_residue_has_the_open_rows_and_those_that_share_a_key_with_them():
    database = laid(sql.fingerprint(["amount"]))
    for side in (sql.LEFT, sql.RIGHT):
        database.execute(
            f"insert into {side} select * replace (9 as line, 'z' as id, 'ETH' as asset, "
            f"'5' as amount, hash('5') as content_hash) from {side} where lower(id) = 'c'"
        )
    sql.run_models(database, LIMITS)
    found = [dict(sql.residue(database, side, "id, is_open")) for side in (sql.LEFT, sql.RIGHT)]
    assert found == [
        {"b": True, "c": True, "c2": True, "z": False},
        {"B": True, "C": True, "z": False},
    ]


@pytest.mark.parametrize("target", ["duckdb", "postgres", "spark"])
def test_every_engine_has_its_own_hash_and_the_same_models(target):
    words = {"duckdb": "hash(", "postgres": "hashtextextended(", "spark": "xxhash64("}
    assert sql.fingerprint(["a", "b"], target).startswith(words[target])
    models = {sql.rendered(sql.PAIRED, LIMITS, one) for one in words}
    assert len(models) == 1
