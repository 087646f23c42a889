"""The queries: a page costs what is new, and plans say so."""

from __future__ import annotations

import sqlite3

import pytest

from journal import sql


@pytest.fixture
def empty():
    connection = sqlite3.connect(":memory:")
    for statements in sql.MIGRATIONS:
        for statement in statements:
            connection.execute(statement)
    yield connection
    connection.close()


@pytest.mark.parametrize("kinds", [None, ("a",), ("a", "b", "c")])
def test_a_page_is_range_scans_only(empty, kinds):
    query, bounds = sql.page(10, None, 100, kinds)
    plan = [row[3] for row in empty.execute(f"explain query plan {query}", bounds)]
    assert not [step for step in plan if step.startswith("SCAN fact")], plan


def test_the_version_of_the_schema_is_the_number_of_migrations():
    assert len(sql.MIGRATIONS) == sql.SCHEMA_VERSION


def test_a_page_without_an_end_has_no_end():
    assert sql.NO_LIMIT_SEQ in sql.page(0, None, 1, None)[1]
    assert 7 in sql.page(0, 7, 1, None)[1]
