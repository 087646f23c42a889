"""Which columns of which tables each column of a dbt model is made of, read from its compiled SQL.

Values only: what a row was chosen, joined or grouped by is not what its columns are made of. The
Python half of the books states its own lineage in `tables.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from domain.errors import InvariantBroken

if TYPE_CHECKING:
    from sqlglot.optimizer.scope import Scope

Origin = tuple[str, str]
"""Table and column."""
Columns = Mapping[str, Sequence[str]]
"""Table -> the columns it has."""

_EXTERNAL = re.compile(r"read_parquet\('(\w+)/day=[^)]*\)")
_MODEL = re.compile(r'"\w+"\."\w+"\."(\w+)"')
DIALECT = "duckdb"


def origins(sql: str, known: Columns) -> dict[str, tuple[Origin, ...]]:
    """Find what each column of a compiled model is made of.

    Args:
        sql: As dbt compiled it.
        known: The columns of every table it may read; stars are spelled out by them.

    Returns:
        Column -> origins, ordered; none for a column that is a constant.

    Raises:
        InvariantBroken: The query cannot be read.
    """
    from sqlglot import parse_one
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    plain = _MODEL.sub(r"\1", _EXTERNAL.sub(r"\1", sql))
    schema: dict[str, object] = {
        name: dict.fromkeys(columns, "unknown") for name, columns in known.items() if columns
    }
    try:
        query = qualify(
            parse_one(plain, dialect=DIALECT),
            schema=schema,
            dialect=DIALECT,
            validate_qualify_columns=False,
            quote_identifiers=False,
        )
        root = build_scope(query)
    except SqlglotError as error:
        raise InvariantBroken("the lineage of this model cannot be read", sql=plain) from error
    if root is None:
        raise InvariantBroken("the lineage of this model cannot be read", sql=plain)
    top: Any = root.expression
    names = top.named_selects
    return {name: tuple(sorted(set(_of(root, position)))) for position, name in enumerate(names)}


def _of(scope: Scope, position: int) -> Iterator[Origin]:
    if scope.set_operation_scopes:
        for branch in scope.set_operation_scopes:
            yield from _of(branch, position)
    else:
        query: Any = scope.expression
        yield from _of_expression(scope, query.selects[position])


def _of_expression(scope: Scope, part: Any) -> Iterator[Origin]:  # noqa: ANN401 (sqlglot's tree)
    from sqlglot.expressions import Column, Table

    for column in part.find_all(Column):
        source: Any = scope.sources.get(column.table) or _only(scope)
        if isinstance(source, Table):
            yield source.name, column.name
        elif source is not None and column.name in source.expression.named_selects:
            yield from _of(source, source.expression.named_selects.index(column.name))


def _only(scope: Scope) -> Any:  # noqa: ANN401 (a table or another scope)
    """Give the one source of a scope: a column nobody listed, such as a partition's, is its."""
    read = [source for _, source in scope.selected_sources.values()]
    return read[0] if len(read) == 1 else None
