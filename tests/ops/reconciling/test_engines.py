"""The exact step on other engines than the command's: the same models, the same residue."""

# ruff: noqa: S608 (names and folders of the test are all that is put into SQL)

from collections.abc import Iterator

import duckdb
import psycopg
import pytest

from ops.bench.spark_cluster import HASHED, LAID, absence, on_cluster
from ops.reconciling import sql
from ops.reconciling.rules import StatedRules
from ops.reconciling.sides import Side
from tests.kit.postgres import a_postgres
from tests.kit.reconciling import changed, desk
from tests.ops.reconciling.test_files import cells, write

LIMITS = {"window_before_ns": 3_600 * 10**9, "window_after_ns": 72_000 * 10**9}
SIDES = (sql.LEFT, sql.RIGHT)
MODELS = (
    sql.REPEATED, sql.PAIRED, *sql.OPEN.values(), *sql.ALIKE.values(), *sql.RESIDUE.values()
)  # fmt: skip
UNSETTLED = f"select left_line, right_line from {sql.PAIRED} where is_exact is not true"


def broken_sides():
    """Two sides with all that the exact step treats apart: copies, legs, late and bare rows."""
    left, right = desk(60)
    right[3] = changed(right[3], amount_units=5)
    right[4] = changed(right[4], later_ns=10**15)
    right[5] = changed(right[5], kind="gas")
    left[6] = changed(left[6], ref="", id="bare")
    left.append(changed(left[7], id="copy"))
    left.append(changed(left[8], id="leg", asset="DOGE"))
    right.append(changed(right[9], id="again", ref=""))
    left.append(changed(left[6], id="bare-too"))
    left[10] = changed(left[10], status="pending")
    del left[20], right[30]
    return left, right


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Side, Side]]:
    """Both sides laid down as the command does, and the models built on them."""
    folder = tmp_path_factory.mktemp("sides")
    with duckdb.connect() as database:
        paths = [
            write(folder / f"{table}.csv", map(cells, rows))
            for table, rows in zip(SIDES, broken_sides(), strict=True)
        ]
        left, right = (Side(database, *one) for one in zip(SIDES, paths, strict=True))
        for side in (left, right):
            side.lay(with_price=False, is_plain=StatedRules({}).is_plain())
        for model in MODELS:
            database.execute(f"create table {model} as {sql.rendered(model, LIMITS)}")
        yield left, right


def residues(execute):
    """Give what is not settled and what each residue has, asked of any engine."""
    found = [execute(UNSETTLED).fetchall()]
    found += [execute(f"select line, is_open from {of}").fetchall() for of in sql.RESIDUE.values()]
    return told(*found)


def told(*found):
    return [sorted(repr(tuple(row)) for row in rows) for rows in found]


def test_the_command_settles_what_the_models_settle(laid):
    database = laid[0].database
    expected = residues(database.execute)
    assert len(expected[0]) == 15
    assert sum(sql.pair(database, LIMITS, *(side.rows() for side in laid))) == 53
    assert residues(database.execute) == expected


def test_postgresql_leaves_the_residue_that_duckdb_leaves(laid):
    with a_postgres() as url, psycopg.connect(url) as server:
        for side in laid:
            lay_on_postgres(server, side)
        for model in MODELS:
            server.execute(f"create table {model} as {sql.rendered(model, LIMITS, 'postgres')}")
        assert residues(server.execute) == residues(laid[0].database.execute)


def lay_on_postgres(server: psycopg.Connection, side: Side):
    kinds = {"line": "bigint", "time_ns": "bigint", "is_by_ref": "boolean", "is_plain": "boolean"}
    columns = ", ".join(f"{name} {kinds.get(name, 'text')}" for name in LAID)
    server.execute(f"create table {side.table}_rows ({columns})")
    rows = side.database.execute(f"select {', '.join(LAID)} from {side.table}").fetchall()
    marks = ", ".join(["%s"] * len(LAID))
    with server.cursor() as cursor:
        cursor.executemany(f"insert into {side.table}_rows values ({marks})", rows)
    mark = sql.fingerprint(list(HASHED), "postgres")
    laid = f"create table {side.table} as select *, {mark} as content_hash from {side.table}_rows"
    server.execute(laid)


@pytest.mark.slow
def test_a_spark_cluster_under_dbt_leaves_the_residue_that_duckdb_leaves(
    laid, tmp_path, monkeypatch
):
    if lacking := absence():
        pytest.skip(lacking)
    (started_in := tmp_path / "elsewhere").mkdir()
    (folder := tmp_path / "asked").mkdir()
    monkeypatch.chdir(started_in)
    found = on_cluster(laid, folder, LIMITS)
    assert not list(started_in.iterdir())  # no log, no metastore of Spark's where we stand
    assert (found["workers"], found["settled"]) == (2, 53)
    assert told(found["open"], found["left"], found["right"]) == residues(laid[0].database.execute)
