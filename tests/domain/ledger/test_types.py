"""Entries balance or are refused, and have one way to be written."""

from __future__ import annotations

from random import Random

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvariantBroken
from domain.ledger.types import (
    NOMINAL,
    Entry,
    Posting,
    balanced,
    canonical_bytes,
    canonical_entry,
    entry_order,
    imbalance,
    in_book_order,
    is_own,
    is_pairs,
)
from tests.kit.books import World
from tests.kit.histories import HISTORIES, few
from tests.kit.world_names import VENUES


def _entry(*amounts: tuple[str, str, int]) -> Entry:
    postings = tuple(Posting("e", *amount) for amount in amounts)
    return Entry("e", 1, "trade", "desk", "paper", "", "", "t1", postings)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers()), max_size=6))
def test_an_entry_is_balanced_exactly_when_every_asset_sums_to_zero(amounts):
    entry = _entry(*amounts)
    sums = {name: sum(units for _, asset, units in amounts if asset == name) for name in "xy"}
    assert imbalance(entry) == {name: units for name, units in sums.items() if units}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(-2, 2))))
def test_postings_that_are_pairs_balance_and_an_entry_is_refused_only_if_it_does_not(amounts):
    entry = _entry(*amounts)
    if is_pairs(entry.postings):
        assert imbalance(entry) == {}
    if imbalance(entry):
        with pytest.raises(InvariantBroken):
            balanced(entry)
    else:
        assert balanced(entry) is entry


@given(st.lists(st.tuples(st.sampled_from("xy"), st.integers()), max_size=4))
def test_each_amount_beside_its_counterpart_is_pairs(amounts):
    pairs = [one for asset, units in amounts for one in (("a", asset, units), ("b", asset, -units))]
    assert is_pairs(_entry(*pairs).postings)


@few
@given(HISTORIES, st.integers())
def test_a_book_has_one_order(world: World, seed: int):
    entries = world.entries()
    mixed = Random(seed).sample(entries, len(entries))
    assert in_book_order(mixed) == sorted(entries, key=entry_order)


def test_two_assets_do_not_make_up_for_each_other():
    with pytest.raises(InvariantBroken, match="do not sum to zero"):
        balanced(_entry(("a", "x", 5), ("b", "y", -5)))


@few
@given(HISTORIES, st.integers())
def test_any_interleaving_of_the_same_facts_gives_the_same_bytes(world: World, seed: int):
    entries = world.entries(world.settled(Random(seed)))
    shuffled = Random(seed).sample(entries, len(entries))
    assert canonical_bytes(shuffled) == canonical_bytes(world.entries())


@few
@given(HISTORIES)
def test_a_canonical_entry_holds_no_number_and_every_field(world: World):
    for entry in sorted(world.entries(), key=entry_order):
        written = orjson.loads(canonical_entry(entry))
        assert set(written) == set(Entry.__struct_fields__)
        assert written["at_ns"] == str(entry.at_ns)
        units = [posting["units"] for posting in written["postings"]]
        assert units == [str(posting.units) for posting in entry.postings]


def test_an_amount_beyond_64_bits_is_written_in_full():
    big = 2**255
    written = canonical_entry(_entry(("a", "x", big), ("b", "x", -big)))
    assert str(big).encode() in written


def test_only_accounts_of_ours_hold_anything():
    assert all(is_own(account) for account in VENUES)
    assert not any(is_own(prefix + "anything") for prefix in NOMINAL)


def test_entries_are_ordered_by_time_before_anything_else():
    early, late = _entry(), msgspec.structs.replace(_entry(), at_ns=2, entry_id="a")
    assert sorted([late, early], key=entry_order) == [early, late]
