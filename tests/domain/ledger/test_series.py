"""Series hold every entry once, in time, and every amount of ours; cutting them loses none."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from domain.ledger.series import Read, Series, series_of
from domain.ledger.types import Entry, in_book_order, is_own
from tests.kit.books import World, cex_dex, dex_dex
from tests.kit.clock import NOON_NS
from tests.kit.histories import HISTORIES, few

_Amount = tuple[str, str, str, int]


def _amounts(series: Series) -> list[_Amount]:
    return [
        (entry_id, flow.account, flow.asset, units)
        for flow in series.flows
        for entry_id, units in zip(series.ids, flow.units, strict=True)
    ]


def _own(entries: list[Entry]) -> Counter[_Amount]:
    return Counter(
        (entry.entry_id, one.account, one.asset, one.units)
        for entry in entries
        for one in entry.postings
        if is_own(one.account)
    )


@few
@given(HISTORIES, st.integers())
def test_every_entry_is_in_one_series_with_every_amount_of_ours(world: World, seed: int):
    entries = world.entries()
    found = series_of(Random(seed).sample(entries, len(entries)))
    assert Counter(amount for one in found for amount in _amounts(one)) == _own(entries)
    held = [entry_id for one in found for entry_id in one.ids]
    assert sorted(held) == sorted(entry.entry_id for entry in entries)


@few
@given(HISTORIES, st.integers())
def test_entries_of_a_series_are_alike_and_in_the_order_of_time(world: World, seed: int):
    entries = world.entries()
    by_id = {entry.entry_id: entry for entry in entries}
    for one in series_of(Random(seed).sample(entries, len(entries))):
        behind = [by_id[entry_id] for entry_id in one.ids]
        kinds = {(each.cause, each.strategy, each.venue, each.purpose) for each in behind}
        assert kinds == {(one.cause, one.strategy, one.venue, one.purpose)}
        assert one.times_ns == [entry.at_ns for entry in behind] == sorted(one.times_ns)
        assert one.entries == behind


@few
@given(HISTORIES, st.integers(0, 30))
def test_what_was_before_an_instant_and_what_was_since_are_the_series(world: World, seconds: int):
    cut_ns = NOON_NS + seconds * SECOND_NS
    for one in series_of(world.entries()):
        before, since = one.before(cut_ns), one.since(cut_ns)
        assert all(at_ns < cut_ns for at_ns in before.times_ns)
        assert all(at_ns >= cut_ns for at_ns in since.times_ns)
        assert before.ids + since.ids == one.ids
        assert Counter(_amounts(before)) + Counter(_amounts(since)) == Counter(_amounts(one))


@few
@given(HISTORIES, st.randoms(use_true_random=False))
def test_only_the_chosen_entries_are_left(world: World, random: Random):
    for one in series_of(world.entries()):
        chosen = [random.random() < 0.5 for _ in one.ids]
        left = {name for name, wanted in zip(one.ids, chosen, strict=True) if wanted}
        assert _amounts(one.where(chosen)) == [row for row in _amounts(one) if row[0] in left]


def test_series_of_entries_to_be_read_again_are_made_once():
    world = World()
    cex_dex(world, 10, 5, [(10, 300, 2)])
    entries = Read(world.entries())
    assert series_of(entries) is series_of(entries)
    assert series_of(entries) == series_of(list(entries))


@few
@given(HISTORIES, st.booleans())
def test_entries_arranged_while_they_are_made_are_all_there_in_order(world: World, is_asked: bool):
    entries = world.entries()
    read = Read(one for one in entries)
    found = read.series if is_asked else series_of(list(read))
    assert list(read) == in_book_order(entries)
    assert sorted(map(_amounts, found)) == sorted(map(_amounts, series_of(entries)))
    assert (len(read), list(read[:2])) == (len(entries), in_book_order(entries)[:2])


def test_entries_told_backwards_are_put_in_the_order_of_time():
    world = World()
    for plus in range(3):
        dex_dex(world, 10 + plus, 20, 30, gas_wei=7)
    ordered, backwards = (series_of(world.entries()[::step]) for step in (1, -1))
    assert max(len(one.ids) for one in ordered) > 1
    assert sorted(map(_amounts, ordered)) == sorted(map(_amounts, backwards))
