"""A head commits to every entry, in the order of the book."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit.head import audit_head, entry_proof, leaves_of
from domain.audit.merkle import is_included, leaf_hash
from domain.errors import InputRefused
from domain.ledger.types import canonical_entry
from tests.kit.books import World
from tests.kit.histories import HISTORIES, few


@few
@given(HISTORIES, st.integers())
def test_the_head_does_not_depend_on_the_order_of_arrival(world: World, seed: int):
    entries = world.entries()
    assert audit_head(Random(seed).sample(entries, len(entries))) == audit_head(entries)


@few
@given(HISTORIES, st.data())
def test_a_changed_unit_changes_the_head(world: World, data: st.DataObject):
    entries = world.entries()
    at = data.draw(st.integers(0, len(entries) - 1))
    posting = entries[at].postings[0]
    forged = msgspec.structs.replace(posting, units=posting.units + 1)
    entries[at] = msgspec.structs.replace(entries[at], postings=(forged, *entries[at].postings[1:]))
    assert audit_head(entries) != audit_head(world.entries())


@few
@given(HISTORIES, st.data())
def test_each_entry_can_be_proved_to_be_in_the_book(world: World, data: st.DataObject):
    entries = world.entries()
    entry = data.draw(st.sampled_from(entries))
    index, proof = entry_proof(entry.entry_id, entries)
    head = audit_head(entries)
    hashes = [bytes.fromhex(one) for one in proof]
    leaf = leaf_hash(canonical_entry(entry))
    assert leaves_of(entries)[index] == leaf
    assert is_included(leaf, index, head.size, hashes, bytes.fromhex(head.root_hex))
    assert str(head) == f"{len(entries)}:{head.root_hex}"


def test_an_entry_that_is_not_there_is_refused():
    with pytest.raises(InputRefused, match="no such entry"):
        entry_proof("nobody", World().entries())
