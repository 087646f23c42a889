"""Numbers written as text: however quickly one is read, no digit of it is lost."""

# ruff: noqa: S608 (the macro is what is asked)

from __future__ import annotations

import duckdb
import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.resources.dbt_manifest import PROJECT

MACROS = (PROJECT / "macros" / "amounts.sql").read_text()
NUMBERS = st.from_regex(r"[+-]?[0-9]{0,27}(\.[0-9]{0,14})?([eE]-?[0-9])?", fullmatch=True)


@pytest.mark.parametrize(("macro", "kind"), [
    ("exact_integer", "decimal(38, 0)"), ("exact_decimal", "decimal(38, 10)"),
])  # fmt: skip
@given(written=st.lists(NUMBERS, min_size=1, max_size=200))
def test_a_number_is_read_quickly_as_it_is_read_wide(macro: str, kind: str, written: list[str]):
    read = jinja2.Template(MACROS + "{{ " + macro + "('written') }}").render()
    asked = f"""
        with numbers as (
            select written, try_cast(written as {kind}) as wide
            from (select unnest(?) as written)
        )
        select written, {read} as quickly, wide
        from numbers
        where wide is not null and quickly is distinct from wide
    """
    assert duckdb.sql(asked, params=[written]).fetchall() == []
