"""Records: the envelope that is sealed, and the seal."""

from __future__ import annotations

import hashlib
import json

import msgspec
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from journal.record import GENESIS_HASH, Record, seal
from journal.records import canonical_payload
from tests.kit.facts import fact, sample_facts

ns = st.integers(0, 2**63 - 1)
texts = st.text(st.characters(codec="utf-8"), max_size=20)


def a_record(of, **changes) -> Record:
    fields = {
        "seq": 1,
        "record_id": of.record_id(),
        "kind": of.KIND,
        "version": of.VERSION,
        "correlation_id": "",
        "causation_id": "",
        "venue_ns": None,
        "observed_ns": 1,
        "recorded_ns": 2,
        "payload": canonical_payload(of),
        "prev_hash": GENESIS_HASH,
        "hash": "",
    }
    return Record(**{**fields, **changes})


@given(st.sampled_from(sorted(sample_facts())), ns, st.none() | ns, texts, texts)
def test_the_envelope_is_rfc_8785(kind, observed_ns, venue_ns, correlation_id, causation_id):
    record = a_record(
        fact(kind),
        observed_ns=observed_ns,
        venue_ns=venue_ns,
        correlation_id=correlation_id,
        causation_id=causation_id,
    )
    assert record.envelope() == rfc8785.dumps(json.loads(record.envelope()))


def test_the_envelope_covers_every_field_but_the_hashes():
    record = a_record(fact("market.mark"))
    changed = {
        "seq": 2, "record_id": "other", "kind": "other", "version": 9, "correlation_id": "c",
        "causation_id": "c", "venue_ns": 5, "observed_ns": 9, "recorded_ns": 9, "payload": b"{}",
    }  # fmt: skip
    assert set(changed) == set(Record.__struct_fields__) - {"prev_hash", "hash"}
    for name, value in changed.items():
        other = msgspec.structs.replace(record, **{name: value})
        assert other.envelope() != record.envelope(), name


def test_the_seal_is_the_hash_of_what_was_before_and_the_envelope():
    sealed = a_record(fact("order.halt")).envelope()
    assert seal("ab" * 32, sealed) == hashlib.sha256(b"\xab" * 32 + sealed).hexdigest()


def test_a_record_gives_its_fact_back():
    for of in sample_facts().values():
        assert a_record(of).fact() == of


def test_an_absent_venue_time_is_null_not_zero():
    assert json.loads(a_record(fact("market.mark")).envelope())["venue_ns"] is None


def test_a_sealed_record_says_the_same_and_vouches_for_it():
    record = a_record(fact("market.mark"))
    sealed = msgspec.structs.replace(record, hash="").sealed()
    assert sealed == msgspec.structs.replace(record, hash=sealed.hash)
    assert sealed.hash == seal(record.prev_hash, record.envelope())
