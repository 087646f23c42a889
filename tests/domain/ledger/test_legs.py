"""A leg books its trade and its fees, each with an id of its own."""

from __future__ import annotations

from collections import Counter
from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger import legs as legs_room
from domain.ledger.legs import each_leg_entry, leg_entries
from domain.ledger.types import imbalance, in_book_order, is_own
from tests.kit.books import World, cex_dex, dex_dex
from tests.kit.histories import HISTORIES, few


@few
@given(HISTORIES)
def test_a_leg_of_one_fee_books_what_it_books_of_more(world: World):
    for leg in world.settled().legs:
        fees = leg.fees[:1] or leg.moves[:1]
        one, more = (msgspec.structs.replace(leg, fees=fees * times) for times in (1, 2))
        assert leg_entries([one]) == in_book_order(leg_entries([more])[:2])
        assert all(imbalance(entry) == {} for entry in leg_entries([more]))


def test_legs_booked_some_at_a_time_are_all_booked(monkeypatch):
    monkeypatch.setattr(legs_room, "_SOME", 2)
    world = World()
    for _ in range(3):
        cex_dex(world, 10, 5, [(10, 300, 2)])
    legs = world.settled().legs
    assert len(legs) > 4
    assert list(each_leg_entry(legs)) == leg_entries(legs)


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
