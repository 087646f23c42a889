"""What agrees and waits for nobody may be left out: the rest says what everything says of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.matching.made import Compared
from domain.matching.strands import frame_of, keys_of
from domain.matching.transactions import match_transactions
from domain.settlement.strands import Key, strands_of
from tests.kit.books import World
from tests.kit.histories import HISTORIES, few

Fact = tuple[str, str, Any]
"""Which source, where in it, and what it says."""


@few
@given(world=HISTORIES, told=st.integers(), dropped=st.integers())
def test_strands_that_agree_have_no_say_in_what_else_is_found(
    world: World, told: int, dropped: int
):
    sources = partly_told(world, Random(told))
    everything = compared_without(sources, ())
    strands = strands_of((fact, keys_of(fact[2])) for fact in facts_of(sources))
    agreeing = [strand for strand in strands if not names_of(strand) & everything.waiting]
    left_out = [strand for strand in agreeing if Random(dropped).random() < 0.7]
    rest = compared_without(sources, [fact for strand in left_out for fact in strand])
    assert rest.breaks == everything.breaks
    assert rest.waiting == everything.waiting
    alone = [compared_without(sources, others_than(sources, strand)) for strand in left_out]
    assert all(not one.breaks and not one.waiting for one in alone)
    made = [match for one in (rest, *alone) for match in one.matches]
    assert sorted(made, key=str) == sorted(everything.matches, key=str)


def partly_told(world: World, random: Random) -> list[Any]:
    """Let each source lack some of its facts, tell others twice or otherwise, or be cut off."""
    journal, exchange, chain = world.sources()
    until_ns = random.choice((0, world.now_ns, random.choice([0, *_heard(journal)])))
    fills = [
        told
        for fill in exchange.fills
        for told in random.choice(([fill], [fill], [], [fill, _otherwise(fill, random)]))
    ]
    return [
        _less(journal, random),
        msgspec.structs.replace(_less(exchange, random), fills=tuple(fills), until_ns=until_ns),
        _less(chain, random),
    ]


def _heard(journal: Any) -> list[int]:
    return [one.observed_ns for one in journal.order_answers]


def _otherwise(fill: Any, random: Random) -> Any:
    changed = random.choice(
        ({"fee_units": 1}, {"client_order_id": "other"}, {"trade_id": f"{fill.trade_id}-again"})
    )
    return msgspec.structs.replace(fill, **changed)


def _less(book: Any, random: Random) -> Any:
    """Leave out a tenth of whatever a source lists."""
    kept = {
        name: tuple(one for one in value if random.random() < 0.9)
        for name, value in msgspec.structs.asdict(book).items()
        if isinstance(value, tuple)
    }
    return msgspec.structs.replace(book, **kept)


def facts_of(sources: Iterable[Any]) -> list[Fact]:
    """List every fact that a comparison reads, once for each time it is told."""
    return [
        (type(book).__name__, name, fact)
        for book in sources
        for name, value in msgspec.structs.asdict(book).items()
        if isinstance(value, tuple)
        for fact in value
        if keys_of(fact)
    ]


def names_of(strand: Iterable[Fact]) -> set[Key]:
    return {key for _, _, fact in strand for key in keys_of(fact)}


def others_than(sources: Sequence[Any], strand: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in facts_of(sources) if fact not in strand]


def compared_without(sources: Sequence[Any], left_out: Sequence[Fact]) -> Compared:
    """Compare what is left, in the frame of everything."""
    rest = [
        msgspec.structs.replace(
            book,
            **{
                name: tuple(
                    fact for fact in value if (type(book).__name__, name, fact) not in left_out
                )
                for name, value in msgspec.structs.asdict(book).items()
                if isinstance(value, tuple) and name != "rebases"
            },
        )
        for book in sources
    ]
    return match_transactions(rest[0], rest[1], rest[2], (), frame_of(sources[1]))
