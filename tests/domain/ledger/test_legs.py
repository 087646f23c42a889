"""A leg books its trade and its fees, each with an id of its own; as columns it says the same."""

from __future__ import annotations

from collections import Counter
from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger import legs as legs_room
from domain.ledger.balances import roll_forward
from domain.ledger.build import entries_of
from domain.ledger.legs import leg_entries, leg_series
from domain.ledger.series import Series, series_of
from domain.ledger.types import in_book_order, is_own
from tests.kit.books import World, cex_dex, dex_dex
from tests.kit.histories import HISTORIES, few


def _told(series: list[Series]) -> Counter[tuple[object, ...]]:
    """Every amount of ours, with everything that is said of its entry."""
    return Counter(
        (one.cause, one.strategy, one.venue, one.purpose, flow.account, flow.asset, *row)
        for one in series
        for flow in one.flows
        for row in zip(
            one.times_ns, one.ids, one.subjects, one.correlation_ids, flow.units, strict=True
        )
    )


@few
@given(HISTORIES, st.integers(0, 2), st.randoms(use_true_random=False))
def test_columns_say_of_legs_what_their_entries_say(world: World, more: int, random: Random):
    booked = [
        msgspec.structs.replace(leg, fees=leg.fees * random.randint(0, 1 + more))
        for leg in world.settled().legs
    ]
    legs = random.sample(booked, len(booked))
    found = leg_series(legs)
    assert _told(found) == _told(series_of(leg_entries(legs)))
    assert all(one.times_ns == sorted(one.times_ns) for one in found)


@few
@given(HISTORIES)
def test_what_moved_adds_up_as_columns_to_what_its_entries_add_up_to(world: World):
    done = world.settled()
    booked, written = entries_of(done), list(entries_of(done))
    assert _told(series_of(booked)) == _told(series_of(written))
    assert roll_forward(booked, 0, 2**62) == roll_forward(written, 0, 2**62)


def test_more_legs_than_the_cache_holds_are_all_booked(monkeypatch):
    monkeypatch.setattr(legs_room, "_SOME", 2)
    world = World()
    for _ in range(3):
        cex_dex(world, 10, 5, [(10, 300, 2)])
    legs = world.settled().legs
    assert len(legs) > 4
    assert _told(leg_series(legs)) == _told(series_of(leg_entries(legs)))


def test_a_trade_is_booked_against_the_venue_that_gave_the_other_side():
    world = World()
    dex_dex(world, 10, 20, 30, gas_wei=1)
    legs = world.settled().legs
    for leg, entry in zip(legs, leg_entries(legs), strict=True):
        assert entry.subject == leg.leg_id
        nominal = {posting.account for posting in entry.postings if not is_own(posting.account)}
        assert nominal == {f"trading:{leg.venue}"}


@few
@given(HISTORIES, st.integers(0, 3), st.randoms(use_true_random=False))
def test_every_entry_of_a_leg_has_an_id_of_its_own(world: World, more: int, random: Random):
    legs = [
        msgspec.structs.replace(leg, fees=leg.fees * (1 + more)) for leg in world.settled().legs
    ]
    entries = leg_entries(legs)
    assert len({entry.entry_id for entry in entries}) == len(entries)
    mixed = leg_entries(random.sample(legs, len(legs)))
    assert in_book_order(mixed) == in_book_order(entries)
    for leg in legs:
        causes = Counter(entry.cause for entry in entries if entry.subject == leg.leg_id)
        assert causes == Counter(trade=1, exchange_fee=len(leg.fees))


@few
@given(HISTORIES)
def test_legs_in_time_are_booked_in_the_order_of_the_book(world: World):
    legs = sorted(world.settled().legs, key=lambda leg: leg.at_ns)
    instants = Counter(leg.at_ns for leg in legs)
    alone = [leg for leg in legs if instants[leg.at_ns] == 1 and len(leg.fees) < 2]
    entries = leg_entries(alone)
    assert in_book_order(entries) == entries
