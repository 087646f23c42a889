"""A division costs what the cheapest of all possible divisions costs, found by trying them all."""

from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.algorithms.routing import Offer, divided
from domain.errors import InputRefused
from domain.market.book import Rung
from domain.money import PIPS

prices = st.integers(90, 110)
levels = st.lists(st.tuples(prices, st.integers(1, 4)), max_size=3)


def ladder(side: str, told: list[tuple[int, int]]) -> tuple[Rung, ...]:
    by_price = dict(told)
    return tuple(Rung(p, by_price[p]) for p in sorted(by_price, reverse=side == "sell"))


@st.composite
def questions(draw: st.DrawFn):
    side = draw(st.sampled_from(["buy", "sell"]))
    offers = [
        Offer(
            f"venue-{number}",
            ladder(side, draw(levels)),
            fee_pips=draw(st.sampled_from([0, 1_000, 40_000])),
            lot_e8=draw(st.sampled_from([1, 1, 2])),
            least_e8=draw(st.sampled_from([0, 0, 2, 3])),
            fixed_e22=draw(st.sampled_from([0, 0, 5 * PIPS, 60 * PIPS])),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    return side, draw(st.integers(1, 9)), offers, draw(st.sampled_from([0, 0, 98, 103]))


def cost_of(side: str, offer: Offer, size: int, limit: int) -> int | None:
    """Walk one venue's ladder unit by unit; None when it does not hold so much."""
    if not size:
        return 0
    if size < offer.least_e8:
        return None
    sign = 1 if side == "buy" else -1
    units = [
        price
        for price, count in offer.ladder
        for _ in range(count)
        if not limit or sign * price <= sign * limit
    ]
    if len(units) < size:
        return None
    return sum(sign * p * (PIPS + sign * offer.fee_pips) for p in units[:size]) + offer.fixed_e22


def by_force(side: str, size: int, offers: list[Offer], limit: int) -> tuple[int, int]:
    """Try every division in common lots; give the most that can be had and its least cost."""
    lot = 2 if any(offer.lot_e8 == 2 for offer in offers) else 1
    best = (0, 0)
    for sizes in product(range(0, size + 1, lot), repeat=len(offers)):
        costs = [cost_of(side, *pair, limit) for pair in zip(offers, sizes, strict=True)]
        if sum(sizes) <= size and None not in costs:
            best = min(best, (-sum(sizes), sum(costs)))
    return -best[0], best[1]


@settings(max_examples=300, deadline=None)
@given(questions())
def test_no_division_is_cheaper(question):
    side, size, offers, limit = question
    found = divided(side, size, offers, limit)
    assert (found.size_e8, found.cost_e22) == by_force(side, size, offers, limit)
    by_venue = {part.venue: part.size_e8 for part in found.parts}
    assert sum(by_venue.values()) == found.size_e8 <= size
    costs = [cost_of(side, offer, by_venue.get(offer.venue, 0), limit) for offer in offers]
    assert sum(costs) == found.cost_e22


@given(questions())
def test_every_part_can_trade_within_its_worst_price(question):
    side, size, offers, limit = question
    sign = 1 if side == "buy" else -1
    ladders = {offer.venue: offer.ladder for offer in offers}
    for part in divided(side, size, offers, limit).parts:
        reached = [
            r for r in ladders[part.venue] if sign * r.price_e8 <= sign * part.worst_price_e8
        ]
        assert sum(rung.size_e8 for rung in reached) >= part.size_e8
        assert not limit or sign * part.worst_price_e8 <= sign * limit


def test_the_dearer_venue_is_used_when_its_fee_is_lower():
    cheap = Offer("cheap", (Rung(100, 5),), fee_pips=20_000)
    fair = Offer("fair", (Rung(101, 5),))
    assert [part.venue for part in divided("buy", 5, [cheap, fair]).parts] == ["fair"]
    assert [part.venue for part in divided("sell", 5, [cheap, fair]).parts] == ["fair"]


def test_more_than_there_is_gives_all_there_is():
    found = divided("buy", 50, [Offer("a", (Rung(100, 5),)), Offer("b", (Rung(101, 3),))])
    assert found.size_e8 == 8


def test_venues_that_cannot_all_be_tried_are_refused():
    offer = Offer("a", (Rung(100, 5),), least_e8=4)
    many = [msgspec.structs.replace(offer, venue=f"v{number}") for number in range(11)]
    with pytest.raises(InputRefused):
        divided("buy", 7, many)
    with pytest.raises(InputRefused):
        divided("buy", 7, [])
