"""Columns taken apart and put together without a Python object a row.

The few verbs the books need; what rows mean is whoever's they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.compute

pc: Any = pyarrow.compute  # made when it is imported, so that no checker knows what is in it


def texts(values: Iterable[str]) -> pa.Array:
    """Make a column of texts."""
    return pa.array(list(values), pa.string())


def is_one_of(column: pa.ChunkedArray, values: Iterable[str]) -> Any:  # noqa: ANN401 (a mask)
    """Ask of each row whether its text is one of some."""
    return pc.is_in(column, value_set=texts(values))


def chosen_rows(chosen: Iterable[bool]) -> pa.Array:
    """Make a mask of what is known of each row."""
    return pa.array(list(chosen), pa.bool_())


def where(table: pa.Table, mask: Any) -> pa.Table:  # noqa: ANN401
    """Keep the rows of a mask."""
    return table.filter(mask)


def where_not(table: pa.Table, mask: Any) -> pa.Table:  # noqa: ANN401
    """Keep the other rows."""
    return table.filter(pc.invert(mask))


def joined_text(table: pa.Table, names: Sequence[str]) -> pa.ChunkedArray:
    """Join columns to one text a row, as `key_text` joins values."""
    return pc.binary_join_element_wise(*(table[name].cast(pa.string()) for name in names), "\x1f")


def key_text(values: Iterable[object]) -> str:
    """Join values to one text."""
    return "\x1f".join(map(str, values))


def one_below_the_other(tables: Iterable[pa.Table]) -> pa.Table:
    """Put tables of the same columns one below the other, with nothing but their rows."""
    return pa.concat_tables([one.replace_schema_metadata(None) for one in tables])


def ordered_by(table: pa.Table, names: Iterable[str]) -> pa.Table:
    """Order rows by columns, the first first."""
    return table.sort_by([(name, "ascending") for name in names])


def digest_of(column: pa.ChunkedArray) -> str:
    """Digest a column of texts, none of them null, however they are cut into chunks or buffers."""
    whole = pa.concat_arrays([pa.array([], pa.string()), *column.chunks])
    listed = pa.ListArray.from_arrays(pa.array([0, len(whole)], pa.int32()), whole)
    return sha256(pc.binary_join(listed, "\x1f")[0].as_buffer()).hexdigest()
