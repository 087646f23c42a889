"""The table of kinds: round trips, ids, canonical form."""

from __future__ import annotations

import json
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from journal.records import KINDS, Fact, canonical_payload, parse_payload
from tests.kit.facts import fact, sample_facts

texts = st.text(st.characters(codec="utf-8"), max_size=12)
integers = st.integers(-(2**256), 2**256)

PLAIN = {bool: st.booleans(), int: integers, str: texts, NoneType: st.none()}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Build a strategy for a field from its type; 256-bit integers wherever there is an int."""
    if hint in PLAIN:
        return PLAIN[hint]
    if get_origin(hint) is UnionType:
        return st.one_of([values_of(one) for one in get_args(hint)])
    if get_origin(hint) is tuple:
        return st.lists(values_of(get_args(hint)[0]), max_size=3).map(tuple)
    if get_origin(hint) is dict:
        key, value = get_args(hint)
        return st.dictionaries(values_of(key), values_of(value), max_size=3)
    return instances_of(hint)


def instances_of(struct: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(struct)
    return st.builds(struct, **{n: values_of(hints[n]) for n in struct.__struct_fields__})


facts = st.sampled_from(sorted(KINDS)).flatmap(lambda kind: instances_of(KINDS[kind]))


@given(facts)
def test_a_fact_of_any_kind_comes_back_as_it_was(written):
    assert parse_payload(written.KIND, canonical_payload(written)) == written


@given(facts)
def test_the_payload_is_rfc_8785_with_integers_as_text(written):
    payload = canonical_payload(written)
    parsed = json.loads(payload)
    assert payload == rfc8785.dumps(parsed)
    assert not any(isinstance(value, int | float) for value in leaves(parsed))


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [] if isinstance(value, bool) else [value]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_id_depends_on_the_key_and_on_nothing_else(kind):
    original = fact(kind)
    for name in KINDS[kind].__struct_fields__:
        value = getattr(original, name)
        if not isinstance(value, int | str):
            continue
        other = fact(kind, **{name: value + 1 if isinstance(value, int) else f"{value}x"})
        assert (other.record_id() != original.record_id()) == (name in original.KEY), name


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_key_names_a_field(kind):
    assert set(KINDS[kind].KEY) <= set(KINDS[kind].__struct_fields__)
    assert KINDS[kind].KEY


def test_every_kind_has_a_sample_and_its_own_name():
    assert list(sample_facts()) == list(KINDS)
    assert {kind.KIND for kind in Fact.__subclasses__()} == set(KINDS)


def test_two_kinds_with_one_key_have_two_ids():
    halted = fact("order.halt", scope="a", cause_id="b").record_id()
    alerted = fact("execution.finished", execution_id="a", outcome="b").record_id()
    assert halted != alerted


def test_a_kind_from_the_future_is_refused():
    with pytest.raises(InputRefused):
        parse_payload("market.dream", b"{}")


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"{}", b'{"scope":1}', b"\xff"])
def test_a_payload_of_another_shape_is_refused(payload):
    with pytest.raises(InputRefused):
        parse_payload("order.halt", payload)
