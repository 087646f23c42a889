"""Settling strand by strand is settling everything: no fact has a say outside its own strand."""

from __future__ import annotations

from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.settlement.outcome import Settlement
from domain.settlement.settle import settle
from domain.settlement.strands import keys_of, put_together, strands_of
from domain.settlement.types import ChainBook, ExchangeBook, JournalBook
from tests.kit.books import World, cex_dex, dex_dex
from tests.kit.histories import HISTORIES, few
from tests.kit.settling import content

BOOKS = (JournalBook, ExchangeBook, ChainBook)
NOT_FACTS = {"heads"}


def told(world: World, shuffle: Random | None = None) -> list[tuple[type, str, object]]:
    """List every fact with the book and the field it is told in."""
    return [
        (type(book), field, fact)
        for book in world.sources(shuffle)
        for field in book.__struct_fields__
        if isinstance(getattr(book, field), tuple) and field not in NOT_FACTS
        for fact in getattr(book, field)
    ]


def settled_alone(world: World, strand: list[tuple[type, str, object]]) -> Settlement:
    """Settle one strand as if nothing else had happened."""
    books = []
    for book in world.sources():
        own: dict[str, tuple[object, ...]] = {
            field: () for kind, field, _ in told(world) if kind is type(book)
        }
        for kind, field, fact in strand:
            if kind is type(book):
                own[field] = (*own[field], fact)
        books.append(msgspec.structs.replace(book, **own))
    return settle(world.card, *books)


@few
@given(HISTORIES, st.integers())
def test_settling_strand_by_strand_is_settling_everything(world: World, seed: int):
    facts = told(world, Random(seed))
    strands = strands_of((fact, keys_of(fact[2])) for fact in facts)
    assert sum(map(len, strands)) == len(facts)
    alone = [settled_alone(world, strand) for strand in strands]
    assert content(put_together(alone)) == content(world.settled())


def test_two_executions_that_share_nothing_are_two_strands():
    world = World()
    dex_dex(world, 10**18, 3_010 * 10**6, 3_020 * 10**6, gas_wei=10**15)
    cex_dex(world, 10**10, 2_999 * 10**6, [(10**10, 3_003 * 10**8, 3 * 10**8)])
    assert len(strands_of((one, keys_of(one[2])) for one in told(world))) == 2


@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=3), max_size=12))
def test_items_are_of_one_strand_exactly_when_a_chain_of_shared_keys_joins_them(keys):
    strands = strands_of(enumerate(keys))
    reached = {
        number: {other for other, theirs in enumerate(keys) if set(theirs) & set(mine)}
        for number, mine in enumerate(keys)
    }
    for _ in keys:
        reached = {one: set().union(*(reached[two] for two in its)) for one, its in reached.items()}
    assert {tuple(sorted(one)) for one in strands} == {
        tuple(sorted(one)) for one in reached.values()
    }
