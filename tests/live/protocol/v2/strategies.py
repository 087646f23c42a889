"""Every message of v2, made by hypothesis from the table itself."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from live.protocol import v2
from live.protocol.v2.schemas import Field, Schema
from live.protocol.v2.table import PARTS, SCHEMAS

_SHORT = st.text(st.characters(codec="utf-8"), max_size=12)
_CORRELATIONS = st.binary(min_size=16, max_size=16)


def _unsigned(bits: int) -> st.SearchStrategy[int]:
    return st.integers(0, 2**bits - 1) | st.sampled_from((0, 2**bits - 1))


def _signed(bits: int) -> st.SearchStrategy[int]:
    edge = 2 ** (bits - 1)
    return st.integers(-edge, edge - 1) | st.sampled_from((-edge, edge - 1, 0))


def _pairs(first: st.SearchStrategy[int], second: st.SearchStrategy[int]) -> Any:
    return st.lists(st.tuples(first, second), max_size=4).map(tuple)


routings = st.builds(
    v2.Routing,
    _SHORT,
    st.lists(_SHORT, max_size=3).map(tuple),
    st.lists(_SHORT, max_size=3).map(tuple),
    st.none() | st.integers(-(2**63) + 1, 2**63 - 1),
    st.none() | st.integers(0, 10**6),
    _unsigned(64),
    _CORRELATIONS,
)
_PLAIN: dict[str, Any] = {
    "routing": routings,
    "bool": st.booleans(),
    **{f"u{bits}": _unsigned(bits) for bits in (8, 16, 32, 64, 128, 256)},
    **{f"i{bits}": _signed(bits) for bits in (32, 64, 256)},
    "text": _SHORT,
    "bytes": st.binary(max_size=40),
    "hash32": st.binary(min_size=32, max_size=32).map(lambda b: f"0x{b.hex()}"),
    "ticks": _pairs(_signed(32), _signed(128)),
    "levels": _pairs(_unsigned(128), _unsigned(128)),
}


def of_kind(kind: str) -> st.SearchStrategy[Any]:
    """Make values of a kind, as a schema names it."""
    if kind.endswith("?"):
        return st.none() | of_kind(kind[:-1])
    if kind.endswith("*"):
        return st.lists(of_kind(kind[:-1]), max_size=3).map(tuple)
    parts = {part.name: part for part in PARTS}
    if kind in parts:
        return _built(parts[kind].struct, parts[kind].fields)
    return _PLAIN[kind]


def of_schema(schema: Schema) -> st.SearchStrategy[Any]:
    """Make messages of a schema."""
    return _built(schema.message, schema.fields)


def _built(struct: type[Any], fields: tuple[Field, ...]) -> st.SearchStrategy[Any]:
    return st.builds(struct, **{field.name: of_kind(field.kind) for field in fields})


messages = st.one_of([of_schema(schema) for schema in SCHEMAS])
